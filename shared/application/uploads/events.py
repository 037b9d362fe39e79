"""The messages that tell of a blob in `uploads`, whoever wrote them: which blob, which version."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from shared import logs
from shared.blobs.port import is_fit
from shared.message_text import all_json
from shared.names import UPLOADS
from shared.plain import Json

CREATED = "Microsoft.Storage.BlobCreated"
SUBJECT = re.compile(r"/blobServices/default/containers/([^/]+)/blobs/(.+)", re.DOTALL)
PATH = re.compile(r"/(?:devstoreaccount1/)?([^/]+)/(.+)", re.DOTALL)  # the emulator's account


class BadEvent(ValueError):
    """This message tells of no blob that one could look at."""

    code = "unreadable_message"

    def __init__(self, detail: str) -> None:
        super().__init__(f"{self.__doc__} ({detail})")


class ForeignEvent(ValueError):
    """This event is of another storage account. Correct the subscription that sends it here."""

    code = "foreign_event"


@dataclass(frozen=True, slots=True)
class Seen:
    """A blob in `uploads` that somebody tells of; `etag`: which version, if they say so."""

    blob: str
    etag: str | None = None


def seen_in(text: str, endpoint: str | None = None) -> list[Seen]:
    """The blobs a message tells of: an event of Event Grid in either schema, or an array of such,
    or the message of a blob trigger (reference/infra.md 3.6, host-triggers.md 4.2).

    What is no creation of a blob in our container is logged and left out. `endpoint`: of the data
    account, such as `https://name.blob.core.windows.net`; without it (on a machine of one's own,
    where only people write events) nobody asks which account an event is of.

    Raises:
        BadEvent: it is none of these, or contradicts itself.
        ForeignEvent: it is of another account.
    """
    events = all_json(text)
    if not events:
        raise BadEvent("no JSON object in it")
    told = [_told(event, endpoint) for event in events]
    return [each for each in told if each is not None]


def _told(event: Json, endpoint: str | None) -> Seen | None:
    if event.get("Type") == "BlobTrigger":
        return _ours(_text(event, "ContainerName"), _text(event, "BlobName"), event.get("ETag"))
    kind = _text(event, "type" if "specversion" in event else "eventType")
    if kind != CREATED:
        logs.info(f"An event of type {kind[:100]} was ignored.", "upload_event_ignored")
        return None
    data = event.get("data")
    if not isinstance(data, dict):
        raise BadEvent("no data")
    url = data.get("url")
    if url is not None and not isinstance(url, str):
        raise BadEvent("the url is no text")
    if endpoint is not None:
        _require_account(url, endpoint)
    container, blob = _place(event.get("subject"), url)
    return _ours(container, blob, data.get("eTag"))


def _place(subject: Any, url: str | None) -> tuple[str, str]:
    """Container and blob. The subject has the name as it is, the URL perhaps escaped."""
    path = _path(url) if url else ""
    named = SUBJECT.fullmatch(subject) if isinstance(subject, str) else PATH.fullmatch(path)
    if named is None:
        raise BadEvent("neither subject nor url name a blob")
    if url and not any(each.endswith(f"/{named[1]}/{named[2]}") for each in (path, unquote(path))):
        raise BadEvent("subject and url name different blobs")
    return (named[1], named[2]) if isinstance(subject, str) else (named[1], unquote(named[2]))


def _path(url: str) -> str:
    """All behind the host: a name may hold `?` and `#` where it was not escaped."""
    return "/" + url.partition("://")[2].partition("/")[2]


def _require_account(url: str | None, endpoint: str) -> None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError as error:
        raise BadEvent("the url is none") from error
    if host != urlsplit(endpoint).hostname:
        raise ForeignEvent(f"{ForeignEvent.__doc__} ({host})")


def _ours(container: str, blob: str, etag: Any) -> Seen | None:
    if container != UPLOADS:
        logs.warning(
            f"An event of a blob in {container[:63]} was ignored: uploads are in {UPLOADS}.",
            "upload_event_ignored",
        )
        return None
    if not is_fit(blob):
        raise BadEvent("no blob may be called so")
    return Seen(blob, etag.strip('"') if isinstance(etag, str) else None)


def _text(event: Json, name: str) -> str:
    found = event.get(name)
    if not isinstance(found, str) or not found:
        raise BadEvent(f"no {name}")
    return found
