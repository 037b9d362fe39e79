"""An app is indexed as the real host does it: all or nothing, or one function in error."""

from typing import Any

import azure.durable_functions as df
import azure.functions as func
import pytest

from localhost.errors import AppLoadError
from localhost.indexing import index
from localhost.retries import RetryPolicy
from tests.localhost.serving import app, settings


def hello(req: func.HttpRequest) -> str:
    return req.url


async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> str:
    del client
    return req.url


def tick(timer: func.TimerRequest) -> None:
    del timer


def named(made, name, **route):
    made.function_name(name)(made.route(**route)(lambda req: req.url))
    return made


def errors_of(made, configured=None):
    return {spec.name: spec.errors for spec in index(made, configured or settings())}


def test_functions_are_sorted_by_name_ignoring_case():
    made = app()
    for name in ("b", "A", "C"):
        named(made, name, route=name)
    assert [spec.name for spec in index(made, settings())] == ["A", "b", "C"]


def test_a_function_registered_by_call_is_indexed_with_its_bindings():
    made = app()
    made.route(route="hi", methods=["GET"])(hello)
    (spec,) = index(made, settings())
    assert spec.name == "hello"
    assert spec.trigger.type == "httpTrigger"
    assert spec.trigger.options["route"] == "hi"
    assert spec.trigger.options["methods"] == ["GET"]
    assert [binding.name for binding in spec.bindings_of("http", "OUT")] == ["$return"]
    assert spec.parameters == {"req"}
    assert spec.source.startswith(__file__)
    assert (spec.is_async, spec.runs, spec.may_return) == (False, True, True)


def test_bound_methods_of_a_blueprint_are_indexed():
    class Api:
        async def read(self, req: func.HttpRequest) -> func.HttpResponse:
            return func.HttpResponse(req.url)

    blueprint, made = func.Blueprint(), app()
    blueprint.route(route="x")(Api().read)
    made.register_functions(blueprint)
    (spec,) = index(made, settings())
    assert (spec.name, spec.is_async, spec.parameters) == ("read", True, frozenset({"req"}))


def test_durable_functions_are_indexed_with_the_users_own_source():
    made = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    def process(context):
        yield context.call_activity("work", 1)

    def work(item: str) -> dict:
        return {"item": item}

    made.orchestration_trigger(context_name="context")(process)
    made.activity_trigger(input_name="item")(work)
    made.route(route="go")(made.durable_client_input(client_name="client")(start))
    specs = {spec.name: spec for spec in index(made, settings())}
    assert specs["process"].source == f"{__file__}:{process.__code__.co_firstlineno}"
    assert specs["process"].may_return
    assert specs["work"].may_return
    assert specs["work"].raw == frozenset()
    assert specs["start"].is_async
    assert specs["start"].source == f"{__file__}:{start.__code__.co_firstlineno}"
    assert [binding.name for binding in specs["start"].bindings_of("durableClient")] == ["client"]


# ---- what stops the whole app (1.2, 1.4) ----------------------------------------------------


def test_two_functions_of_one_name_stop_the_app_with_both_places():
    made = app()
    for _ in range(2):
        made.route(route="x")(hello)
    with pytest.raises(AppLoadError, match=r"test_indexing\.py:\d+, .*does not have a unique"):
        index(made, settings())


def test_a_function_without_a_trigger_stops_the_app():
    made = app()
    made.queue_output(arg_name="out", queue_name="q", connection="c")(hello)
    with pytest.raises(AppLoadError, match=r"test_indexing\.py:\d+: .*does not have a trigger"):
        index(made, settings())


def test_an_unserved_trigger_stops_the_app_with_function_file_and_cure():
    made = app()
    made.generic_trigger(arg_name="timer", type="serviceBusTrigger")(lambda timer: None)
    with pytest.raises(AppLoadError) as refused:
        index(made, settings())
    assert "test_indexing.py:" in str(refused.value)
    assert "the <lambda> function" in str(refused.value)
    assert "'serviceBusTrigger'" in str(refused.value)
    assert "Core Tools" in str(refused.value)


