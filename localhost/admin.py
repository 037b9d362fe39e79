"""The host's own API below `/admin`: its state, its functions, runs by hand.

See reference/host-triggers.md 2.8.
"""

import asyncio
import json
import logging
import platform
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from localhost.functions import FunctionSpec
from localhost.http_response import Reply
from localhost.routes import full_route
from localhost.settings import HostSettings

log = logging.getLogger(__name__)

Manual = Callable[[FunctionSpec, str], Awaitable[object]]
"""Runs a function by hand with the text of ``input``; each trigger type brings its own."""

VERSION = "4.0.0.0"
"""The runtime whose behaviour this host follows."""
NOT_FOUND = Reply(404)


class Admin:
    """Answers for the host itself. Under `func start` nobody needs a key.

    See reference/host-triggers.md 2.3.
    """

    def __init__(
        self,
        specs: Sequence[FunctionSpec],
        settings: HostSettings,
        manual: Mapping[str, Manual],
    ) -> None:
        """Take the functions and how each trigger type, in lower case, is run by hand."""
        self._specs = {spec.name.lower(): spec for spec in specs}
        self._settings, self._manual = settings, manual
        self._started, self._instance = time.monotonic(), uuid.uuid4().hex
        self.running: set[asyncio.Task[None]] = set()

    def answer(self, method: str, path: str, body: bytes, base_url: str) -> Reply | None:
        """Return the answer to a request; None when the path is none of this API's."""
        relative = path.strip("/").lower()
        if relative == "admin/host/ping" and method in ("GET", "POST"):
            return Reply(200)
        if relative == "admin/host/status" and method == "GET":
            return _json(self._status())
        if relative == "admin/functions" and method == "GET":
            return _json([self._described(spec, base_url) for spec in self._specs.values()])
        found = re.fullmatch(r"admin/functions/([^/]+)(/status)?", relative)
        if found is None:
            return None
        spec = self._specs.get(found[1])
        if spec is None:
            return NOT_FOUND
        return self._function(spec, method, body, base_url, status=found[2] is not None)

    def _function(
        self, spec: FunctionSpec, method: str, body: bytes, base_url: str, *, status: bool
    ) -> Reply | None:
        if method == "GET" and status:
            return _json({"errors": list(spec.errors)} if spec.errors else {})
        if method == "GET":
            return _json(self._described(spec, base_url))
        if method == "POST" and not status:
            return self._run(spec, body)
        return None

    def _run(self, spec: FunctionSpec, body: bytes) -> Reply:
        try:
            given = json.loads(body)
        except ValueError:
            return Reply(400)
        if not isinstance(given, dict):
            return Reply(400)
        task = asyncio.create_task(self._run_by_hand(spec, str(given.get("input") or "")))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return Reply(202)

    async def _run_by_hand(self, spec: FunctionSpec, text: str) -> None:
        """Run in the background, where a failure is only logged; the client has its 202."""
        run = self._manual.get(spec.trigger.type.lower())
        if run is None or spec.errors:
            log.error(
                "Exception while executing function: Functions.%s\nIts trigger '%s' cannot be "
                "started by hand.",
                spec.name,
                spec.trigger.type,
            )
            return
        try:
            await run(spec, text)
        except Exception as failure:  # noqa: BLE001 - the invoker has logged it with its stack
            log.debug("Functions.%s, run by hand, failed: %r", spec.name, failure)

    def _status(self) -> dict[str, Any]:
        bundle = self._settings.section("extensionBundle")
        errors = [f"{s.name}: {error}" for s in self._specs.values() for error in s.errors]
        members = {
            "id": platform.node().lower(),
            "state": "Running",
            "version": VERSION,
            "versionDetails": f"{VERSION} localhost, an embedded host in Python",
            "instanceId": self._instance,
            "computerName": platform.node(),
            "processUptime": round((time.monotonic() - self._started) * 1000),
            "functionAppContentEditingState": "NotAllowed",
            "extensionBundle": dict(bundle) if isinstance(bundle, Mapping) else {},
            "errors": errors,
        }
        return {name: value for name, value in members.items() if value}

    def _described(self, spec: FunctionSpec, base_url: str) -> dict[str, Any]:
        href = f"{base_url}/admin/functions/{spec.name}"
        script = f"{base_url}/admin/vfs/{spec.script_file}"
        return {
            "name": spec.name,
            "script_root_path_href": f"{base_url}/admin/vfs/",
            "script_href": script,
            "config_href": None,
            "test_data_href": None,
            "href": href,
            "invoke_url_template": self._url(spec, base_url),
            "language": "python",
            "config": {
                "name": spec.name,
                "entryPoint": spec.name,
                "scriptFile": spec.script_file,
                "language": "python",
                "functionDirectory": spec.directory,
                "bindings": [
                    {"name": b.name, "type": b.type, "direction": b.direction, **b.options}
                    for b in spec.bindings
                ],
            },
            "files": None,
            "test_data": None,
            "isDisabled": spec.disabled,
            "isDirect": False,
            "isProxy": False,
        }

    def _url(self, spec: FunctionSpec, base_url: str) -> str | None:
        if spec.trigger.type.lower() != "httptrigger":
            return None
        prefix = self._settings.value("extensions.http.routePrefix", "api")
        return f"{base_url}/{full_route(spec, prefix)}".lower()


def _json(value: Any) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(200, (("Content-Type", "application/json; charset=utf-8"),), body)
