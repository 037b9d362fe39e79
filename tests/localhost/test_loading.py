"""The app is found by name, and a failure says where and what to do."""

import itertools
import sys

import pytest

from localhost.errors import AppLoadError
from localhost.loading import load_app

SERIAL = itertools.count()
APP = "import azure.functions as func\napp = func.FunctionApp()\n"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module of a name no other test has, and gives that name."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(source: str) -> str:
        name = f"an_app_{next(SERIAL)}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        return name

    return write


def test_an_app_is_found_by_name_and_by_search(module, tmp_path):
    name = module(APP)
    assert load_app(f"{name}:app", tmp_path) is load_app(name, tmp_path)


REFUSED = {
    "nothing to find": ("x = 1\n", "", "could not find top level function app instances"),
    "two apps": (APP + "other = func.FunctionApp()\n", "", "app, other"),
    "two names of one app": (APP + "alias = app\n", ":app", "alias, app"),
    "a blueprint is no app": ("import azure.functions as f\nbp = f.Blueprint()\n", "", "not find"),
    "another attribute": (APP, ":main", "no 'main'"),
    "an attribute of another kind": (APP + "x = 1\n", ":x", "'x' is a int"),
}


@pytest.mark.parametrize(("source", "attribute", "text"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(module, tmp_path, source, attribute, text):
    name = module(source)
    with pytest.raises(AppLoadError, match=text) as refused:
        load_app(name + attribute, tmp_path)
    assert f"{name}.py: " in str(refused.value)


BROKEN = {
    "an error in the module": ("x = 1\n1 / 0\n", 2, "ZeroDivisionError"),
    "a syntax error": ("x = 1\ndef f(:\n", 2, "SyntaxError"),
    "a package that is not installed": ("\n\nimport not_there_at_all\n", 3, "requirements.txt"),
    "an exit": ("raise SystemExit(3)\n", 1, "SystemExit"),
    "an error inside a package": ("import json\njson.loads('{')\n", 2, "JSONDecodeError"),
}


@pytest.mark.parametrize(("source", "line", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_a_failing_import_names_the_apps_own_line(module, tmp_path, source, line, text):
    name = module(source)
    with pytest.raises(AppLoadError, match=text) as refused:
        load_app(name, tmp_path)
    assert str(refused.value).startswith(f"{tmp_path / name}.py:{line}: ")


def test_a_missing_file_names_its_path_and_the_option(tmp_path):
    with pytest.raises(AppLoadError, match=r"nowhere\.py: there is no such file.*--script-root"):
        load_app("nowhere:app", tmp_path)
