"""The package that goes to the cloud holds the app and nothing else."""

import json
from pathlib import Path

import pathspec
import pytest

from tests.architecture.tree import files, text
from workbench.places import ROOT

APP_FILES = {"function_app.py", "host.json", "requirements.txt"}
APP_FOLDERS = {"blueprints", "orchestrations", "shared"}


@pytest.fixture(scope="module")
def ignored() -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines(text(Path(".funcignore")).splitlines())


@pytest.fixture(scope="module")
def package(ignored) -> set[Path]:
    return {path for path in files() if not ignored.match_file(path.as_posix())}


def test_the_app_is_in(package):
    assert {Path(name) for name in APP_FILES} <= package
    source = {path for path in files() if path.parts[0] in APP_FOLDERS and path.suffix == ".py"}
    assert source <= package


def test_nothing_else_is(package):
    strangers = {
        path
        for path in package
        if str(path) not in APP_FILES
        and not (path.parts[0] in APP_FOLDERS and path.suffix == ".py")
    }
    assert strangers == set()


@pytest.mark.parametrize(
    "path",
    [
        "local.settings.json",  # secrets
        "pyproject.toml",  # without uv.lock beside it the remote build takes it for Poetry's
        ".venv/bin/python",
        ".data/azurite/__azurite_db_table__.json",
        ".git/HEAD",
        "node_modules/azurite/package.json",
        "shared/__pycache__/settings.cpython-311.pyc",
        "tests/conftest.py",
    ],
)
def test_what_only_a_checkout_has_stays_there(path, ignored):
    assert ignored.match_file(path)


def test_host_json_names_what_the_documents_promise():
    host = json.loads((ROOT / "host.json").read_text("utf-8"))
    assert host["version"] == "2.0"
    assert host["extensionBundle"]["version"] == "[4.*, 5.0.0)"
    assert host["extensions"]["http"]["routePrefix"] == "api"
    assert host["extensions"]["durableTask"]["hubName"] == "DurableOrders"
