"""Calls one function the way the Python worker does (reference/host-triggers.md 6.1-6.5)."""

import asyncio
import contextvars
import logging
import os
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, thread
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from localhost import converters
from localhost.bindings import Bindings, NoBindings
from localhost.clock import Clock, SystemClock, sleep
from localhost.context import InvocationContext, RetryContext, RpcException, TraceContext
from localhost.functions import RETURN, Binding, FunctionSpec
from localhost.logs import Invocation, running

log = logging.getLogger(__name__)

HOST_FRAMES = (__file__, thread.__file__)
THREADS_SETTING = "PYTHON_THREADPOOL_THREAD_COUNT"
API_REASON = "This function was programmatically called via the host APIs."
"""The reason of HTTP and admin calls, word for word (reference/host-triggers.md 6.4)."""


class FunctionTimeout(Exception):
    """A function took longer than host.json's ``functionTimeout``.

    See reference/host-triggers.md 6.6.
    """


@dataclass(frozen=True, slots=True)
class Cause:
    """What a trigger tells about a call besides its value."""

    details: str = ""
    """The host's "Trigger Details" line (reference/host-triggers.md 6.4)."""
    invocation_id: str = ""
    """Listeners give one, which every attempt then carries; other calls get a new one for each."""
    trace_parent: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What ``{name}`` in other bindings stands for (reference/host-triggers.md 4.4)."""


NO_CAUSE = Cause()

Inputs = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""Arguments by name, or what makes them for each attempt, when they can be read only once."""


class Invoker:
    """Runs functions: async ones and orchestrators on the event loop, others on a thread pool."""

    def __init__(
        self,
        client_payload: Callable[[Binding], str],
        threads: int,
        timeout: float | None = None,
        bindings: Bindings | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Take what fills a durable client (reference/host-durable.md 6.1), and two limits.

        ``threads`` is the pool's size, ``timeout`` how many seconds a function may take, None for
        ever (reference/host-triggers.md 6.1, 6.6). ``bindings`` serves inputs and outputs;
        ``clock`` is what retries wait by.
        """
        self._client_payload, self._timeout = client_payload, timeout
        self._bindings, self._clock = bindings or NoBindings(), clock or SystemClock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="function")

    async def invoke(
        self,
        spec: FunctionSpec,
        inputs: Inputs,
        *,
        reason: str,
        cause: Cause = NO_CAUSE,
    ) -> Any:
        """Call the function, again as its retry policy says, and return what it returned.

        ``inputs`` are the values of its trigger and other bindings, ``Out`` objects included; what
        the function does not declare is left out. The host fills durable clients and ``context``,
        reads inputs, and writes outputs when the function has returned.
        Raises whatever the function raised, and RuntimeError for a value that no binding takes.
        """
        policy = None if spec.is_replayed else spec.retry
        stand = RetryContext(0, policy.max_count if policy else 0)
        while True:
            try:
                return await self._attempt(spec, inputs, reason, cause, stand)
            except Exception as failure:
                retry = stand.retry_count + 1
                if policy is None or not policy.allows(retry):
                    raise
                delay = policy.delay(retry)
                log.info(
                    "Waiting for `%s` before retrying function execution. Next attempt: '%d'. Max "
                    "retry count: '%d'.", timedelta(seconds=delay), retry, policy.max_count,
                )  # fmt: skip
                stand = RetryContext(retry, policy.max_count, RpcException(str(failure)))
                await sleep(self._clock, delay)

    async def _attempt(
        self, spec: FunctionSpec, inputs: Inputs, reason: str, cause: Cause, stand: RetryContext
    ) -> Any:
        invocation = Invocation(spec.name, cause.invocation_id or str(uuid.uuid4()))
        token = running.set(invocation)
        started = time.perf_counter()
        about = {"category": f"Function.{spec.name}"}
        name = f"Functions.{spec.name}"
        log.info("Executing '%s' (Reason='%s', Id=%s)", name, reason, invocation.id, extra=about)
        if cause.details:
            log.info("Trigger Details: %s", cause.details, extra=about)
        try:
            bound = await self._bindings.bind(spec, invocation.id, cause.data)
            given = inputs() if callable(inputs) else inputs
            arguments = self._arguments(spec, {**bound.inputs, **given})
            if "context" in spec.parameters:
                trace = TraceContext(cause.trace_parent)
                context = InvocationContext(invocation.id, spec.name, spec.directory, trace, stand)
                arguments.setdefault("context", context)
            returned = await self._call(spec, arguments)
            _check_return(spec, returned)
            await bound.write(returned)
        except BaseException as failure:
            log.error(  # noqa: TRY400 - the stack is part of the host's own text
                "Executed '%s' (Failed, Id=%s, Duration=%dms)\n%s",
                name, invocation.id, _milliseconds(started), described(name, failure), extra=about,
            )  # fmt: skip
            raise
        else:
            log.info(
                "Executed '%s' (Succeeded, Id=%s, Duration=%dms)",
                name, invocation.id, _milliseconds(started), extra=about,
            )  # fmt: skip
            return returned
        finally:
            running.reset(token)

    def close(self) -> None:
        """Let the pool's threads end; a function still running in one is abandoned."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _arguments(self, spec: FunctionSpec, inputs: Mapping[str, Any]) -> dict[str, Any]:
        arguments = {name: value for name, value in inputs.items() if name in spec.parameters}
        for client in spec.bindings_of("durableClient"):
            arguments[client.name] = self._client_payload(client)
        return arguments

    async def _call(self, spec: FunctionSpec, arguments: dict[str, Any]) -> Any:
        try:
            async with asyncio.timeout(self._timeout) as limit:
                return await self._started(spec, arguments)
        except TimeoutError as late:
            if not limit.expired():
                raise  # the function's own
            raise FunctionTimeout(
                f"Timeout value of {self._timeout:g} s was exceeded by function: "
                f"Functions.{spec.name}. A thread that still runs it is abandoned."
            ) from late
        except SystemExit as left:
            # The worker process would end and be started again (reference/host-triggers.md 6.5).
            raise RuntimeError(f"the function tried to end the process: {left!r}") from left

    async def _started(self, spec: FunctionSpec, arguments: dict[str, Any]) -> Any:
        if spec.is_async:
            return await spec.function(**arguments)
        if spec.is_replayed:
            # A replay takes about a millisecond of this thread's time; handing it to another one
            # costs more, because both want the interpreter (docs/localhost.md).
            return spec.function(**arguments)
        copied = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._pool, lambda: copied.run(spec.function, **arguments)
        )


