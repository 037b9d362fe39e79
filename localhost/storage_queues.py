"""Queues of a storage account: one signed request a call, as tables.py does it for tables."""

import dataclasses
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import escape

import aiohttp

from localhost.account import Account
from localhost.queues import Message, carried
from localhost.wire import Answer, Refused, Wire

API_VERSION = "2019-02-02"
NO_QUEUE = "QueueNotFound"
PATIENCE = aiohttp.ClientTimeout(total=100.0, sock_connect=30.0)
"""As the real host's SDK. The messages of an answer that comes too late are hidden for minutes."""


class StorageQueues:
    """A session with one account's queue service. Use it inside one event loop, then close it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._wire = Wire(account.endpoint, PATIENCE)

    @property
    def endpoint(self) -> str:
        return self._account.endpoint

    async def receive(self, queue: str, count: int, visibility: float) -> list[Message]:
        query = f"numofmessages={count}&visibilitytimeout={round(visibility)}"
        answer = await self._send("GET", f"/{queue}/messages?{query}")
        return [_message(element) for element in answer.xml().iter("QueueMessage")]

    async def put(self, queue: str, text: str) -> None:
        path, body = f"/{queue}/messages", _envelope(carried(text))
        answer = await self._send("POST", path, body)
        if answer.headers.get("x-ms-error-code") == NO_QUEUE:
            (await self._send("PUT", f"/{queue}")).accepted()
            answer = await self._send("POST", path, body)
        answer.accepted()

    async def hide(self, queue: str, message: Message, visibility: float) -> Message:
        path = f"{_path(queue, message)}&visibilitytimeout={round(visibility)}"
        answer = _of_message(await self._send("PUT", path))
        return dataclasses.replace(
            message,
            pop_receipt=answer.headers["x-ms-popreceipt"],
            next_visible=parsedate_to_datetime(answer.headers["x-ms-time-next-visible"]),
        )

    async def delete(self, queue: str, message: Message) -> None:
        _of_message(await self._send("DELETE", _path(queue, message)))

    async def close(self) -> None:
        await self._wire.close()

    async def _send(self, verb: str, path: str, body: bytes = b"") -> Answer:
        headers = {"x-ms-version": API_VERSION}
        if verb in ("PUT", "POST"):
            headers |= {"Content-Length": str(len(body)), "Content-Type": "application/xml"}
        signed = self._account.sign(verb, path, headers)
        return await self._wire.send(verb, path, signed, body if body else None)


def _path(queue: str, message: Message) -> str:
    return f"/{queue}/messages/{message.id}?popreceipt={quote(message.pop_receipt, safe='')}"


def _of_message(answer: Answer) -> Answer:
    """The service says 400 to a receipt that is no longer the message's; we say 404 to both."""
    if answer.headers.get("x-ms-error-code") == "PopReceiptMismatch":
        raise Refused(HTTPStatus.NOT_FOUND, "PopReceiptMismatch")
    return answer.accepted()


def _envelope(text: str) -> bytes:
    # A carriage return would come back as a line feed: XML parsers unify the ends of lines.
    escaped = escape(text, {"\r": "&#13;"})
    return f"<QueueMessage><MessageText>{escaped}</MessageText></QueueMessage>".encode()


def _message(element: ET.Element) -> Message:
    def told(name: str) -> str:
        return element.findtext(name) or ""

    return Message(
        id=told("MessageId"),
        text=told("MessageText"),
        pop_receipt=told("PopReceipt"),
        dequeue_count=int(told("DequeueCount")),
        inserted=_moment(told("InsertionTime")),
        expires=_moment(told("ExpirationTime")),
        next_visible=_moment(told("TimeNextVisible")),
    )


def _moment(text: str) -> datetime:
    return parsedate_to_datetime(text).astimezone(UTC)
