"""A dead letter as operators see it, and how they say which ones they mean."""

import re
from collections.abc import Collection

from blueprints.bodies import invalid
from blueprints.problems import Fault
from shared.application.dead_letters import DeadLetter, LetterFilter, Status, summary
from shared.application.failures import CODE
from shared.message_text import decoded
from shared.plain import Json, to_plain


def document(letter: DeadLetter) -> Json:
    """All of it: `body` is the text to the byte, `decoded` what is in it where it is base64."""
    claim, resolution = to_plain(letter.claim), to_plain(letter.resolution)
    for each in filter(None, (claim, resolution)):
        each.pop("task")
    return {
        **summary(letter),
        "body": letter.text,
        "decoded": decoded(letter.text),
        "claim": claim,
        "resolution": resolution,
        "links": links_of(letter),
    }


def links_of(letter: DeadLetter) -> dict[str, str]:
    """Where one can go from a letter."""
    here = f"/api/dead-letters/{letter.dead_letter_id}"
    links = {"self": here, "redrive": f"{here}/redrive"}
    if letter.earlier_id:
        links["earlier"] = f"/api/dead-letters/{letter.earlier_id}"
    return links


def filter_of(
    queues: Collection[str], queue: str | None, reason: str | None, status: str | None = None
) -> LetterFilter:
    """The letters a request means.

    Raises:
        Problem: 400, there are no such letters.
    """
    faults = []
    if queue is not None and queue not in queues:
        faults.append(Fault("/queue", f"queue is one of {', '.join(sorted(queues))}"))
    if reason is not None and not re.fullmatch(CODE, reason):
        faults.append(Fault("/reason", f"a reason's code matches {CODE}"))
    if status is not None and status not in set(Status):
        faults.append(Fault("/status", f"status is one of {', '.join(Status)}"))
    if faults:
        raise invalid(faults)
    return LetterFilter(queue, Status(status) if status else None, reason)
