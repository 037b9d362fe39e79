"""Every mistake that we could think of is found, by the check that is there for it."""

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra import checks
from tests.infra.mistakes import ALL
from tests.infra.mistakes.mistake import Check, Mistake

HERE = Path(__file__).parent


def every_check() -> Iterator[Check]:
    """The public functions of tests/infra/checks that take a project and tell complaints."""
    for part in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        module = importlib.import_module(part.name)
        for _, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not function.__name__.startswith("_")
            if own and inspect.signature(function).return_annotation == Iterator[str]:
                yield function


@pytest.mark.parametrize("mistake", ALL, ids=str)
def test_a_mistake_is_found(mistake: Mistake, project):
    """The same check finds nothing in the project as it is: the other tests see to that."""
    wrong = mistake.edit(project)
    assert next(mistake.check(wrong), None), f"nobody found: {mistake}"


def test_no_mistake_stands_in_for_another():
    assert [what for what, times in Counter(map(str, ALL)).items() if times > 1] == []


def test_every_check_finds_a_mistake():
    proven = {mistake.check for mistake in ALL}
    assert [check.__name__ for check in every_check() if check not in proven] == []


def test_every_check_is_asked_of_the_project():
    asked = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    names = [f"{check.__module__.rpartition('.')[2]}.{check.__name__}" for check in every_check()]
    assert len(names) > 40
    assert [name for name in names if f"list({name}(project)) == []" not in asked] == []
