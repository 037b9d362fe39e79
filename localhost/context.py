"""The `azure.functions.Context` that a function may ask for (reference/host-triggers.md 6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func

from localhost.logs import claimed


@dataclass(frozen=True, slots=True)
class TraceContext:
    """The W3C trace an invocation belongs to: the values of its two headers, empty for none."""

    trace_parent: str = ""
    trace_state: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RpcException:
    """What the attempt before failed with, as far as it crosses from the host to the worker."""

    message: str
    source: str = ""
    stack_trace: str = ""


@dataclass(frozen=True, slots=True)
class RetryContext:
    """Where a function stands in its retry policy; without one, both counts are 0.

    The worker's object calls the failure ``rpc_exception``, not ``exception`` as the SDK's
    abstract class does, and so does this one (reference/host-triggers.md 6.2).
    """

    retry_count: int = 0
    max_retry_count: int = 0
    rpc_exception: RpcException | None = None


class InvocationContext(func.Context):
    """The facts of one invocation."""

    def __init__(
        self,
        invocation_id: str,
        name: str,
        directory: str,
        trace: TraceContext,
        retry: RetryContext,
    ) -> None:
        """Take what the properties tell."""
        self._id, self._name, self._directory = invocation_id, name, directory
        self._trace, self._retry = trace, retry

    @property
    def invocation_id(self) -> str:
        """The id that the host's log lines carry, too."""
        return self._id

    @property
    def function_name(self) -> str:
        """The function's name, without ``Functions.``."""
        return self._name

    @property
    def function_directory(self) -> str:
        """The folder of its source file."""
        return self._directory

    # Any below, because the SDK's own annotations of these three are not what the worker gives.

    @property
    def trace_context(self) -> Any:
        """The distributed trace: a TraceContext."""
        return self._trace

    @property
    def retry_context(self) -> Any:
        """The retry policy's state: a RetryContext."""
        return self._retry

    @property
    def thread_local_storage(self) -> Any:
        """Where own threads put ``invocation_id``, so that their log lines find their call."""
        return claimed
