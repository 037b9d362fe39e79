"""The console shows what Core Tools would show."""

import io
import logging

import pytest

from localhost.logs import Console, Invocation, Levels, category, claimed, running


def record(name="app", level=logging.INFO, **extra) -> logging.LogRecord:
    made = logging.LogRecord(name, level, __file__, 1, "it %s", ("happened",), None)
    made.created = 1_795_424_400.0421
    made.__dict__.update(extra)
    return made


@pytest.fixture
def inside():
    token = running.set(Invocation("Place", "id-1"))
    yield
    running.reset(token)


def shown(configured=None, *, verbose=False, **given) -> str:
    stream = io.StringIO()
    console = Console(Levels(configured or {}, verbose=verbose), stream, verbose=verbose)
    console.handle(record(**given))
    return stream.getvalue()


@pytest.mark.usefixtures("inside")
def test_a_line_has_utc_time_with_milliseconds():
    assert shown() == "[2026-11-23T09:00:00.042Z] it happened\n"


@pytest.mark.usefixtures("inside")
def test_verbose_lines_carry_the_invocation():
    assert shown(verbose=True) == "[2026-11-23T09:00:00.042Z] [Place id-1] it happened\n"


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("configured", "level", "is_shown"),
    [
        ({}, logging.INFO, True),
        ({}, logging.DEBUG, False),
        ({"default": "Warning"}, logging.INFO, False),
        ({"Function": "Error"}, logging.WARNING, False),
        ({"function.place": "Debug", "Function": "None"}, logging.DEBUG, True),
        ({"Function.Place.User": "Trace", "Function.Place": "Error"}, logging.DEBUG, True),
        ({"Function.Pla": "None"}, logging.INFO, True),
        ({"default": "loud"}, logging.INFO, True),
    ],
    ids=[
        "information is shown",
        "debug is not",
        "the default rules",
        "a prefix rules",
        "the longer prefix wins",
        "user lines have a category of their own",
        "a prefix ends at a dot",
        "an unknown level is ignored",
    ],
)
def test_host_json_filters_by_category(configured, level, is_shown):
    assert bool(shown(configured, level=level)) is is_shown


def test_lines_outside_invocations_show_from_warning_on():
    assert shown() == ""
    assert shown(verbose=True)
    assert shown(level=logging.WARNING)


def test_the_workers_own_lines_show_from_warning_on():
    assert shown(name="azure.functions.DurableFunctions") == ""
    assert shown(name="azure.functions.DurableFunctions", level=logging.WARNING)


def test_categories_are_the_hosts():
    assert category(record(category="Function.Place")) == "Function.Place"
    assert category(record(name="localhost.durable")) == "Host.durable"


def test_a_thread_of_the_functions_own_claims_its_invocation():
    claimed.invocation_id = "id-2"
    try:
        assert "[(thread) id-2] it happened" in shown(verbose=True)
    finally:
        del claimed.invocation_id


@pytest.mark.usefixtures("inside")
def test_a_stack_is_shown_below_its_line():
    error = ValueError("no")
    line = shown(exc_info=(type(error), error, error.__traceback__))
    assert line.splitlines()[1:] == ["ValueError: no"]
