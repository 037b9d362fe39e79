"""The management API under /runtime/webhooks/durabletask, and for the SDK on loopback."""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web

from localhost.durable.engine import Engine, Gone, NewInstance, NoInstance, NotFinished
from localhost.durable.history import RuntimeStatus
from localhost.durable.links import Links
from localhost.durable.query import BadQuery, Parameters
from localhost.durable.status import history_document, status_document
from localhost.durable.taskhub import Instance, InstanceExists, PayloadTooLarge
from localhost.tracing import Trace

CONTINUATION = "x-ms-continuation-token"
LISTED_AT_ONCE = 100
"""Instances a purge looks at in one request."""
_BAD_ID = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")

Answer = web.Response
Segments = Sequence[str]
_Handler = Callable[["Webhooks", web.Request, Segments], Awaitable[Answer]]


class Webhooks:
    """Answers the routes of reference/host-durable.md 7.1 for one engine."""

    def __init__(self, engine: Engine, links: Links) -> None:
        self._engine, self._hub, self._links = engine, engine.hub, links

    async def handle(self, request: web.Request, path: str) -> Answer:
        """Answer a request; ``path`` is the raw rest of the URL's path below the base."""
        segments = [_decoded(part) for part in path.strip("/").split("/") if part]
        handler = _route(request.method, segments)
        if handler is None:
            return Answer(status=404)
        try:
            return await handler(self, request, segments[1:])
        except tuple(_STATUS_OF) as error:
            status = _STATUS_OF[type(error)]
            return _error(status, str(error)) if status in _EXPLAINED else Answer(status=status)
        except ConnectionError as error:
            return _error(503, f"The task hub's storage does not answer: {error}")

    async def start(self, request: web.Request, rest: Segments) -> Answer:
        """POST orchestrators/{function}[/{instance}]."""
        name, instance_id = rest[0], rest[1] if len(rest) > 1 else uuid.uuid4().hex
        if problem := _id_problem(instance_id):
            return _error(400, problem)
        parameters = Parameters(request.query)
        wait = parameters.wait()
        new = NewInstance(
            name,
            instance_id,
            await _json_body(request),
            parameters.text("version"),
            trace=Trace.of(request.headers),
        )
        await self._engine.start_new(new)
        if wait is None:
            return self._check_status(request, instance_id)
        return await self._waited(request, instance_id, *wait)

    async def status(self, request: web.Request, rest: Segments) -> Answer:
        """GET instances/{instance}."""
        instance = await self._found(rest[0])
        parameters = Parameters(request.query)
        show_input = parameters.flag("showInput", default=True)
        document = status_document(instance, show_input=show_input)
        if parameters.flag("showHistory") and instance.status is not RuntimeStatus.Pending:
            stored = await self._hub.load(rest[0])
            document["historyEvents"] = history_document(
                stored.history if stored else (),
                show_input=show_input,
                show_output=parameters.flag("showHistoryOutput"),
            )
        if not instance.status.is_terminal:
            headers = {"Location": str(request.url), "Retry-After": "5"}
            return _json(202, document, headers)
        failed = instance.status is RuntimeStatus.Failed
        strict = parameters.flag("returnInternalServerErrorOnFailure")
        return _json(500 if failed and strict else 200, document)

    async def list_instances(self, request: web.Request, rest: Segments) -> Answer:
        """GET instances."""
        del rest
        parameters = Parameters(request.query)
        query = replace(parameters.query(), token=request.headers.get(CONTINUATION, ""))
        try:
            page = await self._hub.list(query)
        except ValueError as error:
            raise BadQuery(f"The continuation token cannot be read: {error}") from error
        show_input = parameters.flag("showInput", default=True)
        items = [status_document(instance, show_input=show_input) for instance in page.instances]
        return _json(200, items, {CONTINUATION: page.token})

    async def raise_event(self, request: web.Request, rest: Segments) -> Answer:
        """POST instances/{instance}/raiseEvent/{event}."""
        instance = await self._found(rest[0])
        if instance.status.is_terminal:
            raise Gone(rest[0])
        if request.content_type.lower() != "application/json":
            return _error(400, "Only application/json request content is supported")
        await self._engine.raise_event(rest[0], rest[2], await _json_body(request))
        return Answer(status=202)

    async def terminate(self, request: web.Request, rest: Segments) -> Answer:
        """POST instances/{instance}/terminate."""
        await self._engine.terminate(rest[0], Parameters(request.query).reason())
        return Answer(status=202)

    async def suspend(self, request: web.Request, rest: Segments) -> Answer:
        """POST instances/{instance}/suspend."""
        if (await self._found(rest[0])).status is RuntimeStatus.Suspended:
            return _error(500, "The instance is suspended already.")
        await self._engine.suspend(rest[0], Parameters(request.query).reason())
        return Answer(status=202)

    async def resume(self, request: web.Request, rest: Segments) -> Answer:
        """POST instances/{instance}/resume."""
        instance = await self._found(rest[0])
        if instance.status.is_terminal:
            raise Gone(rest[0])
        if instance.status is not RuntimeStatus.Suspended:
            return _error(500, "The instance is not suspended.")
        await self._engine.resume(rest[0], Parameters(request.query).reason())
        return Answer(status=202)

    async def purge(self, request: web.Request, rest: Segments) -> Answer:
        """DELETE instances/{instance}."""
        del request
        await self._engine.purge(rest[0])
        return _json(200, {"instancesDeleted": 1})

    async def purge_all(self, request: web.Request, rest: Segments) -> Answer:
        """DELETE instances?createdTimeFrom=…: the finished ones only (docs/localhost.md)."""
        del rest
        query = Parameters(request.query).query()
        if query.created_from is None:
            raise BadQuery("Please provide value for 'createdTimeFrom' parameter.")
        purged = await self._engine.purge_all(replace(query, top=LISTED_AT_ONCE))
        return _json(200, {"instancesDeleted": purged}) if purged else Answer(status=404)

    async def restart(self, request: web.Request, rest: Segments) -> Answer:
        """POST instances/{instance}/restart."""
        parameters = Parameters(request.query)
        wait = parameters.wait()
        new_id = parameters.flag("restartWithNewInstanceId", default=True)
        try:
            instance = await self._engine.restart(rest[0], new_id=new_id)
        except NoInstance:
            return _error(400, "InstanceId does not match a valid orchestration instance.")
        if wait is None:
            return self._check_status(request, instance.instance_id)
        return await self._waited(request, instance.instance_id, *wait)

    async def unserved(self, request: web.Request, rest: Segments) -> Answer:
        """What the real host answers and this one does not yet (docs/localhost.md)."""
        del rest
        return _error(501, f"The embedded host does not serve {request.method} {request.path} yet.")

    async def _found(self, instance_id: str) -> Instance:
        instance = await self._hub.read(instance_id)
        if instance is None:
            raise NoInstance(instance_id)
        return instance

    def _check_status(self, request: web.Request, instance_id: str) -> Answer:
        links = self._links.for_instance(f"{request.scheme}://{request.host}", instance_id)
        return _json(202, links, {"Location": links["statusQueryGetUri"], "Retry-After": "10"})

    async def _waited(
        self, request: web.Request, instance_id: str, patience: float, interval: float
    ) -> Answer:
        clock = self._engine.clock
        deadline = clock.now() + timedelta(seconds=patience)
        while clock.now() < deadline:
            instance = await self._found(instance_id)
            if instance.status is RuntimeStatus.Completed:
                return _json(200, json.loads(instance.output or "null"))
            if instance.status.is_terminal:
                failed = instance.status is RuntimeStatus.Failed
                return _json(500 if failed else 200, status_document(instance, show_input=True))
            over = asyncio.Event()
            clock.call_at(clock.now() + timedelta(seconds=interval), over.set)
            await over.wait()
        return self._check_status(request, instance_id)


