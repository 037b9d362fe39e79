"""How the engine calls the app: orchestrators and activities through the SDK's own converters."""

import json
import logging
import time
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from azure.functions import OrchestrationContext
from azure.functions.durable_functions import ActivityTriggerConverter
from azure.functions.meta import Datum

from localhost.durable.reply import Reply, compact, parse_reply, reply_of_failure
from localhost.durable.script import Names
from localhost.indexing import FunctionSpec
from localhost.invoke import NO_CAUSE, Cause, Invoker
from localhost.tracing import Trace

SLOW_SECONDS = 1.0
"""An orchestrator only computes; one that takes this long waits for something in its code."""

log = logging.getLogger("localhost.durable")

_NAME_OPTION = {"orchestrationTrigger": "orchestration", "activityTrigger": "activity"}


class ActivityFailed(Exception):
    """An activity raised. ``reason`` and ``details`` are the host's words for it."""

    def __init__(self, reason: str, details: str) -> None:
        super().__init__(reason)
        self.reason, self.details = reason, details


class Functions(Protocol):
    """What the engine needs of the app."""

    @property
    def names(self) -> Names:
        """The functions there are."""

    async def orchestrate(self, name: str, trigger: str) -> Reply:
        """Run an orchestrator over a trigger JSON (reference/host-durable.md 2.1)."""

    async def run_activity(self, name: str, body: str | None, trace: Trace | None) -> str | None:
        """Run an activity on an input of JSON text; return its result as JSON text.

        ``trace`` is the instance's; the activity sees a place of its own in it.

        Raises:
            ActivityFailed: it raised, or its result is not JSON.
        """


class AppFunctions:
    """The functions of a loaded app."""

    def __init__(self, specs: Iterable[FunctionSpec], invoker: Invoker) -> None:
        self._invoker = invoker
        self._orchestrators: dict[str, FunctionSpec] = {}
        self._activities: dict[str, FunctionSpec] = {}
        known = {
            "orchestrationTrigger": self._orchestrators,
            "activityTrigger": self._activities,
        }
        for spec in specs:
            if spec.trigger.type in known:
                given = spec.trigger.options.get(_NAME_OPTION[spec.trigger.type])
                known[spec.trigger.type][(given or spec.name).casefold()] = spec
        self.names = Names.of(self._activities, self._orchestrators)

    async def orchestrate(self, name: str, trigger: str) -> Reply:
        spec = self._orchestrators.get(name.casefold())
        if spec is None:
            listed = ", ".join(f"'{item.name}'" for item in self._orchestrators.values())
            return Reply(
                actions=(),
                broken=True,
                error=f"The function '{name}' doesn't exist, is disabled, or is not an "
                "orchestrator function. Additional info: The following are the known orchestrator "
                f"functions: {listed}.",
            )
        inputs = {spec.trigger.name: OrchestrationContext(trigger)}
        began = time.perf_counter()
        try:
            answer = await self._invoker.invoke(spec, inputs, reason="(null)")
            return parse_reply(answer)
        except Exception as error:  # noqa: BLE001 - the instance fails with what it raised
            return reply_of_failure(name, error, "".join(traceback.format_tb(error.__traceback__)))
        finally:
            if (took := time.perf_counter() - began) > SLOW_SECONDS:
                log.warning(
                    "%s held up the host for %.1f s; an orchestrator must not block", name, took
                )

    async def run_activity(self, name: str, body: str | None, trace: Trace | None) -> str | None:
        spec = self._activities.get(name.casefold())
        if spec is None:
            raise _failed(name, f"Activity function '{name}' does not exist.")
        try:
            decoded = ActivityTriggerConverter.decode(
                Datum(body if body is not None else "null", "string"), trigger_metadata=None
            )
            inputs = {spec.trigger.name: decoded}
            cause = Cause(trace_parent=trace.below().parent) if trace else NO_CAUSE
            result = await self._invoker.invoke(spec, inputs, reason="(null)", cause=cause)
            encoded = ActivityTriggerConverter.encode(result, expected_type=None)
            document = json.loads(encoded.value)
        except Exception as error:
            # Two blanks follow "failed:", because the host keeps the one after "Exception:".
            raise _failed(name, f" {type(error).__name__}: {error}") from error
        return None if document is None else compact(document)


def _failed(name: str, message: str) -> ActivityFailed:
    details: Mapping[str, Any] = {
        "$type": "System.Exception, System.Private.CoreLib",
        "ClassName": "System.Exception",
        "Message": message,
        "Data": None,
        "InnerException": None,
        "HelpURL": None,
        "StackTraceString": None,
        "HResult": -2146233088,
        "Source": None,
    }
    return ActivityFailed(f"Activity function '{name}' failed: {message}", json.dumps(details))
