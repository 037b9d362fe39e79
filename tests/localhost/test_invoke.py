"""Functions are called as the Python worker calls them."""

import asyncio
import logging
import re
import threading
from contextvars import ContextVar
from typing import Any

import azure.durable_functions as df
import azure.functions as func
import pytest

from localhost.context import RetryContext
from localhost.functions import Binding, FunctionSpec
from localhost.indexing import index
from localhost.invoke import Cause, FunctionTimeout, Invoker, thread_count
from localhost.outputs import Out
from tests.localhost.serving import no_client, settings

colour: ContextVar[str] = ContextVar("colour", default="none")


@pytest.fixture
def invoker(caplog):
    caplog.set_level(logging.INFO, "localhost")
    made = Invoker(no_client, threads=1, timeout=5)
    yield made
    made.close()


def spec(function, *bindings: Binding, **fields) -> FunctionSpec:
    return FunctionSpec(
        name="work",
        function=function,
        bindings=(Binding("item", "activityTrigger", "IN"), *bindings),
        script_file="function_app.py",
        is_async=asyncio.iscoroutinefunction(function),
        parameters=frozenset(function.__code__.co_varnames[: function.__code__.co_argcount]),
        **fields,
    )


async def call(invoker, function, *bindings, item=1, **fields):
    return await invoker.invoke(spec(function, *bindings, **fields), {"item": item}, reason="test")


async def test_a_sync_function_runs_in_the_pool_with_the_callers_context(invoker):
    colour.set("red")
    found = await call(invoker, lambda item: (item, colour.get(), threading.current_thread().name))
    assert found == (1, "red", "function_0")


async def test_an_async_function_runs_on_the_loop(invoker):
    async def work(item):
        return item, threading.current_thread() is threading.main_thread()

    assert await call(invoker, work) == (1, True)


async def test_only_declared_parameters_are_passed(invoker):
    found = await invoker.invoke(
        spec(lambda item: item), {"item": 1, "sys": 2, "context": 3}, reason="test"
    )
    assert found == 1


async def test_the_context_tells_the_facts(invoker):
    found = await invoker.invoke(
        spec(lambda context: context),
        {"item": 1},
        reason="test",
        cause=Cause(invocation_id="id-1", trace_parent="00-trace"),
    )
    assert isinstance(found, func.Context)
    assert (found.invocation_id, found.function_name) == ("id-1", "work")
    assert found.trace_context.trace_parent == "00-trace"
    assert found.function_directory == __file__.rpartition("/")[0]
    retries: Any = found.retry_context
    assert retries == RetryContext(0, 0, rpc_exception=None)


async def test_what_a_function_raises_comes_out_and_is_logged_with_its_own_stack(invoker, caplog):
    def work(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        await call(invoker, work)
    executing, executed = (record.getMessage() for record in caplog.records)
    found = re.fullmatch(r"Executing 'Functions\.work' \(Reason='test', Id=(.+)\)", executing)
    assert found
    assert executed.startswith(f"Executed 'Functions.work' (Failed, Id={found[1]}, Duration=")
    assert "Exception: KeyError: 1\nStack:   File" in executed
    assert "localhost/invoke.py" not in executed


async def test_success_is_logged_with_id_and_duration(invoker, caplog):
    await call(invoker, lambda item: item)
    line = caplog.records[-1].getMessage()
    assert re.fullmatch(
        r"Executed 'Functions\.work' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)", line
    )


async def test_a_value_that_no_binding_takes_fails_the_call(invoker):
    with pytest.raises(RuntimeError, match=r"'work' without a \$return binding"):
        await call(invoker, lambda item: item, may_return=False)


@pytest.mark.parametrize("value", [None, {"a": 1}, [1], b"x", 3, ("x", 200)])
async def test_the_worker_cannot_encode_other_http_results(invoker, value):
    with pytest.raises(TypeError, match="unable to encode outgoing TypedData"):
        await call(invoker, lambda item: item, Binding("$return", "http", "OUT"), item=value)


async def test_an_output_object_carries_what_was_set_last(invoker):
    out = Out()

    def work(item, res):
        res.set("first")
        res.set(item)

    inputs = {"item": "last", "res": out}
    await invoker.invoke(spec(work), inputs, reason="test")
    assert out.get() == "last"


async def test_an_exit_fails_the_call_and_not_the_host(invoker):
    def leave(item):
        raise SystemExit(item)

    with pytest.raises(RuntimeError, match="tried to end the process"):
        await call(invoker, leave)


async def test_a_late_function_fails(caplog):
    caplog.set_level(logging.INFO, "localhost")
    invoker = Invoker(no_client, threads=1, timeout=0.01)
    never = asyncio.Event()

    async def work(item):
        await never.wait()
        return item

    with pytest.raises(FunctionTimeout, match=r"0\.01 s was exceeded by function: Functions\.work"):
        await call(invoker, work)
    invoker.close()


async def test_the_functions_own_timeout_is_not_the_hosts(invoker):
    async def work(item):
        raise TimeoutError(item)

    with pytest.raises(TimeoutError, match="1"):
        await call(invoker, work)


async def test_a_durable_client_gets_its_payload_and_a_sync_starter_fails_as_in_production():
    payload = (
        '{"taskHubName": "H", "creationUrls": {}, "managementUrls": {}, "rpcBaseUrl": "http://r/"}'
    )
    made = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    async def starts(req: func.HttpRequest, client) -> str:
        return f"{type(client).__name__} {req}"

    def starts_sync(req: func.HttpRequest, client) -> str:
        return f"{type(client).__name__} {req}"

    for starter in (starts, starts_sync):
        made.route(route=starter.__name__)(made.durable_client_input(client_name="client")(starter))
    asynchronous, synchronous = index(made, settings())
    invoker = Invoker(lambda binding: payload if binding.name == "client" else "", threads=1)
    found = await invoker.invoke(asynchronous, {"req": "!"}, reason="test")
    assert found == "DurableOrchestrationClient !"
    with pytest.raises(TypeError, match="await"):
        await invoker.invoke(synchronous, {"req": "!"}, reason="test")
    invoker.close()


@pytest.mark.parametrize(("setting", "warned"), [(None, False), ("x", True), ("0", True)])
def test_the_pools_size_falls_back_to_pythons_own(setting, warned, caplog):
    assert 5 <= thread_count(setting) <= 32
    assert bool(caplog.records) is warned


def test_the_pools_size_is_a_setting():
    assert thread_count("64") == 64