_STATUS_OF: Mapping[type[Exception], int] = {
    NoInstance: 404,
    Gone: 410,
    InstanceExists: 409,
    NotFinished: 412,
    PayloadTooLarge: 413,
    BadQuery: 400,
}
_EXPLAINED = (400, 409, 412, 413)

_ROUTES: Sequence[tuple[str, Segments, _Handler]] = (
    ("POST", ("orchestrators", "*"), Webhooks.start),
    ("POST", ("orchestrators", "*", "*"), Webhooks.start),
    ("GET", ("instances",), Webhooks.list_instances),
    ("GET", ("instances", "*"), Webhooks.status),
    ("DELETE", ("instances", "*"), Webhooks.purge),
    ("POST", ("instances", "*", "raiseevent", "*"), Webhooks.raise_event),
    ("POST", ("instances", "*", "terminate"), Webhooks.terminate),
    ("POST", ("instances", "*", "suspend"), Webhooks.suspend),
    ("POST", ("instances", "*", "resume"), Webhooks.resume),
    ("POST", ("instances", "*", "rewind"), Webhooks.unserved),
    ("POST", ("instances", "*", "restart"), Webhooks.restart),
    ("DELETE", ("instances",), Webhooks.purge_all),
    ("GET", ("entities",), Webhooks.unserved),
    ("GET", ("entities", "*"), Webhooks.unserved),
    ("GET", ("entities", "*", "*"), Webhooks.unserved),
    ("POST", ("entities", "*", "*"), Webhooks.unserved),
    ("DELETE", ("entities", "*", "*"), Webhooks.unserved),
)


def _route(method: str, segments: Segments) -> _Handler | None:
    for verb, pattern, handler in _ROUTES:
        if verb == method and len(pattern) == len(segments) and _fits(pattern, segments):
            return handler
    return None


def _fits(pattern: Segments, segments: Segments) -> bool:
    pairs = zip(pattern, segments, strict=True)
    return all(part in ("*", segment.lower()) for part, segment in pairs)


def _decoded(segment: str) -> str:
    # %2F stays as it is (reference/host-durable.md 7): it must not look like two segments.
    return "%2F".join(unquote_plus(part) for part in re.split("%2[fF]", segment))


def _id_problem(instance_id: str) -> str | None:
    if not 1 <= len(instance_id) <= 256:  # noqa: PLR2004 - reference/host-durable.md 8.2
        return "An instance id has 1 to 256 characters."
    if instance_id.startswith("@"):
        return "Orchestration instance IDs must not start with @."
    if _BAD_ID.search(instance_id):
        return r"An instance id must not contain /, \, #, ? or control characters."
    return None


async def _json_body(request: web.Request) -> str | None:
    try:
        text = await request.text()
        if text:
            json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError, LookupError) as error:
        raise BadQuery(f"Invalid JSON content: {error}") from error
    return text or None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _json(status: int, document: Any, headers: Mapping[str, str] | None = None) -> Answer:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair is legal in JSON as an escape, and no character of UTF-8.
    body = text.encode() if text.isprintable() else json.dumps(document).encode()
    return Answer(
        status=status, body=body, content_type="application/json", charset="utf-8", headers=headers
    )


def _error(status: int, message: str) -> Answer:
    # Old SDKs read ExceptionMessage, new hosts write Message: both are safe (host-durable 7.6).
    return _json(status, {"Message": message, "ExceptionMessage": message})
