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
from typing import Any

from localhost import converters
from localhost.context import InvocationContext, TraceContext
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


class Invoker:
    """Runs functions: async ones and orchestrators on the event loop, others on a thread pool."""

    def __init__(
        self,
        client_payload: Callable[[Binding], str],
        threads: int,
        timeout: float | None = None,
    ) -> None:
        """Take what fills a durable client (reference/host-durable.md 6.1), and two limits.

        ``threads`` is the pool's size, ``timeout`` how many seconds a function may take, None for
        ever (reference/host-triggers.md 6.1, 6.6).
        """
        self._client_payload, self._timeout = client_payload, timeout
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="function")

    async def invoke(
        self,
        spec: FunctionSpec,
        inputs: Mapping[str, Any],
        *,
        reason: str,
        invocation_id: str | None = None,
        trace_parent: str = "",
    ) -> Any:
        """Call the function and return what it returned.

        ``inputs`` are the values of its trigger and other bindings, ``Out`` objects included; what
        the function does not declare is left out. The host fills durable clients and ``context``.
        Raises whatever the function raised, and RuntimeError for a value that no binding takes.
        """
        invocation = Invocation(spec.name, invocation_id or str(uuid.uuid4()))
        arguments = self._arguments(spec, inputs, invocation, trace_parent)
        token = running.set(invocation)
        started = time.perf_counter()
        about = {"category": f"Function.{spec.name}"}
        name = f"Functions.{spec.name}"
        log.info("Executing '%s' (Reason='%s', Id=%s)", name, reason, invocation.id, extra=about)
        try:
            returned = await self._call(spec, arguments)
            _check_return(spec, returned)
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

    def _arguments(
        self,
        spec: FunctionSpec,
        inputs: Mapping[str, Any],
        invocation: Invocation,
        trace_parent: str,
    ) -> dict[str, Any]:
        arguments = {name: value for name, value in inputs.items() if name in spec.parameters}
        for client in spec.bindings_of("durableClient"):
            arguments[client.name] = self._client_payload(client)
        if "context" in spec.parameters and "context" not in arguments:
            arguments["context"] = InvocationContext(
                invocation.id, spec.name, spec.directory, TraceContext(trace_parent)
            )
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
    if target is not None and not converters.accepts_output(target.type, type(returned)):
        raise TypeError(
            f'unable to encode outgoing TypedData: unsupported type "{target.type}" for Python '
            f'type "{type(returned).__name__}"'
        )
    if returned is not None and not spec.may_return:
        raise RuntimeError(
            f"function '{spec.name}' without a $return binding returned a non-None value"
        )


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
