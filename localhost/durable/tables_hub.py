"""The task hub in one Azure table, laid out so that an episode is one entity group transaction.

Partition = instance. Rows: ``instance`` (the status, guarded by its ETag), ``history-…`` (one
episode's events, packed), ``inbox-…`` (one message). The partition ``^active`` lists what may be
unfinished, so a start never reads the finished ones (reference/perf.md 9).

It is not the real host's format and has a name of its own: a real host may use the same hub name
on the same account.
"""

import base64
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from localhost.clock import Clock
from localhost.durable.history import Event, RuntimeStatus, moment
from localhost.durable.packing import (
    ROW,
    WHOLE,
    TooLong,
    expand,
    from_properties,
    rows_of,
    squeeze,
    to_properties,
)
from localhost.durable.taskhub import (
    Checkpoint,
    Instance,
    InstanceExists,
    LostRace,
    Message,
    Page,
    Parent,
    PayloadTooLarge,
    Query,
    Stored,
)
from localhost.tables import MAX_BATCH, Operation, TableError, Tables
from localhost.tracing import Trace

_ACTIVE = "^active"
_INSTANCE = "instance"
_QUOTED = r"(?:[\w.~-]|%[0-9A-F]{2})+"
_TOKEN = re.compile(f"&NextPartitionKey={_QUOTED}(?:&NextRowKey={_QUOTED})?", re.ASCII)
"""What ``Tables.page`` hands out; it goes into a query, so nothing else may stand in it."""
_LOST = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)


