# mypy: disable-error-code="empty-body"
"""Signatures pass or fail as in the Python worker."""

from typing import Any, Dict, Optional  # noqa: UP035 - the worker tells Dict from dict

import azure.functions as func
import pytest

from localhost.functions import Binding
from localhost.signatures import SignatureError, check

HTTP = (Binding("req", "httpTrigger", "IN"), Binding("$return", "http", "OUT"))
NAMED = (Binding("req", "httpTrigger", "IN"), Binding("res", "http", "OUT"))
CLIENT = (*HTTP, Binding("client", "durableClient", "IN"))
ACTIVITY = (Binding("item", "activityTrigger", "IN"),)
ORCHESTRATOR = (Binding("ctx", "orchestrationTrigger", "IN"),)


class Later: ...


def bare(req): ...
def with_context(req: func.HttpRequest, context: func.Context) -> func.HttpResponse: ...
def as_text(req: str) -> str: ...
def named_output(req: func.HttpRequest, res: func.Out[func.HttpResponse]) -> None: ...
def named_text(req: func.HttpRequest, res: func.Out[str]): ...
def with_client(req: func.HttpRequest, client: str) -> func.HttpResponse: ...
def plain_item(item: str) -> dict[str, Any]: ...
def any_item(item: Any): ...
def old_generic(item: Dict[str, int]): ...  # noqa: UP006
def new_generic(item: dict[str, int]): ...
def union_item(item: str | None): ...
def optional_item(item: Optional[str]): ...  # noqa: UP045
def handle(context): ...
def unbound(req, more): ...
def starred(*args, **kwargs): ...
def wrong_context(req, context: str): ...
def wrong_input(req: func.TimerRequest): ...
def out_input(req: func.Out[str]): ...
def plain_output(req, res: func.HttpResponse): ...
def unresolved(req: "Unknown"): ...  # type: ignore[name-defined] # noqa: F821
def returns_none(req) -> None: ...
def returns_dict(req) -> dict: ...
def returns_optional(req) -> func.HttpResponse | None: ...


PASS = {
    "without annotations": (bare, HTTP),
    "an unbound context": (with_context, HTTP),
    "str asks for the raw datum": (as_text, HTTP),
    "a named output": (named_output, NAMED),
    "a named output as text": (named_text, NAMED),
    "a durable client as text": (with_client, CLIENT),
    "an activity may take and return anything": (plain_item, ACTIVITY),
    "Any is a class": (any_item, ACTIVITY),
    "typing's generics": (old_generic, ACTIVITY),
}

FAIL = {
    "a built-in generic": (new_generic, ACTIVITY, "non-type annotation"),
    "a union": (union_item, ACTIVITY, "non-type annotation"),
    "an Optional": (optional_item, ACTIVITY, "non-type annotation"),
    "a parameter that is not bound": (unbound, HTTP, "declared in Python but not"),
    "a binding without its parameter": (bare, CLIENT, "not in Python: 'client'"),
    "an orchestrator whose context has another name": (handle, ORCHESTRATOR, "'ctx'"),
    "a decorator without functools.wraps": (starred, HTTP, "'args', 'kwargs'"),
    "a context of another type": (wrong_context, HTTP, r"azure\.functions\.Context"),
    "an input of another type": (wrong_input, HTTP, "does not match its Python annotation"),
    "an input annotated Out": (out_input, HTTP, "direction 'IN'"),
    "an output not annotated Out": (plain_output, NAMED, "direction 'OUT'"),
    "a forward reference that cannot be resolved": (unresolved, HTTP, "cannot be resolved"),
    "-> None": (returns_none, HTTP, "NoneType"),
    "-> dict": (returns_dict, HTTP, "'dict' does not match"),
    "-> X | None": (returns_optional, HTTP, "non-type return annotation"),
    "INOUT": (bare, (Binding("req", "blob", "INOUT"),), "not supported"),
    "$return as input": (bare, (HTTP[0], Binding("$return", "http", "IN")), "direction 'OUT'"),
}


@pytest.mark.parametrize(("function", "bindings"), PASS.values(), ids=PASS.keys())
def test_the_worker_loads(function, bindings):
    check(function, bindings)


@pytest.mark.parametrize(("function", "bindings", "reason"), FAIL.values(), ids=FAIL.keys())
def test_the_worker_refuses(function, bindings, reason):
    with pytest.raises(SignatureError, match=reason):
        check(function, bindings)


def test_text_annotations_mark_raw_inputs_but_never_activities():
    assert check(as_text, HTTP).raw == {"req", "$return"}
    assert check(plain_item, ACTIVITY).raw == frozenset()


def test_only_a_return_binding_or_an_implicit_one_lets_a_value_out():
    assert check(bare, HTTP).may_return
    assert check(any_item, ACTIVITY).may_return
    assert not check(named_output, NAMED).may_return
    assert check(bare, (Binding("req", "somethingNew", "IN"),)).may_return
