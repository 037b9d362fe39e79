"""Blobs of a storage account: one signed request a call, as tables.py does it for tables."""

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote

import aiohttp

from localhost.account import Account
from localhost.blobs import BLOCK_BLOB, OCTETS, Blob
from localhost.wire import Answer, Wire

API_VERSION = "2019-02-02"
METADATA = "x-ms-meta-"
PATIENCE = aiohttp.ClientTimeout(total=600.0, sock_connect=30.0, sock_read=30.0)
"""A large blob may take its minutes; half a minute of silence is too long."""


class StorageBlobs:
    """A session with one account's blob service. Use it inside one event loop, then close it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._wire = Wire(account.endpoint, PATIENCE)

    @property
    def endpoint(self) -> str:
        return self._account.endpoint

    async def head(self, container: str, name: str) -> Blob | None:
        answer = await self._send("HEAD", _path(container, name))
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return _blob(name, answer.accepted().headers)

    async def get(self, container: str, name: str) -> tuple[Blob, bytes] | None:
        answer = await self._send("GET", _path(container, name))
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return _blob(name, answer.accepted().headers), answer.body

    async def put(
        self, container: str, name: str, content: bytes, metadata: Mapping[str, str] | None = None
    ) -> None:
        headers = {"x-ms-blob-type": BLOCK_BLOB}
        headers |= {f"{METADATA}{key}": value for key, value in (metadata or {}).items()}
        answer = await self._send("PUT", _path(container, name), headers, content)
        if answer.headers.get("x-ms-error-code") == "ContainerNotFound":
            await self._create_container(container)
            answer = await self._send("PUT", _path(container, name), headers, content)
        answer.accepted()

    async def delete(self, container: str, name: str) -> None:
        answer = await self._send("DELETE", _path(container, name))
        if answer.status != HTTPStatus.NOT_FOUND:
            answer.accepted()

    async def listed(self, container: str) -> AsyncIterator[Blob]:
        marker = ""
        while True:
            path = f"/{container}?restype=container&comp=list&include=metadata"
            answer = await self._send("GET", path + f"&marker={quote(marker, safe='')}")
            if answer.status == HTTPStatus.NOT_FOUND:
                return
            page = answer.xml()
            for element in page.iter("Blob"):
                yield _listed(element)
            marker = page.findtext("NextMarker") or ""
            if not marker:
                return

    async def close(self) -> None:
        await self._wire.close()

    async def _create_container(self, container: str) -> None:
        answer = await self._send("PUT", f"/{container}?restype=container")
        if answer.headers.get("x-ms-error-code") != "ContainerAlreadyExists":
            answer.accepted()

    async def _send(
        self,
        verb: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        named = {"x-ms-version": API_VERSION, **(headers or {})}
        if verb == "PUT":
            named |= {"Content-Length": str(len(body)), "Content-Type": OCTETS}
        signed = self._account.sign(verb, path, named)
        return await self._wire.send(verb, path, signed, body or None)


def _path(container: str, name: str) -> str:
    return f"/{container}/{quote(name, safe='/~')}"


def _blob(name: str, headers: Mapping[str, str]) -> Blob:
    return Blob(
        name=name,
        etag=headers["ETag"],
        modified=parsedate_to_datetime(headers["Last-Modified"]),
        created=parsedate_to_datetime(headers["x-ms-creation-time"]),
        length=int(headers["Content-Length"]),
        content_type=headers.get("Content-Type", ""),
        kind=headers.get("x-ms-blob-type", BLOCK_BLOB),
        metadata={
            key[len(METADATA) :]: value
            for key, value in headers.items()
            if key.lower().startswith(METADATA)
        },
    )


def _listed(element: ET.Element) -> Blob:
    def told(name: str) -> str:
        return element.findtext(f"Properties/{name}") or ""

    etag = told("Etag")
    return Blob(
        name=element.findtext("Name") or "",
        etag=etag if etag.startswith('"') else f'"{etag}"',
        modified=parsedate_to_datetime(told("Last-Modified")),
        created=parsedate_to_datetime(told("Creation-Time")),
        length=int(told("Content-Length") or 0),
        content_type=told("Content-Type"),
        kind=told("BlobType"),
        metadata={found.tag: found.text or "" for found in element.iterfind("Metadata/*")},
    )
