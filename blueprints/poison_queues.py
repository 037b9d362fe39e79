"""What the host gave up on: every poison queue's messages become dead letters."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.dead_letter_desk import desk_of
from shared import names
from shared.application.dead_letters_filing import Filing, Poison
from shared.settings import UploadSource
from shared.wiring import Wiring


def filed(filing: Filing, poison_queue: str) -> Callable[[func.QueueMessage], Awaitable[None]]:
    """A function that files the messages of one poison queue.

    Whatever it raises leaves the message where it is: the host hands it out again ten minutes
    later, and as often as it takes (reference/host-triggers.md 3.3; there is no poison of poison).
    """
    queue = poison_queue.removesuffix("-poison")

    async def file(msg: func.QueueMessage) -> None:
        await filing.file(Poison(queue, text_of(msg.get_body()), msg.id, msg.insertion_time))

    return file


def text_of(body: bytes) -> str:
    """What stood in the queue: a host that hands out no text has taken base64 off by itself."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode()


def blueprint(wiring: Wiring) -> Any:
    """A trigger on every poison queue that this app's functions can fill."""
    functions, filing = df.Blueprint(), desk_of(wiring).filing
    triggers = {
        "JobPoison": names.POISON_JOBS,
        "UploadEventPoison": names.POISON_UPLOAD_EVENTS,
    }
    if wiring.settings.upload_source is UploadSource.BLOB:
        triggers["UploadBlobPoison"] = names.POISON_BLOBS
    for name, queue in triggers.items():
        # Binary, or a body with a member `id` or `expirationTime` would hide the message's own
        # (reference/host-triggers.md 3.5): such a message could never be filed.
        triggered = functions.queue_trigger(
            arg_name="msg",
            queue_name=queue,
            connection=names.CONNECTION,
            data_type=func.DataType.BINARY,
        )(filed(filing, queue))
        functions.function_name(name)(triggered)
    return functions
