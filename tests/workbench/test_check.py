"""The checks and the measurements, as commands."""

import sys
from pathlib import Path

import pytest

from workbench import bench, check, places
from workbench.cli import parse
from workbench.trouble import Trouble

GOOD = check.Check("good", (Path(sys.executable).name, "-c", "print('fine')"))
BAD = check.Check(
    "bad", (Path(sys.executable).name, "-c", "import sys; sys.exit('line 3')"), "mend --it"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose programs are those of the interpreter that runs the tests."""
    scripts = places.scripts(tmp_path)
    scripts.parent.mkdir(parents=True)
    scripts.symlink_to(Path(sys.executable).parent, target_is_directory=True)
    return tmp_path


def test_a_check_that_passes_is_ticked_without_its_output(root, capsys):
    assert check.failures(root, (GOOD,)) == []
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("✓ good")
    assert line.endswith(" s")


def test_a_check_that_fails_shows_its_output_and_the_cure(root, capsys):
    assert check.failures(root, (GOOD, BAD)) == ["bad"]
    said = capsys.readouterr().out
    assert "✗ bad" in said
    assert "  | line 3" in said
    assert "  mend --it" in said
    assert "fine" not in said


def test_the_five_checks_are_those_that_the_issue_asks_for():
    assert sorted(one.name for one in check.CHECKS) == [
        "dependencies",
        "format",
        "imports",
        "lint",
        "types",
    ]


def test_measurements_are_listed_with_what_they_say_of_themselves(tmp_path):
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "appends.py").write_text('"""How fast it appends."""\n')
    (tmp_path / "bench" / "__init__.py").write_text("")
    assert bench.measurements(tmp_path) == {"appends": "How fast it appends."}


def test_an_unknown_measurement_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(Trouble, match=r"no bench/appends\.py\. Known: none"):
        bench.run(parse(["bench", "appends", "--rounds", "3"]), tmp_path)
