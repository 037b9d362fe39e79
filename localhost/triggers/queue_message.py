"""What a queue-triggered function receives of a message (reference/host-triggers.md 3.4, 3.5)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from localhost import converters
from localhost.expressions import properties
from localhost.functions import FunctionSpec
from localhost.newtonsoft import text_of
from localhost.queues import Message


def decoded(text: str) -> bytes | None:
    """Return the body of a base64 message as .NET decodes it; None when it is not base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_binary(spec: FunctionSpec) -> bool:
    """Say whether the trigger asks for bytes: ``data_type=DataType.BINARY``."""
    return str(spec.trigger.options.get("dataType", "")).upper() == "BINARY"


def facts(message: Message) -> dict[str, str]:
    """Return the host's metadata of a message."""
    return {
        "DequeueCount": str(message.dequeue_count),
        "ExpirationTime": message.expires.isoformat(),
        "Id": message.id,
        "InsertionTime": message.inserted.isoformat(),
        "NextVisibleTime": message.next_visible.isoformat(),
        "PopReceipt": message.pop_receipt,
    }


BY_HAND: Mapping[str, str] = {"DequeueCount": "0"}
"""The metadata of a message that never was in a queue (reference/host-triggers.md 2.8)."""


def binding_data(spec: FunctionSpec, body: bytes, known: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts of a message with the properties of its JSON body among them.

    A property wins over the fact of its name: a body with an ``id`` hides the message's own. The
    real host does so, except for binary triggers, and so an app must expect it.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return dict(known)
    data: dict[str, Any] = {**known, "QueueTrigger": text}
    if is_binary(spec):
        return data
    spelling = {name.lower(): name for name in data}
    for name, value in properties(text).items():
        data[spelling.setdefault(name.lower(), name)] = value
    return data


def inputs(spec: FunctionSpec, body: bytes, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the trigger's argument, through the SDK's own converter.

    Raises:
        UnicodeDecodeError: the body is no text, and the trigger does not ask for bytes.
        ValueError: a property of the body hides a fact and cannot be read as one.
    """
    binary = is_binary(spec)
    datum = converters.datum(*(("bytes", body) if binary else ("string", body.decode())))
    if spec.trigger.name in spec.raw:
        return {spec.trigger.name: datum.value}
    metadata = {name: converters.datum("string", text_of(value)) for name, value in data.items()}
    decode = converters.converter("queueTrigger").decode
    return {spec.trigger.name: decode(datum, trigger_metadata=metadata)}
