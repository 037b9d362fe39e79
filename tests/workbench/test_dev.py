"""dev.py, the entry that any Python can read."""

import ast

import pytest

import dev
from workbench import cli
from workbench.installation import SUPPORTED
from workbench.places import ROOT


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_supported_python_hears_no_complaint(version):
    assert dev.complaint(version) == ""


@pytest.mark.parametrize(
    ("version", "fault"),
    [((3, 6), "too old"), ((3, 10), "too old"), ((3, 14), "not supported")],
)
def test_another_python_hears_one_line_with_the_cure(version, fault):
    line = dev.complaint(version)
    assert fault in line
    assert "3.11 to 3.13" in line
    assert "\n" not in line


def test_python_3_6_can_read_it():
    ast.parse((ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 6))


def test_the_workbench_supports_the_same_pythons():
    assert (dev.OLDEST, dev.NEWEST) == SUPPORTED


def test_without_a_command_it_explains_itself(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"\n    {command}" in said for command in cli.COMMANDS)


def test_what_follows_test_goes_to_pytest_untouched():
    words = ["-k", "order and not slow", "tests/domain", "-x"]
    assert cli.parse(["test", *words]).pytest == words


def test_test_alone_means_everything():
    assert cli.parse(["test"]).pytest == []


def test_test_can_still_be_asked_for_help(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.parse(["test", "--help"])
    assert ended.value.code == 0
    assert "pytest" in capsys.readouterr().out