class TablesTaskHub:
    """Instances in a table. See ``TaskHub`` for the methods."""

    def __init__(self, tables: Tables, hub_name: str, clock: Clock) -> None:
        """``hub_name`` is host.json's ``extensions.durableTask.hubName``."""
        self._tables, self._clock = tables, clock
        self._table = f"{hub_name}Localhost"
        self._numbers = itertools.count()

    async def open(self) -> None:
        """Create the table where it is missing."""
        await self._tables.create_table(self._table)

    async def create(self, instance: Instance, start: Message) -> Stored:
        active = {"PartitionKey": _ACTIVE, "RowKey": f"a-{escape(instance.instance_id)}"}
        await self._tables.put(self._table, active)
        row = {
            **_keys(instance.instance_id, _INSTANCE),
            **_columns(instance),
            **_pack("Input", instance.body, ROW // 2),
        }
        first = self._message_row(instance.instance_id, start)
        new = [Operation("POST", row), Operation("POST", first)]
        try:
            etag = (await self._tables.batch(self._table, new))[0]
        except TableError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            etag = await self._replace(instance, new)
        return Stored(instance, etag, (), {}, (Message(start.event, first["RowKey"]),))

    async def _replace(self, instance: Instance, new: Sequence[Operation]) -> str:
        old = await self.read(instance.instance_id)
        if old is not None and not old.status.is_terminal:
            raise InstanceExists(instance.instance_id, old.status)
        await self._delete_all(instance.instance_id)
        try:
            return (await self._tables.batch(self._table, new))[0]
        except TableError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
            raise InstanceExists(instance.instance_id, RuntimeStatus.Pending) from error

    async def enqueue(self, instance_id: str, message: Message) -> Message:
        row = self._message_row(instance_id, message)
        await self._tables.insert(self._table, row)
        return Message(message.event, row["RowKey"])

    async def checkpoint(self, checkpoint: Checkpoint) -> str:
        instance = checkpoint.instance
        header = {**_keys(instance.instance_id, _INSTANCE), **_columns(instance)}
        operations = [
            Operation("MERGE", header, checkpoint.etag),
            *(Operation("POST", row) for row in _history_rows(checkpoint)),
            *(
                Operation("DELETE", _keys(instance.instance_id, key), "*")
                for key in checkpoint.consumed
            ),
        ]
        try:
            etag = (await self._tables.batch(self._table, operations))[0]
        except TableError as error:
            if error.status in _LOST:
                raise LostRace(instance.instance_id) from error
            raise
        if checkpoint.fresh:
            await self._forget_older(instance)
        return etag

    async def read(self, instance_id: str) -> Instance | None:
        found = await self._tables.get(self._table, escape(instance_id), _INSTANCE)
        return None if found is None else _instance(found[0])

    async def load(self, instance_id: str) -> Stored | None:
        found = await self._tables.get(self._table, escape(instance_id), _INSTANCE)
        if found is None:
            return None
        instance, etag = _instance(found[0]), found[1]
        episodes: dict[str, str] = {}
        inbox: list[Message] = []
        async for row in self._rows(instance_id):
            key = row["RowKey"]
            if key.startswith("inbox-"):
                inbox.append(Message(json.loads(_unpack("Event", row) or ""), key))
            elif key.startswith(f"history-{instance.generation:04}-"):
                episode = key.rpartition("-")[0]
                episodes[episode] = episodes.get(episode, "") + (from_properties("Part", row) or "")
        history: list[Event] = []
        outbox: dict[int, str | None] = {}
        for packed in episodes.values():
            document = json.loads(expand(packed))
            history.extend(document["events"])
            outbox.update((int(key), body) for key, body in document["bodies"].items())
        return Stored(instance, etag, tuple(history), outbox, tuple(inbox))

    async def active(self) -> Sequence[str]:
        where = f"PartitionKey eq '{_ACTIVE}'"
        return [
            unescape(row["RowKey"].removeprefix("a-"))
            async for row in self._tables.query(self._table, where)
        ]

    async def retire(self, instance_id: str) -> None:
        await self._tables.delete(self._table, _ACTIVE, f"a-{escape(instance_id)}")

    async def list(self, query: Query) -> Page:
        token = base64.b64decode(query.token, b"-_", validate=True).decode() if query.token else ""
        if token and not _TOKEN.fullmatch(token):
            raise ValueError("it is none of ours")
        try:
            rows, follow = await self._tables.page(
                self._table, _where(query), top=min(query.top, 1000), token=token
            )
        except TableError as error:
            if token and error.status == HTTPStatus.BAD_REQUEST:
                raise ValueError("the table service refuses it") from error
            raise
        return Page(
            tuple(_instance(row) for row in rows),
            base64.urlsafe_b64encode(follow.encode()).decode(),
        )

    async def purge(self, instance_id: str) -> bool:
        existed = await self._delete_all(instance_id)
        await self.retire(instance_id)
        return existed

    async def close(self) -> None:
        await self._tables.close()

    def _message_row(self, instance_id: str, message: Message) -> dict[str, Any]:
        # Time orders messages over restarts, the number within one moment.
        nanoseconds = int(self._clock.now().timestamp() * 1e9)
        key = f"inbox-{nanoseconds:020}-{next(self._numbers):08}"
        packed = _pack("Event", json.dumps(message.event), ROW)
        return {**_keys(instance_id, key), **packed}

    def _rows(self, instance_id: str) -> Any:
        return self._tables.query(self._table, f"PartitionKey eq '{_quoted(escape(instance_id))}'")

    async def _forget_older(self, instance: Instance) -> None:
        # Not part of the transaction: rows of an older generation are ignored when read.
        current = f"history-{instance.generation:04}-"
        rows = [row async for row in self._rows(instance.instance_id)]
        old = [row for row in rows if "history-" <= row["RowKey"] < current]
        await self._delete_rows(old)

    async def _delete_all(self, instance_id: str) -> bool:
        rows = [row async for row in self._rows(instance_id)]
        # The status row goes last: while it is there, the purge can be asked for again.
        rows.sort(key=lambda row: row["RowKey"] == _INSTANCE)
        await self._delete_rows(rows)
        return bool(rows)

    async def _delete_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for at in range(0, len(rows), MAX_BATCH):
            batch = [Operation("DELETE", row, "*") for row in rows[at : at + MAX_BATCH]]
            await self._tables.batch(self._table, batch)


def escape(instance_id: str) -> str:
    """Return an id that may be a table key (reference/host-durable.md 9.2)."""
    text = instance_id.replace("^", "^^")
    for plain, code in (("/", "^0"), ("\\", "^1"), ("#", "^2"), ("?", "^3")):
        text = text.replace(plain, code)
    return text


def unescape(key: str) -> str:
    """Return the id that ``escape`` was given."""
    pieces = iter(key)
    codes = {"0": "/", "1": "\\", "2": "#", "3": "?", "^": "^"}
    return "".join(codes[next(pieces)] if piece == "^" else piece for piece in pieces)


def _keys(instance_id: str, row: str) -> dict[str, Any]:
    return {"PartitionKey": escape(instance_id), "RowKey": row}


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _pack(name: str, text: str | None, room: int) -> dict[str, Any]:
    try:
        return to_properties(name, None if text is None else squeeze(text, room))
    except TooLong as error:
        raise PayloadTooLarge(f"{name} is too large for the embedded host: {error}.") from error


def _unpack(name: str, row: Mapping[str, Any]) -> str | None:
    packed = from_properties(name, row)
    return None if packed is None else expand(packed)


def _columns(instance: Instance) -> dict[str, Any]:
    # The input is written once, by ``create``; a checkpoint merges the rest around it.
    return {
        "InstanceId": instance.instance_id,
        "ExecutionId": instance.execution_id,
        "Name": instance.name,
        "Version": instance.version,
        "RuntimeStatus": instance.status.name,
        "CreatedTime": instance.created_at.isoformat(timespec="microseconds"),
        "LastUpdatedTime": instance.updated_at.isoformat(timespec="microseconds"),
        "Generation": instance.generation,
        "Episodes": instance.episodes,
        "Parent": "" if instance.parent is None else json.dumps(asdict(instance.parent)),
        "Trace": "" if instance.trace is None else json.dumps(asdict(instance.trace)),
        **(_pack("Input", instance.body, ROW // 2) if instance.generation else {}),
        **_pack("Output", instance.output, ROW // 2),
        **_pack("CustomStatus", instance.custom_status, ROW // 8),
    }


def _instance(row: Mapping[str, Any]) -> Instance:
    return Instance(
        instance_id=row["InstanceId"],
        execution_id=row["ExecutionId"],
        name=row["Name"],
        version=row["Version"],
        body=_unpack("Input", row),
        status=RuntimeStatus[row["RuntimeStatus"]],
        created_at=moment(row["CreatedTime"]),
        updated_at=moment(row["LastUpdatedTime"]),
        output=_unpack("Output", row),
        custom_status=_unpack("CustomStatus", row),
        generation=row["Generation"],
        episodes=row["Episodes"],
        parent=Parent(**json.loads(row["Parent"])) if row["Parent"] else None,
        trace=Trace(**json.loads(row["Trace"])) if row.get("Trace") else None,
    )


def _history_rows(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    instance = checkpoint.instance
    document = json.dumps({"events": list(checkpoint.events), "bodies": checkpoint.bodies})
    try:
        pieces = rows_of(squeeze(document, WHOLE))
    except TooLong as error:
        raise PayloadTooLarge(f"An episode is too large for the embedded host: {error}.") from error
    episode = f"history-{instance.generation:04}-{instance.episodes:08}"
    return [
        {**_keys(instance.instance_id, f"{episode}-{at:02}"), **to_properties("Part", piece)}
        for at, piece in enumerate(pieces)
    ]


def _where(query: Query) -> str:
    clauses = [f"RowKey eq '{_INSTANCE}'"]
    if query.prefix:
        prefix = _quoted(escape(query.prefix))
        clauses.append(f"PartitionKey ge '{prefix}' and PartitionKey lt '{prefix}\uffff'")
    if query.created_from is not None:
        clauses.append(f"CreatedTime ge '{query.created_from.isoformat(timespec='microseconds')}'")
    if query.created_to is not None:
        clauses.append(f"CreatedTime le '{query.created_to.isoformat(timespec='microseconds')}'")
    if query.statuses:
        names = sorted(status.name for status in query.statuses)
        clauses.append("(" + " or ".join(f"RuntimeStatus eq '{name}'" for name in names) + ")")
    return " and ".join(clauses)
