"""The head row and event rows as Azure Tables entities: long texts spread, sizes checked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.eventstore.port import EventTooLarge, Head, Recorded, Snapshot
from shared.plain import Json, from_plain, to_plain

HEAD = "head"  # sorts behind every version, which is all digits
PIECE = 32_000  # UTF-16 units; a property holds 64 KiB (docs: Table service data model)
ENTITY_UNITS = 480_000  # an entity holds 1 MiB = 524,288 units, names and types included
TIP_EVENTS = 20
TIP_CHARACTERS = 24_000
KEPT_EVENTS = 10  # after older events moved out, so that not every append moves some


def row_key(version: int) -> str:
    """The row of the event with this version; zero-padded, so that rows sort by version."""
    return f"{version:010d}"


def compact(plain: Any) -> str:
    """JSON without blanks, letters of every script kept as they are."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def check_sizes(events: Sequence[Recorded], snapshot: Snapshot) -> None:
    """Refuse what could never be stored.

    Raises:
        EventTooLarge: the events of one append, or the state beside a full tip, exceed one entity;
            so the rows of one transaction stay within its 4 MiB too.
        ValueError: there is no event.
    """
    if not events:
        raise ValueError("an append needs at least one event")
    names = ", ".join(sorted({event.type for event in events}))
    _refuse_long(compact(to_plain(events)), names)
    _refuse_long(compact(snapshot.state), f"the state of {events[0].stream}")


def _refuse_long(text: str, what: str) -> None:
    units = ENTITY_UNITS - 2 * TIP_CHARACTERS
    length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if length > units:
        raise EventTooLarge(f"{EventTooLarge.__doc__} ({what}: {length} of {units} UTF-16 units)")


def spread(name: str, text: str) -> dict[str, str]:
    """A text over numbered properties, each within the limit of one."""
    # Outside ASCII a character may take two units: half the step is always safe.
    step = PIECE if text.isascii() else PIECE // 2
    return {
        f"{name}{start // step}": text[start : start + step] for start in range(0, len(text), step)
    }


def gather(name: str, entity: Mapping[str, Any]) -> str:
    """The text that `spread` spread."""
    pieces: list[str] = []
    while (piece := entity.get(f"{name}{len(pieces)}")) is not None:
        pieces.append(piece)
    return "".join(pieces)


def split_tip(events: Sequence[Recorded]) -> tuple[list[Recorded], list[Recorded]]:
    """Which events move to rows of their own, and which stay in the head's tip."""
    texts = [len(compact(to_plain(event))) for event in events]
    if len(events) <= TIP_EVENTS and sum(texts) <= TIP_CHARACTERS:
        return [], list(events)
    kept, characters = 0, 0
    for size in reversed(texts):
        if kept == KEPT_EVENTS or characters + size > TIP_CHARACTERS // 2:
            break
        kept, characters = kept + 1, characters + size
    cut = len(events) - kept
    return list(events[:cut]), list(events[cut:])


def head_entity(stream: str, version: int, snapshot: Snapshot, tip: Sequence[Recorded]) -> Json:
    """The row a stream's present state is read from."""
    return {
        "PartitionKey": stream,
        "RowKey": HEAD,
        "version": version,
        "shape": snapshot.shape,
        **spread("state", compact(snapshot.state)),
        **spread("tip", compact([_without_stream(event) for event in tip])),
    }


def head_of(entity: Mapping[str, Any], etag: str) -> Head:
    """The head a row holds."""
    stream = entity["PartitionKey"]
    snapshot = Snapshot(json.loads(gather("state", entity)), entity["shape"])
    tip = tuple(_with_stream(stream, plain) for plain in json.loads(gather("tip", entity)))
    return Head(stream, entity["version"], snapshot, etag, tip)


def event_entity(event: Recorded) -> Json:
    """The row of one older event."""
    return {
        "PartitionKey": event.stream,
        "RowKey": row_key(event.version),
        **spread("event", compact(_without_stream(event))),
    }


def event_of(entity: Mapping[str, Any]) -> Recorded:
    """The event a row holds."""
    return _with_stream(entity["PartitionKey"], json.loads(gather("event", entity)))


def _without_stream(event: Recorded) -> Json:
    plain: Json = to_plain(event)
    del plain["stream"]  # the partition key says it
    return plain


def _with_stream(stream: str, plain: Json) -> Recorded:
    return from_plain(Recorded, {**plain, "stream": stream})
