"""The package: the app and nothing else, the same bytes each time, and its backend's host.json."""

import io
import json
import zipfile
from pathlib import Path

import pathspec
import pytest

from tests.architecture.tree import files
from workbench import cli, deploy_package
from workbench.deploy_package import AZURE_STORAGE, SCHEDULER
from workbench.places import ROOT
from workbench.trouble import Trouble

HOST = (ROOT / "host.json").read_text("utf-8")


def opened(package: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(package))


def project(root: Path, **files: str) -> Path:
    """A folder with these files and a .funcignore of its own."""
    given = {".funcignore": "# a comment\n.*\n*.md\ntests\n", "host.json": HOST, **files}
    for name, text in given.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def test_it_holds_what_git_and_funcignore_would_keep():
    ignored = pathspec.GitIgnoreSpec.from_lines(
        (ROOT / ".funcignore").read_text("utf-8").splitlines()
    )
    tracked = {path for path in files() if not ignored.match_file(path.as_posix())}
    packed = {Path(name) for name in opened(deploy_package.build(ROOT, AZURE_STORAGE)).namelist()}
    assert packed == tracked


def test_ignored_names_stay_out_at_any_depth(tmp_path):
    root = project(tmp_path, **{"shared/tests/x.py": "", "shared/a.py": "", "README.md": ""})
    names = opened(deploy_package.build(root, AZURE_STORAGE)).namelist()
    assert names == ["host.json", "shared/a.py"]


def test_a_pattern_that_is_more_than_a_name_is_refused(tmp_path):
    root = project(tmp_path, **{".funcignore": "docs/*.txt\n"})
    with pytest.raises(Trouble, match=r"docs/\*\.txt is more than a name"):
        deploy_package.build(root, AZURE_STORAGE)


def test_the_same_files_make_the_same_bytes(tmp_path):
    first = project(tmp_path / "one", **{"a.py": "1", "b.py": "2"})
    later = project(tmp_path / "two", **{"b.py": "2", "a.py": "1"})
    (later / "a.py").chmod(0o600)
    packages = [deploy_package.build(root, AZURE_STORAGE) for root in (first, later)]
    assert packages[0] == packages[1]
    assert deploy_package.digest(packages[0]) == deploy_package.digest(packages[1])


def test_another_line_makes_another_digest(tmp_path):
    first = project(tmp_path / "one", **{"a.py": "1"})
    other = project(tmp_path / "two", **{"a.py": "2"})
    digests = {
        deploy_package.digest(deploy_package.build(root, AZURE_STORAGE)) for root in (first, other)
    }
    assert len(digests) == 2


def test_azure_storage_takes_host_json_as_it_is():
    assert deploy_package.host_json(HOST, AZURE_STORAGE) == HOST


def test_the_scheduler_changes_the_storage_provider_and_nothing_else():
    given, made = json.loads(HOST), json.loads(deploy_package.host_json(HOST, SCHEDULER))
    provider = made["extensions"]["durableTask"].pop("storageProvider")
    assert provider == {
        "type": "azureManaged",
        "connectionStringName": "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
    }
    assert given["extensions"]["durableTask"].pop("storageProvider")["type"] == "AzureStorage"
    assert made == given


@pytest.mark.parametrize("backend", deploy_package.BACKENDS)
def test_the_command_writes_the_package_of_the_backend(backend, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DURABLE_BACKEND", backend)
    package = tmp_path / "package.zip"
    assert cli.main(["deploy", "--package", str(package)]) == 0
    assert backend in capsys.readouterr().out
    with zipfile.ZipFile(package) as content:
        assert content.read("host.json").decode() == deploy_package.host_json(HOST, backend)


def test_a_place_where_no_file_can_be_is_told(tmp_path, capsys):
    package = tmp_path / "missing" / "package.zip"
    assert cli.main(["deploy", "--package", str(package)]) == 1
    assert f"{package} cannot be written: No such file" in capsys.readouterr().err


def test_a_backend_that_does_not_exist_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DURABLE_BACKEND", "netherite")
    assert cli.main(["deploy", "--package", str(tmp_path / "package.zip")]) == 1
    assert "write azureStorage or durableTaskScheduler" in capsys.readouterr().err
