"""The settings file and the storage account that it names."""

import json
import socket
from pathlib import Path

import pytest

from shared import settings
from workbench import places, ports, settings_file, storage
from workbench.azurite import connection_string
from workbench.trouble import Trouble

EXAMPLE = json.loads((places.ROOT / places.SETTINGS_EXAMPLE).read_text("utf-8"))


@pytest.fixture(autouse=True)
def _without_the_caller_s_storage(monkeypatch):
    monkeypatch.delenv(storage.SETTING, raising=False)


def write(folder: Path, values: dict[str, str]) -> None:
    (folder / places.SETTINGS).write_text(json.dumps({"IsEncrypted": False, "Values": values}))


def test_the_example_is_copied_once_and_never_over_a_file(tmp_path):
    (tmp_path / places.SETTINGS_EXAMPLE).write_text("{}")
    assert settings_file.ensure(tmp_path)
    (tmp_path / places.SETTINGS).write_text('{"mine": true}')
    assert not settings_file.ensure(tmp_path)
    assert (tmp_path / places.SETTINGS).read_text() == '{"mine": true}'


def test_core_tools_can_read_the_example():
    assert EXAMPLE["IsEncrypted"] is False  # absent counts as true: host-triggers.md 1.10
    assert all(isinstance(value, str) for value in EXAMPLE["Values"].values())


class Listener(dict[str, str]):
    """Settings that remember which of them were asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)


def test_the_example_holds_every_setting_that_the_app_asks_for():
    heard = Listener(EXAMPLE["Values"])
    settings.read(heard)
    optional = {"DATA_STORAGE"}  # an account of its own for the orders
    platform = {"WEBSITE_AUTH_ENABLED"}  # set by Azure, never by a person
    assert heard.asked - optional - platform <= EXAMPLE["Values"].keys()


def test_a_value_comes_from_the_file(tmp_path):
    write(tmp_path, {"LOG_LEVEL": "DEBUG"})
    assert settings_file.value(tmp_path, "LOG_LEVEL") == "DEBUG"


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    write(tmp_path, {storage.SETTING: "file"})
    monkeypatch.setenv(storage.SETTING, "environment")
    assert settings_file.value(tmp_path, storage.SETTING) == "environment"


def test_what_nobody_sets_is_empty(tmp_path):
    assert settings_file.value(tmp_path, storage.SETTING) == ""
    write(tmp_path, {})
    assert settings_file.value(tmp_path, storage.SETTING) == ""


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_damaged_file_is_named(text, tmp_path):
    (tmp_path / places.SETTINGS).write_text(text)
    with pytest.raises(Trouble, match=r"local\.settings\.json is not valid JSON"):
        settings_file.value(tmp_path, storage.SETTING)


def test_the_short_form_means_the_emulator_s_three_ports():
    assert storage.endpoints("UseDevelopmentStorage=true;") == [
        ("127.0.0.1", 10000),
        ("127.0.0.1", 10001),
        ("127.0.0.1", 10002),
    ]


def test_an_account_of_azure_is_found_by_its_name():
    text = "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=a==;EndpointSuffix=x.net"
    assert storage.endpoints(text) == [
        ("shop.blob.x.net", 443),
        ("shop.queue.x.net", 443),
        ("shop.table.x.net", 443),
    ]


def test_explicit_endpoints_are_taken_as_they_are():
    names = {"blob": "http://a:1", "queue": "http://b:2", "table": "http://c:3"}
    assert storage.endpoints(connection_string(names)) == [("a", 1), ("b", 2), ("c", 3)]


def test_the_session_s_emulator_answers(azurite):
    storage.check(azurite)


def test_a_missing_setting_is_told_with_its_cure():
    with pytest.raises(Trouble, match=r"AzureWebJobsStorage is not set.*leave out --no-azurite"):
        storage.check("")


def test_a_text_that_is_no_connection_string_is_told():
    with pytest.raises(Trouble, match="no connection string"):
        storage.check("devstoreaccount1")


def test_an_account_that_does_not_answer_is_told_with_its_address():
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        port = server.getsockname()[1]
    silent = dict.fromkeys(("blob", "queue", "table"), f"http://127.0.0.1:{port}")
    with pytest.raises(Trouble, match=rf"does not answer at 127\.0\.0\.1:{port}") as raised:
        storage.check(connection_string(silent))
    assert "AccountKey" not in str(raised.value)
