"""What surrounds a call: inputs read before it, outputs written after it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from localhost.functions import FunctionSpec


async def _nothing(returned: Any) -> None:
    """A function without outputs has none to write."""
    del returned


@dataclass(frozen=True, slots=True)
class Bound:
    """The bindings of one call."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Arguments by name: what was read, and an ``Out`` for each output."""
    write: Callable[[Any], Awaitable[None]] = _nothing
    """Takes what the function returned and writes every output; raises what the service says."""


class Bindings(Protocol):
    """Reads and writes what functions are bound to besides their triggers."""

    async def bind(self, spec: FunctionSpec, invocation_id: str, data: Mapping[str, Any]) -> Bound:
        """Return the bindings of a call; ``data`` is what ``{name}`` stands for in their paths."""


class NoBindings:
    """For functions that have none."""

    async def bind(self, spec: FunctionSpec, invocation_id: str, data: Mapping[str, Any]) -> Bound:
        del spec, invocation_id, data
        return Bound()
