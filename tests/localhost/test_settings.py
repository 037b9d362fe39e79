"""Settings come from host.json, local.settings.json and the environment as with `func start`."""

import json
from pathlib import Path

import pytest

from localhost.errors import SettingsError
from localhost.settings import development, load
from tests.localhost.serving import settings


def written(root: Path, name: str, content) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    (root / name).write_text(text, encoding="utf-8")
    return root


# ---- host.json -----------------------------------------------------------------------------


def test_without_a_host_json_the_defaults_hold(tmp_path):
    assert load(tmp_path, {}).section("extensionBundle.version") == "[4.*, 5.0.0)"


@pytest.mark.parametrize("content", ["{", "[]", {"version": "1.0"}, {"version": 2}])
def test_an_unusable_host_json_stops_the_start_with_its_path(tmp_path, content):
    with pytest.raises(SettingsError, match=r"host\.json"):
        load(written(tmp_path, "host.json", content), {})


def test_an_empty_host_json_counts_as_version_2(tmp_path):
    assert load(written(tmp_path, "host.json", {}), {}).section("version") == "2.0"


def test_a_section_is_found_ignoring_case():
    host_json = {"Extensions": {"Http": {"routePrefix": "v1"}}}
    assert settings(host_json).value("extensions.http.routeprefix", "api") == "v1"


def test_what_is_not_there_is_an_empty_section_and_a_default():
    assert settings().section("extensions.durableTask") == {}
    assert settings().value("extensions.durableTask.hubName", "TestHubName") == "TestHubName"


def test_an_environment_variable_overrides_a_leaf_whatever_its_case():
    found = settings(
        {"extensions": {"queues": {"batchSize": 16, "maxDequeueCount": 5}}},
        AZUREFUNCTIONSJOBHOST__extensions__Queues__batchsize="1",
    )
    assert found.section("extensions.queues") == {"batchSize": "1", "maxDequeueCount": 5}
    assert found.value("extensions.queues.batchSize", 16) == 1


def test_an_environment_variable_can_add_a_section_and_a_list():
    found = settings(
        AzureFunctionsJobHost__functions__0="a",
        AzureFunctionsJobHost__functions__1="b",
        AzureFunctionsJobHost__http__x="true",
    )
    assert found.value("http.x", False) is True
    assert found.section("functions") == ["a", "b"]


@pytest.mark.parametrize(("default", "text"), [(1, "many"), (True, "yes")])
def test_a_value_of_the_wrong_kind_names_its_key(default, text):
    with pytest.raises(SettingsError, match=r"'a\.b'"):
        settings({"a": {"b": text}}).value("a.b", default)


# ---- local.settings.json -------------------------------------------------------------------


def test_values_go_to_the_environment_and_lose_against_it(tmp_path):
    values = {"A": "file", "B": "file", "C": True, "D": None, "E": ""}
    content = {"IsEncrypted": False, "Values": values}
    environment = {"A": "process", "B": ""}
    load(written(tmp_path, "local.settings.json", content), environment)
    assert environment["A"] == "process"
    assert (environment["B"], environment["C"], environment["E"]) == ("file", "true", "")
    assert "D" not in environment


def test_values_count_as_encrypted_until_the_file_denies_it(tmp_path):
    with pytest.raises(SettingsError, match='"IsEncrypted": false'):
        load(written(tmp_path, "local.settings.json", {"Values": {"A": "1"}}), {})


def test_a_broken_file_is_treated_as_empty_with_a_warning(tmp_path, caplog):
    environment: dict[str, str] = {}
    load(written(tmp_path, "local.settings.json", "{"), environment)
    assert "not valid JSON" in caplog.text
    assert environment["AZURE_FUNCTIONS_ENVIRONMENT"] == "Development"


@pytest.mark.parametrize("content", [[], {"Values": ["A"]}])
def test_sections_of_another_shape_count_as_empty(tmp_path, content):
    environment: dict[str, str] = {}
    load(written(tmp_path, "local.settings.json", content), environment)
    assert "A" not in environment


def test_connection_strings_are_text_or_objects(tmp_path):
    strings = {"A": "a", "B": {"ConnectionString": "b", "ProviderName": "p"}}
    content = {"IsEncrypted": False, "ConnectionStrings": strings}
    found = load(written(tmp_path, "local.settings.json", content), {})
    assert (found.connection("A"), found.connection("B")) == ("a", "b")


@pytest.mark.parametrize("port", ["many", -1])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    written(tmp_path, "local.settings.json", {"Host": {"LocalHttpPort": port}})
    with pytest.raises(SettingsError, match="LocalHttpPort"):
        load(tmp_path, {})


def test_the_app_finds_what_func_start_sets(tmp_path):
    environment: dict[str, str] = {}
    load(tmp_path, environment, 8000)
    assert environment["WEBSITE_HOSTNAME"] == "localhost:8000"
    assert environment["AzureWebJobsScriptRoot"] == str(tmp_path)


@pytest.mark.parametrize(("given", "port"), [(None, 7000), (8000, 8000), (0, 0)])
def test_the_port_of_the_command_line_wins_over_the_file(tmp_path, given, port):
    written(tmp_path, "local.settings.json", {"Host": {"LocalHttpPort": 7000}})
    assert load(tmp_path, {}, given).port == port


def test_a_number_that_is_none_names_its_setting():
    assert settings(LIMIT="5").number("limit", 1) == 5
    with pytest.raises(SettingsError, match="'LIMIT' must be a whole number"):
        settings(LIMIT="5 MB").number("LIMIT", 1)


# ---- %NAME% and connections ----------------------------------------------------------------


def test_percent_names_are_replaced_ignoring_case():
    assert settings(Queue="orders", A__B="x").resolve("%queue%-%a:b%") == "orders-x"


def test_an_unset_name_and_an_odd_percent_are_refused():
    with pytest.raises(SettingsError, match="'%x%' does not resolve to a value"):
        settings().resolve("%x%")
    with pytest.raises(SettingsError, match="position 4 does not have a closing '%'"):
        settings().resolve("100 %")


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"AzureWebJobsStorage": "S"}, ""),
        ({"AzureWebJobsStorage": "S"}, "AzureWebJobsStorage"),
        ({"AzureWebJobsStorage": "S"}, "Storage"),
        ({"Mine": "S"}, "Mine"),
        ({"Mine": "no", "AzureWebJobsMine": "S"}, "Mine"),
        ({"ConnectionStrings:Mine": "S", "Mine": "no"}, "Mine"),
        ({"ConnectionStrings__AzureWebJobsMine": "S", "AzureWebJobsMine": "no"}, "Mine"),
    ],
)
def test_a_connection_is_looked_up_in_the_hosts_order(environment, name):
    assert settings(**environment).connection(name) == "S"


def test_a_missing_connection_names_its_setting_and_the_cure():
    with pytest.raises(
        SettingsError, match=r"'AzureWebJobsStorage' does not exist.*local\.settings"
    ):
        settings().connection()


def test_an_identity_is_refused_by_name():
    with pytest.raises(SettingsError, match="connection strings only"):
        settings(Mine__accountName="prod").connection("Mine")


def test_the_emulators_short_form_is_spelled_out():
    text = settings(AzureWebJobsStorage="UseDevelopmentStorage=true").connection()
    assert "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;" in text
    assert "AccountName=devstoreaccount1;" in text


def test_the_emulator_may_live_elsewhere():
    text = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite"
    assert "QueueEndpoint=http://azurite:10001/devstoreaccount1;" in development(text)
    assert development("AccountName=real") == "AccountName=real"
