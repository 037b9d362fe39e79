"""The installation, with a real venv, pip and npm; nothing is downloaded."""

import json
import shutil
from pathlib import Path

import pytest

from workbench import installation, places
from workbench.stamps import Stamp
from workbench.trouble import Trouble

LOCK = {"name": "nothing", "lockfileVersion": 3, "requires": True, "packages": {"": {}}}

pytestmark = pytest.mark.timeout(180)  # making a virtual environment takes its time


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that needs nothing, after its first installation."""
    root = tmp_path_factory.mktemp("checkout")
    for name in (installation.RUNTIME, installation.DEVELOPMENT):
        (root / name).write_text("# nothing\n")
    (root / "package.json").write_text(json.dumps({"name": "nothing"}))
    (root / "package-lock.json").write_text(json.dumps(LOCK))
    (root / "node_modules").mkdir()  # npm makes none when there is nothing to put into it
    installation.ensure(root)
    return root


@pytest.fixture
def checkout(installed: Path, tmp_path: Path) -> Path:
    """A copy that a test may change; the programs of the virtual environment are shared."""
    return Path(shutil.copytree(installed, tmp_path / "checkout", symlinks=True))


def test_the_first_time_makes_everything(installed):
    assert places.python(installed).exists()
    assert installation.is_current(installed)
    assert installation.npm_is_current(installed)


def test_the_second_time_does_nothing(checkout, capsys):
    shutil.rmtree(checkout / places.LOGS)
    installation.ensure(checkout)
    assert capsys.readouterr().out == ""
    assert not (checkout / places.LOGS).exists()


def test_changed_requirements_are_installed_again(checkout, capsys):
    (checkout / installation.RUNTIME).write_text("# still nothing\n")
    assert not installation.is_current(checkout)
    installation.ensure(checkout)
    assert "Python packages" in capsys.readouterr().out
    assert installation.is_current(checkout)


def test_the_development_packages_include_those_of_the_app(checkout):
    (checkout / installation.RUNTIME).write_text("# changed\n")
    (checkout / installation.DEVELOPMENT).write_text("# changed\n")
    installation.ensure(checkout, development=True)
    assert installation.is_current(checkout)


def test_a_virtual_environment_without_its_python_counts_for_nothing(checkout):
    places.python(checkout).unlink()
    assert not installation.is_current(checkout)


def test_one_whose_making_was_interrupted_counts_for_nothing(checkout):
    for pip in places.scripts(checkout).glob("pip*"):
        pip.unlink()  # it comes last
    assert not installation.is_current(checkout)


def test_one_of_an_unsupported_python_counts_for_nothing(checkout):
    description = checkout / places.VENV / "pyvenv.cfg"
    description.write_text(description.read_text().replace("version = 3.", "version = 3.9999"))
    assert not installation.is_current(checkout)


def test_without_a_network_the_line_says_so_and_where_the_log_lies(checkout, capsys, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nobody listens there
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    (checkout / installation.RUNTIME).write_text("no-such-package-anywhere==1.0\n")
    with pytest.raises(Trouble, match=r"Python packages: failed.*no network.*pip\.log") as raised:
        installation.ensure(checkout)
    assert "\n" not in str(raised.value)
    assert "no-such-package-anywhere" in (checkout / places.LOGS / "pip.log").read_text()
    assert "  | ERROR" in capsys.readouterr().out
    assert not installation.is_current(checkout)


@pytest.mark.parametrize(
    ("output", "cure"),
    [
        ("npm error code ENOTFOUND", "no network"),
        ("Temporary failure in name resolution", "no network"),
        ("because ensurepip is not available", "sudo apt install python3-venv"),
        ("/usr/bin/python3: No module named venv", "sudo apt install python3-venv"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code EACCES", "who owns this folder"),
        ("something nobody foresaw", "lines above"),
    ],
)
def test_the_likely_reason_of_a_failure_is_a_cure(output, cure):
    assert cure in installation.likely_reason(output)


def test_a_stamp_forgets_when_any_of_its_files_changes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("1")
    second.write_text("2")
    stamp = Stamp(tmp_path, [first, second])
    assert not stamp.is_current()
    stamp.set()
    assert stamp.is_current()
    second.write_text("3")
    assert not stamp.is_current()
