"""The typed door to the SDK's converters between Python values and what the host sends."""

from typing import Any, cast

from azure.functions import meta

Datum = meta.Datum


def converter(binding_type: str) -> Any:
    """Return the SDK's converter class of a binding type; None when it has none."""
    return cast(Any, meta)._ConverterMeta.get(binding_type)  # noqa: SLF001 - no typed way in


def datum(kind: str | None, value: Any) -> Datum:
    """Wrap a value the way it would cross from the host to the worker."""
    return meta.Datum(value=value, type=kind)


def has_implicit_output(binding_type: str) -> bool:
    """Say whether a function with this binding may return a value without a ``$return`` binding.

    True for durable triggers and for every type the SDK has no converter for
    (reference/host-triggers.md 6.3).
    """
    found = converter(binding_type)
    if found is None:
        return True
    return bool(getattr(found, "has_implicit_output", bool)())


def accepts_input(binding_type: str, annotation: Any) -> bool:
    """Say whether a parameter of this binding may carry this annotation.

    See reference/host-triggers.md 1.4.
    """
    found = converter(binding_type)
    if found is None or not hasattr(found, "check_input_type_annotation"):
        return _is_subclass(annotation, (str, bytes))
    return _checks(found.check_input_type_annotation, annotation)


def accepts_output(binding_type: str, annotation: Any) -> bool:
    """Say whether an ``Out[annotation]`` or a return annotation fits this binding."""
    found = converter(binding_type)
    if found is None or not hasattr(found, "check_output_type_annotation"):
        return _is_subclass(annotation, (str, bytes, bytearray))
    return _checks(found.check_output_type_annotation, annotation)


def _checks(check: Any, annotation: Any) -> bool:
    try:
        return bool(check(annotation))
    except TypeError:  # the SDK's checks ask issubclass() about generics too
        return False


def _is_subclass(annotation: Any, bases: tuple[type, ...]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, bases)
