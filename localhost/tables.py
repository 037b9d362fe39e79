"""A lean client of Azure Tables: one signed request a call, batches by hand, no model layer.

The storage SDK spends five to sixteen times the CPU of a bare request, on the event loop that the
host shares with the app (reference/perf.md 2.1, 2.3). Only the host's own state goes through here.
"""

import json
import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from localhost.account import Account
from localhost.wire import Unreachable, Wire

__all__ = ["MAX_BATCH", "Account", "Entity", "Operation", "TableError", "Tables", "Unreachable"]

API_VERSION = "2019-02-02"
HEADERS = {
    "x-ms-version": API_VERSION,
    "Accept": "application/json;odata=nometadata",
    "Content-Type": "application/json",
    "DataServiceVersion": "3.0",
    "Prefer": "return-no-content",
}
MAX_BATCH = 100
"""Operations in one entity group transaction (a limit of the service)."""

Entity = Mapping[str, Any]


class TableError(Exception):
    """The table service refused a request."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a batch. ``verb`` is POST (insert), PUT, MERGE or DELETE; ``etag`` guards it."""

    verb: str
    entity: Entity
    etag: str | None = None


class Tables:
    """A session with one account's table service. Use it inside one event loop, then close it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._wire = Wire(account.endpoint)

    @property
    def requests(self) -> int:
        """How many requests were sent: what the service bills and throttles by."""
        return self._wire.requests

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    async def create_table(self, table: str) -> None:
        """Create a table; it may exist."""
        try:
            await self._send("POST", "/Tables", {"TableName": table})
        except TableError as error:
            if error.code != "TableAlreadyExists":
                raise

    async def get(self, table: str, partition: str, row: str) -> tuple[dict[str, Any], str] | None:
        """Return an entity and its ETag: one point read. None when it is not there."""
        try:
            text, headers = await self._send("GET", _path(table, partition, row))
        except TableError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return json.loads(text), headers["ETag"]

    async def insert(self, table: str, entity: Entity) -> None:
        """Insert an entity; TableError 409 when it is there."""
        await self._send("POST", f"/{table}", entity)

    async def put(self, table: str, entity: Entity) -> None:
        """Insert or replace an entity."""
        path = _path(table, entity["PartitionKey"], entity["RowKey"])
        await self._send("PUT", path, entity)

    async def delete(self, table: str, partition: str, row: str) -> None:
        """Delete an entity whatever its ETag; it may be gone."""
        try:
            await self._send("DELETE", _path(table, partition, row), headers={"If-Match": "*"})
        except TableError as error:
            if error.code != "ResourceNotFound":
                raise

    async def query(self, table: str, where: str, *, top: int = 1000) -> AsyncIterator[Entity]:
        """Yield the entities that match an OData filter, in key order, page by page."""
        token = ""
        while True:
            page, token = await self.page(table, where, top=top, token=token)
            for entity in page:
                yield entity
            if not token:
                return

    async def page(
        self, table: str, where: str, *, top: int, token: str = ""
    ) -> tuple[list[dict[str, Any]], str]:
        """Return one page of a query and the token of the next ("" at the end)."""
        path = f"/{table}()?$filter={quote(where)}&$top={top}{token}"
        text, headers = await self._send("GET", path)
        follow = ""
        if "x-ms-continuation-NextPartitionKey" in headers:
            follow = "&NextPartitionKey=" + quote(
                headers["x-ms-continuation-NextPartitionKey"], safe=""
            )
            if "x-ms-continuation-NextRowKey" in headers:
                follow += "&NextRowKey=" + quote(headers["x-ms-continuation-NextRowKey"], safe="")
        return json.loads(text)["value"], follow

    async def batch(self, table: str, operations: Sequence[Operation]) -> list[str]:
        """Perform up to 100 operations on one partition as one; return each one's ETag or "".

        Raises:
            TableError: one of them was refused, so none was performed.
        """
        boundary = f"changeset_{uuid.uuid4().hex}"
        body = _changeset(boundary, [self._part(table, operation) for operation in operations])
        text, _ = await self._send(
            "POST",
            "/$batch",
            body,
            {"Content-Type": f"multipart/mixed; boundary=batch_{boundary}"},
        )
        return _parse_batch(text)

    def _part(self, table: str, operation: Operation) -> str:
        entity = operation.entity
        if operation.verb == "POST":
            path = f"/{table}"
        else:
            path = _path(table, entity["PartitionKey"], entity["RowKey"])
        lines = [f"{operation.verb} {self._account.endpoint}{path} HTTP/1.1"]
        lines.append("Accept: application/json;odata=nometadata")
        lines.append("DataServiceVersion: 3.0")
        if operation.verb == "POST":
            lines.append("Prefer: return-no-content")
        if operation.etag is not None:
            lines.append(f"If-Match: {operation.etag}")
        if operation.verb == "DELETE":
            return "\r\n".join(lines) + "\r\n\r\n"
        body = json.dumps(entity)
        lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines) + "\r\n\r\n" + body

    async def _send(
        self,
        verb: str,
        path: str,
        body: Entity | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[str, Mapping[str, str]]:
        content = json.dumps(body) if isinstance(body, Mapping) else body
        answer = await self._wire.send(
            verb,
            path,
            {**self._account.sign_lite(path), **HEADERS, **(headers or {})},
            None if content is None else content.encode(),
        )
        if answer.refused:
            raise _error(answer.status, answer.text)
        return answer.text, answer.headers


def _path(table: str, partition: str, row: str) -> str:
    return f"/{table}(PartitionKey='{_key(partition)}',RowKey='{_key(row)}')"


def _key(text: str) -> str:
    return quote(text.replace("'", "''"), safe="")


def _changeset(boundary: str, parts: Sequence[str]) -> str:
    lines = [f"--batch_{boundary}", f"Content-Type: multipart/mixed; boundary={boundary}", ""]
    for part in parts:
        lines += [
            f"--{boundary}",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "",
            part,
        ]
    lines += [f"--{boundary}--", f"--batch_{boundary}--", ""]
    return "\r\n".join(lines)


_STATUS = re.compile(r"^HTTP/1\.1 (\d{3})", re.MULTILINE)
_ETAG = re.compile(r"^etag: *(.+?)\r?$", re.MULTILINE | re.IGNORECASE)


def _parse_batch(text: str) -> list[str]:
    answers = _STATUS.split(text)[1:]
    etags = []
    for status, rest in zip(answers[::2], answers[1::2], strict=True):
        if int(status) >= HTTPStatus.BAD_REQUEST:
            raise _error(int(status), rest.partition("\r\n\r\n")[2])
        found = _ETAG.search(rest)
        etags.append(found.group(1) if found else "")
    return etags


def _error(status: int, text: str) -> TableError:
    start, end = text.find("{"), text.rfind("}")
    try:
        detail = json.loads(text[start : end + 1])["odata.error"]
        return TableError(status, detail["code"], detail["message"]["value"])
    except (ValueError, KeyError, TypeError):
        return TableError(status, "Unknown", text[:200])
