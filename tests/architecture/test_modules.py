"""Modules are small and say what they are for (docs: the house, rules 1 and 2.4)."""

import ast
import re

import pytest

from tests.architecture.tree import code_lines, modules, text

LIMITS = {
    "blueprints": 120,
    "orchestrations": 150,
    "shared": 200,
    "localhost": 300,
    "tests": 300,
    "workbench": 200,
    "bench": 200,
}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_opens_with_one_sentence(path):
    docstring = ast.get_docstring(ast.parse(text(path)))
    assert docstring, f"{path} does not say what it is for"
    opening = " ".join(docstring.split("\n\n")[0].split())
    assert opening.endswith("."), f"{path}: {opening!r} is no sentence"
    assert not re.search(r"[a-z)\"'`][.!?] [A-Z]", opening), f"{path}: more than one sentence"


@pytest.mark.parametrize("path", [p for p in modules() if p.parts[0] in LIMITS], ids=str)
def test_a_module_is_small(path):
    size, limit = code_lines(text(path)), LIMITS[path.parts[0]]
    assert size <= limit, f"{path} has {size} lines of code, {limit} are allowed: split it"


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_is_named_for_what_it_holds(path):
    assert not {part.removesuffix(".py") for part in path.parts} & VAGUE


def test_comments_docstrings_and_blank_lines_are_no_code():
    source = '"""One.\n\nTwo."""\n\nimport os  # why\n\n# because\n\n\ndef f():\n    """F."""\n'
    assert code_lines(source + '    return """a\nb"""\n') == 4