def thread_count(setting: str | None) -> int:
    """Return the pool's size for the text of PYTHON_THREADPOOL_THREAD_COUNT.

    Not set, not a whole number or below 1: Python's own default, min(32, processors + 4), with a
    warning when a number was meant (reference/host-triggers.md 6.1).
    """
    default = min(32, (os.cpu_count() or 1) + 4)
    if setting is None:
        return default
    if setting.strip().isdecimal() and int(setting) >= 1:
        return int(setting)
    log.warning(
        "%s must be a whole number from 1 on, but it is '%s'; %d threads are used.",
        THREADS_SETTING, setting, default,
    )  # fmt: skip
    return default


def described(name: str, failure: BaseException) -> str:
    """Return the host's words for a failed call: type, message and stack.

    The host's frames, above the function's own, say nothing and are left out.
    See reference/host-triggers.md 6.5.
    """
    frames = traceback.extract_tb(failure.__traceback__)
    while frames and frames[0].filename in HOST_FRAMES:
        del frames[0]
    stack = "".join(traceback.format_list(frames))
    return (
        f"Exception while executing function: {name}\nResult: Failure\n"
        f"Exception: {type(failure).__name__}: {failure}\nStack: {stack}"
    ).rstrip()


def _check_return(spec: FunctionSpec, returned: Any) -> None:
    """Refuse what the worker cannot send back to the host (reference/host-triggers.md 2.5)."""
    target = next((binding for binding in spec.bindings if binding.name == RETURN), None)
    if target is not None and not _is_sendable(target, returned):
        raise TypeError(
            f'unable to encode outgoing TypedData: unsupported type "{target.type}" for Python '
            f'type "{type(returned).__name__}"'
        )
    if returned is not None and not spec.may_return:
        raise RuntimeError(
            f"function '{spec.name}' without a $return binding returned a non-None value"
        )


def _is_sendable(target: Binding, returned: Any) -> bool:
    if target.type.lower() == "http":
        return converters.accepts_output(target.type, type(returned))
    return returned is not None  # the output's own writer judges the rest


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
