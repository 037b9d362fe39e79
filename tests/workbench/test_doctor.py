"""The doctor's report."""

import json
import shutil
from pathlib import Path

import pytest

from workbench import doctor, places, storage
from workbench.azurite import ACCOUNT_KEY, connection_string
from workbench.terminal import CROSS


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone on which nothing was ever started."""
    monkeypatch.delenv(storage.SETTING, raising=False)
    for name in ("requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"):
        shutil.copyfile(places.ROOT / name, tmp_path / name)
    return tmp_path


def report(checkout: Path) -> dict[str, doctor.Finding]:
    return {finding.subject: finding for finding in doctor.findings(checkout)}


def use(checkout: Path, connection: str) -> None:
    (checkout / places.SETTINGS).write_text(json.dumps({"Values": {storage.SETTING: connection}}))


def test_a_fresh_clone_lacks_nothing_that_start_does_not_make(checkout):
    found = report(checkout)
    assert found["Packages"].mark == found["Azurite"].mark == doctor.NOTE
    assert found["Settings"].mark == doctor.NOTE
    assert CROSS not in {finding.mark for finding in found.values()}


def test_a_missing_node_must_be_cured(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert report(checkout)["Node"].mark == CROSS


def test_settings_without_storage_must_be_cured(checkout):
    use(checkout, "")
    assert report(checkout)["Settings"].mark == CROSS


def test_the_report_says_where_storage_is_and_keeps_its_key(checkout):
    services = ("blob", "queue", "table")
    use(checkout, connection_string(dict.fromkeys(services, "http://shop.test:7")))
    found = report(checkout)
    assert found["Settings"].text.endswith("tables at shop.test:7")
    assert not any(ACCOUNT_KEY in finding.text for finding in found.values())


def test_data_is_weighed(checkout):
    (checkout / places.AZURITE_DATA).mkdir(parents=True)
    (checkout / places.AZURITE_DATA / "rows").write_bytes(b"." * 2_500_000)
    assert report(checkout)["Data"].text.startswith("2.5 MB")
