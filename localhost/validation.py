"""The host's own checks; each puts one function in error and lets the others run.

See reference/host-triggers.md 1.6, 2.1.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from localhost.errors import SettingsError
from localhost.functions import Binding, FunctionSpec
from localhost.settings import HostSettings
from localhost.templates import TemplateError, parse
from localhost.triggers.blob_path import BlobPattern
from localhost.triggers.queue import queue_name
from localhost.triggers.schedule import parse_schedule

FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,127}", re.IGNORECASE)
BINDING_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,127}|\$return")
RESERVED = ("admin", "runtime")
UNRESOLVED = frozenset({"httptrigger", "http"})
"""``%NAME%`` in a route stays as it is (reference/host-triggers.md 1.7)."""


def validated(specs: Sequence[FunctionSpec], settings: HostSettings) -> list[FunctionSpec]:
    """Return the functions, in the order given, each with its settings resolved and its errors.

    The order matters: of two functions with one route the first keeps it
    (reference/host-triggers.md 2.1).
    """
    checked: list[FunctionSpec] = []
    for spec in specs:
        resolved, errors = _resolved(spec, settings)
        errors = [
            *_naming(spec),
            *errors,
            *_routing(spec, checked),
            *([] if errors else _triggering(resolved)),
        ]
        checked.append(replace(resolved, errors=tuple(errors), disabled=_disabled(spec, settings)))
    return checked


def _naming(spec: FunctionSpec) -> Iterable[str]:
    if not FUNCTION_NAME.fullmatch(spec.name) or spec.name.lower() == "host":
        yield (
            f"'{spec.name}' is not a valid function name. Begin with a letter, go on with letters, "
            "digits, '_' or '-', at most 128, and do not call it 'host'."
        )
    seen: set[str] = set()
    for binding in spec.bindings:
        if not BINDING_NAME.fullmatch(binding.name):
            yield (
                f"The binding name {binding.name} is invalid. Please assign a valid name to the "
                "binding: letters and digits only, so no underscore."
            )
        if binding.name.lower() in seen:
            yield f"Multiple bindings with name '{binding.name}' discovered. Names must be unique."
        seen.add(binding.name.lower())


def _resolved(spec: FunctionSpec, settings: HostSettings) -> tuple[FunctionSpec, list[str]]:
    errors: list[str] = []

    def resolve(binding: Binding) -> Binding:
        options = dict(binding.options)
        for key, value in options.items():
            if isinstance(value, str) and binding.type.lower() not in UNRESOLVED:
                try:
                    options[key] = settings.resolve(value)
                except SettingsError as unset:
                    errors.append(str(unset))
        return replace(binding, options=options)

    return replace(spec, bindings=tuple(resolve(binding) for binding in spec.bindings)), errors


def _triggering(spec: FunctionSpec) -> Iterable[str]:
    """The real host finds these when it starts the function's listener."""
    options = spec.trigger.options
    try:
        match spec.trigger.type.lower():
            case "timertrigger":
                parse_schedule(str(options["schedule"]))
            case "queuetrigger":
                queue_name(str(options["queueName"]))
            case "blobtrigger":
                BlobPattern.parse(str(options["path"]))
                if str(options.get("source", "")).lower() == "eventgrid":
                    yield "This host does not take events of Event Grid; leave out 'source'."
    except ValueError as unusable:
        yield str(unusable)


def _routing(spec: FunctionSpec, earlier: Iterable[FunctionSpec]) -> Iterable[str]:
    if spec.trigger.type.lower() != "httptrigger":
        return
    route = route_of(spec)
    if route.lower().startswith(RESERVED):
        yield "The specified route conflicts with one or more built in routes."
    try:
        parse(route)
    except TemplateError as broken:
        yield f"The route '{route}' is not a valid template: {broken}"
    for other in earlier:
        if other.trigger.type.lower() == "httptrigger" and not other.errors and _clash(spec, other):
            yield (
                f"The route specified conflicts with the route defined by function '{other.name}'."
            )


def route_of(spec: FunctionSpec) -> str:
    """Return the route of an HTTP function, trimmed of ``/`` as the host does."""
    return str(spec.trigger.options.get("route", spec.name)).strip("/")


def methods_of(spec: FunctionSpec) -> frozenset[str] | None:
    """Return the verbs of an HTTP function in capitals; None when it takes every verb."""
    methods = spec.trigger.options.get("methods")
    return frozenset(str(verb).upper() for verb in methods) if methods else None


def _clash(one: FunctionSpec, other: FunctionSpec) -> bool:
    if route_of(one).lower() != route_of(other).lower():
        return False
    mine, theirs = methods_of(one), methods_of(other)
    return mine is None or theirs is None or bool(mine & theirs)


def _disabled(spec: FunctionSpec, settings: HostSettings) -> bool:
    return settings.flag(f"AzureWebJobs.{spec.name}.Disabled") or settings.flag(
        f"AzureWebJobs_{spec.name}_Disabled"
    )
