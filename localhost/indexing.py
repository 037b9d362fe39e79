"""Turns a loaded app into the list of its functions, or says why it cannot.

See reference/host-triggers.md 1.
"""

import inspect
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import azure.functions as func

from localhost import retries
from localhost.errors import AppLoadError
from localhost.functions import Binding, FunctionSpec, source_of
from localhost.loading import load_app
from localhost.settings import HostSettings
from localhost.signatures import SignatureError, check
from localhost.validation import validated

__all__ = ["SERVED", "AppLoadError", "Binding", "FunctionSpec", "index", "load_app"]

SERVED = frozenset(
    {
        "httptrigger",
        "http",
        "orchestrationtrigger",
        "activitytrigger",
        "durableclient",
        "timertrigger",
        "queuetrigger",
        "queue",
        "blobtrigger",
        "blob",
    }
)
"""The binding types this host can serve, in lower case. A new trigger adds its own here."""


def index(
    app: func.FunctionRegister, settings: HostSettings, served: frozenset[str] = SERVED
) -> list[FunctionSpec]:
    """Return every function of ``app``, sorted by name ignoring case.

    An app can be indexed once; the SDK refuses a second time (reference/host-triggers.md 1.2).
    Functions that the host's own checks reject are in the list, with ``errors``; ask ``spec.runs``
    before serving one (reference/host-triggers.md 1.6). Raises AppLoadError for what stops a whole
    app: names, triggers, signatures (reference/host-triggers.md 1.2, 1.4), and for bindings
    that this host does not serve, which it never skips silently, and for unusable retry policies.
    """
    specs = [_spec(function, served) for function in _functions(app)]
    try:
        default = retries.of_host(settings)
    except ValueError as unusable:
        raise AppLoadError(f"{settings.root / 'host.json'}: 'retry': {unusable}.") from unusable
    specs = [spec if spec.retry else replace(spec, retry=default) for spec in specs]
    allowed = settings.section("functions")
    if allowed:
        names = {str(name).lower() for name in allowed}
        specs = [spec for spec in specs if spec.name.lower() in names]
    return validated(sorted(specs, key=lambda spec: spec.name.lower()), settings)


def _functions(app: func.FunctionRegister) -> list[Any]:
    try:
        return list(app.get_functions())
    except Exception as refused:  # a name twice, no trigger, a bad enum: the text says which
        places = [
            source_of(builder._function.get_user_function())  # noqa: SLF001 - no public way
            for builder in app._function_builders  # noqa: SLF001
            if f"Function {builder._function.get_function_name()} " in str(refused)  # noqa: SLF001
        ]
        raise AppLoadError(f"{', '.join(places) or 'the app'}: {refused}") from refused


def _spec(function: Any, served: frozenset[str]) -> FunctionSpec:
    name, code = function.get_function_name(), function.get_user_function()
    place = f"{source_of(code)}: cannot load the {name} function"
    bindings = tuple(_bindings(function))
    try:
        signature = check(code, bindings)
    except SignatureError as unfit:
        raise AppLoadError(f"{place}: {unfit}.") from unfit
    for binding in bindings:
        if binding.type.lower() not in served:
            raise AppLoadError(
                f"{place}: this host does not serve its binding '{binding.name}' of type "
                f"'{binding.type}' yet. Take the function out of the app, or start the app with "
                "Core Tools."
            )
    policy = function.get_setting("retry_policy")
    try:
        retry = None if policy is None else retries.of_function(policy)
    except ValueError as unusable:
        raise AppLoadError(f"{place}: its retry policy: {unusable}.") from unusable
    return FunctionSpec(
        name=name,
        function=code,
        bindings=bindings,
        script_file=function.function_script_file,
        is_async=inspect.iscoroutinefunction(code),
        parameters=signature.parameters,
        may_return=signature.may_return,
        raw=signature.raw,
        retry=retry,
    )


def _bindings(function: Any) -> Iterator[Binding]:
    for text in function.get_raw_bindings():
        members = {key: value for key, value in json.loads(text).items() if value is not None}
        yield Binding(
            name=members.pop("name"),
            type=members.pop("type"),
            direction=members.pop("direction").upper(),
            options=members,
        )