def test_a_further_trigger_plugs_in_by_its_type():
    made = app()
    made.generic_trigger(arg_name="event", type="otherTrigger", where="%Where%")(lambda event: None)
    (spec,) = index(made, settings(Where="here"), served=frozenset({"othertrigger"}))
    assert spec.trigger.options["where"] == "here"


def test_a_function_has_its_own_retry_policy_or_the_hosts():
    made = app()
    retried = made.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:01")
    retried(made.route(route="own")(hello))
    named(made, "other", route="other")
    everyone = {"strategy": "fixedDelay", "maxRetryCount": 1, "delayInterval": "00:01:00"}
    found = {spec.name: spec.retry for spec in index(made, settings({"retry": everyone}))}
    assert found == {"hello": RetryPolicy(3, 1, 1), "other": RetryPolicy(1, 60, 60)}


def test_an_unusable_retry_policy_stops_the_app():
    made = app()
    made.retry(strategy="fixed_delay", max_retry_count="3")(made.route(route="x")(hello))
    with pytest.raises(AppLoadError, match=r"hello function: its retry policy: a fixed delay"):
        index(made, settings())
    with pytest.raises(AppLoadError, match=r"host\.json: 'retry': "):
        index(app(), settings({"retry": {"strategy": "fixedDelay"}}))


def test_a_schedule_that_says_nothing_is_an_error_of_that_function():
    made = app()
    made.timer_trigger(arg_name="timer", schedule="every day")(tick)
    (spec,) = index(made, settings())
    assert spec.errors[0].startswith("The schedule expression 'every day' was not recognized")


# ---- what puts one function in error (1.6) --------------------------------------------------


@pytest.mark.parametrize("name", ["host", "1st", "a b", "x" * 129])
def test_a_bad_function_name_is_an_error_of_that_function_only(name):
    made = named(named(app(), name, route="bad"), "good", route="good")
    found = errors_of(made)
    assert "not a valid function name" in found[name][0]
    assert found["good"] == ()


def test_an_underscore_in_a_binding_name_is_refused():
    made = app()

    def read(my_req: func.HttpRequest) -> str:
        return my_req.url

    made.route(route="x", trigger_arg_name="my_req")(read)
    (spec,) = index(made, settings())
    assert spec.errors[0].startswith("The binding name my_req is invalid.")
    assert not spec.runs


def test_an_unset_percent_name_is_an_error_of_that_function():
    made = df.DFApp()

    made.route(route="%x%")(
        made.durable_client_input(client_name="client", task_hub="%Hub%")(start)
    )
    (spec,) = index(made, settings())
    assert spec.errors == (
        "'%Hub%' does not resolve to a value. Set 'Hub' in the environment or in \"Values\" of "
        "local.settings.json.",
    )


def test_percent_names_are_resolved_in_bindings_but_not_in_routes():
    made = df.DFApp()

    made.route(route="%x%")(
        made.durable_client_input(client_name="client", task_hub="%Hub%")(start)
    )
    (spec,) = index(made, settings(Hub="Mine"))
    assert spec.errors == ()
    assert spec.bindings_of("durableClient")[0].options["taskHub"] == "Mine"
    assert spec.trigger.options["route"] == "%x%"


@pytest.mark.parametrize("setting", ["AzureWebJobs.hello.Disabled", "AZUREWEBJOBS_HELLO_DISABLED"])
def test_a_setting_disables_a_function(setting):
    made = app()
    made.route(route="x")(hello)
    environment: dict[str, Any] = {setting: "True"}
    (spec,) = index(made, settings(**environment))
    assert spec.disabled
    assert not spec.runs


def test_host_json_may_list_the_functions_to_run():
    made = named(named(app(), "a", route="a"), "b", route="b")
    assert list(errors_of(made, settings({"functions": ["B"]}))) == ["b"]
