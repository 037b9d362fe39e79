"""The Python worker's checks of a signature against its bindings.

See reference/host-triggers.md 1.4.
"""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from localhost import converters
from localhost.functions import RETURN, Binding

CONTEXT = "context"
GENERIC = "generic"


class SignatureError(Exception):
    """The worker would refuse to load this function, and with it the whole app."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function declares, once it is known to fit its bindings."""

    parameters: frozenset[str]
    raw: frozenset[str]
    may_return: bool


def check(function: Callable[..., Any], bindings: Iterable[Binding]) -> Signature:
    """Return the signature of ``function`` if the worker would load it.

    Raises SignatureError, in the worker's sense, for the first thing that does not fit. A forward
    reference that cannot be resolved is such a thing too.
    """
    declared = inspect.signature(function).parameters
    try:
        annotations = typing.get_type_hints(function)
    except (NameError, TypeError) as unresolved:
        raise SignatureError(
            f"its annotations cannot be resolved: {unresolved}. Import the name at module level, "
            "not under TYPE_CHECKING"
        ) from unresolved
    bound = {binding.name: binding for binding in bindings}
    returned = bound.pop(RETURN, None)
    _check_directions(bound, returned)
    _check_names(set(declared), set(bound), annotations)
    for name, binding in bound.items():
        if name in annotations:
            _check_annotation(binding, annotations[name])
    if returned is not None and "return" in annotations:
        _check_return(returned, annotations["return"])
    every = [*bound.values(), *([returned] if returned else [])]
    return Signature(
        parameters=frozenset(declared),
        raw=frozenset(b.name for b in every if _kind(b, annotations) == GENERIC),
        may_return=returned is not None
        or any(converters.has_implicit_output(binding.type) for binding in every),
    )


def _check_directions(bound: Mapping[str, Binding], returned: Binding | None) -> None:
    for binding in bound.values():
        if binding.direction == "INOUT":
            raise SignatureError(f"binding '{binding.name}': 'INOUT' bindings are not supported")
    if returned is not None and returned.direction != "OUT":
        raise SignatureError("the '$return' binding must have the direction 'OUT'")


def _check_names(declared: set[str], bound: set[str], annotations: Mapping[str, Any]) -> None:
    if CONTEXT in declared and CONTEXT not in bound:
        declared = declared - {CONTEXT}
        hint = annotations.get(CONTEXT)
        # The worker compares the class's name only, so a subclass or an alias is refused.
        if hint is not None and getattr(hint, "__name__", "") != "Context":
            raise SignatureError(
                f"the 'context' parameter is expected to be of type azure.functions.Context, "
                f"got {hint!r}"
            )
    if unbound := declared - bound:
        raise SignatureError(
            f"the following parameters are declared in Python but not in the function's "
            f"decorators: {_names(unbound)}. Bind them or remove them"
        )
    if missing := bound - declared:
        raise SignatureError(
            f"the following parameters are declared in the function's decorators but not in "
            f"Python: {_names(missing)}. Add a parameter of each name"
        )


def _check_annotation(binding: Binding, annotation: Any) -> None:
    is_out = _is_out(annotation)
    inner = typing.get_args(annotation)[0] if typing.get_args(annotation) and is_out else annotation
    if not isinstance(inner, type) and not _is_generic(inner):
        raise SignatureError(
            f"binding '{binding.name}' has invalid non-type annotation {annotation!r}. The worker "
            "takes plain classes only: no 'X | None', and no list[...] or dict[...]"
        )
    if is_out != (binding.direction == "OUT"):
        raise SignatureError(
            f"binding '{binding.name}' has the direction '{binding.direction}', which does not "
            f"match its annotation {annotation!r}: outputs are azure.functions.Out[...], inputs "
            "are not"
        )
    kind = _kind(binding, {binding.name: inner})
    accepts = converters.accepts_output if is_out else converters.accepts_input
    if not accepts(kind, inner):
        raise SignatureError(
            f"the type '{binding.type}' of binding '{binding.name}' does not match its Python "
            f"annotation {getattr(inner, '__name__', inner)!r}"
        )


def _check_return(returned: Binding, annotation: Any) -> None:
    if not isinstance(annotation, type):
        raise SignatureError(f"it has the invalid non-type return annotation {annotation!r}")
    if not converters.accepts_output(returned.type, annotation):
        raise SignatureError(
            f"its return annotation '{annotation.__name__}' does not match the binding type "
            f"'{returned.type}'"
        )


def _kind(binding: Binding, annotations: Mapping[str, Any]) -> str:
    """``str`` and ``bytes`` ask for the datum itself, except where the type decodes for itself."""
    hint = annotations.get("return" if binding.name == RETURN else binding.name)
    if _is_out(hint):
        hint = next(iter(typing.get_args(hint)), None)
    if hint in (str, bytes) and not converters.has_implicit_output(binding.type):
        return GENERIC
    return binding.type


def _is_out(annotation: Any) -> bool:
    cls = typing.get_origin(annotation) or annotation
    return isinstance(cls, type) and cls.__name__ == "Out"


def _is_generic(annotation: Any) -> bool:
    """Whether the worker's (old) typing_inspect calls it a generic type.

    It knows ``typing.List[int]``, not the built-in ``list[int]``, which therefore is refused from
    Python 3.11 on (Azure/azure-functions-durable-python issue 468), nor unions and tuples.
    """
    if isinstance(annotation, types.GenericAlias):
        return False
    origin = typing.get_origin(annotation)
    return isinstance(origin, type) and origin not in (tuple, types.UnionType, Callable)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
