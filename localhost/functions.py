"""One function of the app, as the host sees it: its code, its bindings, what is wrong with it."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localhost.retries import RetryPolicy

RETURN = "$return"


@dataclass(frozen=True, slots=True)
class Binding:
    """One entry of a function's binding list (reference/host-triggers.md 1.3)."""

    name: str
    type: str
    direction: str
    """``IN`` or ``OUT``, as the SDK writes it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Every other member of the binding's JSON; ``%NAME%`` resolved where the host does."""

    @property
    def is_trigger(self) -> bool:
        """Whether this binding starts the function; every trigger's type ends in this word."""
        return self.type.lower().endswith("trigger")


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One indexed function."""

    name: str
    function: Callable[..., Any]
    """What the SDK registered: for durable functions its wrapper, not the user's own function."""
    bindings: tuple[Binding, ...]
    script_file: str
    is_async: bool
    parameters: frozenset[str]
    """The names it declares; nothing else may be passed to it."""
    may_return: bool = True
    """Whether a value other than None may come back (reference/host-triggers.md 2.5, 6.3)."""
    raw: frozenset[str] = frozenset()
    """Bindings annotated ``str`` or ``bytes``, also as ``Out[...]``: the datum goes unconverted.

    See reference/host-triggers.md 1.4.
    """
    errors: tuple[str, ...] = ()
    """What the host holds against it; a function in error never runs.

    See reference/host-triggers.md 1.6.
    """
    disabled: bool = False
    retry: RetryPolicy | None = None
    """Its own policy, else host.json's (reference/host-triggers.md 7)."""

    @property
    def runs(self) -> bool:
        """Whether the host gives this function its trigger."""
        return not self.errors and not self.disabled

    @property
    def trigger(self) -> Binding:
        """The one binding that starts it."""
        return next(binding for binding in self.bindings if binding.is_trigger)

    @property
    def is_replayed(self) -> bool:
        """Whether it is an orchestrator, which may only compute: it needs no thread to block in."""
        return self.trigger.type.lower() == "orchestrationtrigger"

    @property
    def is_bound(self) -> bool:
        """Whether it reads or writes something whose path may name ``{values}`` of its trigger."""
        return any(binding.type.lower() in ("queue", "blob") for binding in self.bindings)

    @property
    def source(self) -> str:
        """Where a person finds it: ``file.py:line``."""
        return source_of(self.function)

    @property
    def directory(self) -> str:
        """The folder of its source file (reference/host-triggers.md 6.2)."""
        return str(Path(self.source.rpartition(":")[0]).parent)

    def bindings_of(self, kind: str, direction: str = "IN") -> tuple[Binding, ...]:
        """Return its bindings of one type, compared ignoring case as the host does."""
        return tuple(
            binding
            for binding in self.bindings
            if binding.type.lower() == kind.lower() and binding.direction == direction
        )


def source_of(function: Callable[..., Any]) -> str:
    """Return ``file.py:line`` of the user's own function behind whatever the SDK wrapped it in."""
    for wrapper in ("orchestrator_function", "entity_function", "client_function"):
        function = getattr(function, wrapper, function)
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:  # a callable object has no code of its own
        code = type(function).__call__.__code__
    return f"{code.co_filename}:{code.co_firstlineno}"
