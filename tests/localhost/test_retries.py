"""Retry policies run a failed function again, inside one call of its trigger."""

import asyncio
import logging
from types import SimpleNamespace

import pytest

from localhost.backoff import backoff
from localhost.clock import ManualClock
from localhost.functions import Binding, FunctionSpec
from localhost.invoke import Cause, Invoker
from localhost.retries import LONGEST, RetryPolicy, of_function, of_host
from tests.localhost.serving import no_client, settings
from tests.localhost.triggers.scene import settled


def setting(**fields):
    missing = dict.fromkeys(("delay_interval", "minimum_interval", "maximum_interval"))
    return SimpleNamespace(**{**missing, **fields})


def spec(function, retry, kind="activityTrigger"):
    return FunctionSpec(
        name="work",
        function=function,
        bindings=(Binding("item", kind, "IN"),),
        script_file="function_app.py",
        is_async=asyncio.iscoroutinefunction(function),
        parameters=frozenset({"item", "context"}),
        retry=retry,
    )


class Failing:
    """A function that fails so many times, and what it saw of its contexts."""

    def __init__(self, failures):
        self.left, self.seen = failures, []

    async def __call__(self, item, context):
        stand = context.retry_context
        told = stand.rpc_exception.message if stand.rpc_exception else None
        self.seen.append((context.invocation_id, stand.retry_count, stand.max_retry_count, told))
        if self.left:
            self.left -= 1
            raise ValueError(f"no {self.left}")
        return item


async def run(failures, policy, waits, cause=Cause(invocation_id="id-1")):  # noqa: B008 - frozen
    """Call a failing function, moving the clock by each wait; return what it saw and its task."""
    clock, function = ManualClock(), Failing(failures)
    invoker = Invoker(no_client, threads=1, clock=clock)
    one = FunctionSpec(**{**_fields(spec(function, policy)), "is_async": True})
    task = asyncio.create_task(invoker.invoke(one, {"item": 1}, reason="test", cause=cause))
    for wait in waits:
        await settled()
        count = len(function.seen)
        clock.advance(wait - 0.001)
        await settled()
        assert len(function.seen) == count
        clock.advance(0.001)
    await settled()
    invoker.close()
    return function.seen, task


def _fields(one):
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


async def test_a_fixed_delay_passes_before_each_retry_and_the_id_stays(caplog):
    caplog.set_level(logging.INFO, "localhost")
    seen, task = await run(2, RetryPolicy(3, 5, 5), [5, 5])
    assert await task == 1
    assert seen == [("id-1", 0, 3, None), ("id-1", 1, 3, "no 1"), ("id-1", 2, 3, "no 0")]
    assert (
        "Waiting for `0:00:05` before retrying function execution. Next attempt: '1'. "
        "Max retry count: '3'."
    ) in caplog.text


async def test_the_last_failure_comes_out_when_retries_are_used_up():
    seen, task = await run(9, RetryPolicy(2, 1, 1), [1, 1])
    assert len(seen) == 3
    with pytest.raises(ValueError, match="no 6"):
        await task


async def test_without_a_policy_nothing_is_retried():
    seen, task = await run(9, None, [])
    assert len(seen) == 1
    assert isinstance(task.exception(), ValueError)


async def test_minus_one_retries_until_it_succeeds():
    seen, task = await run(20, RetryPolicy(-1, 1, 1), [1] * 20)
    assert (len(seen), await task) == (21, 1)


async def test_calls_that_bring_no_id_get_a_new_one_for_each_attempt():
    seen, task = await run(1, RetryPolicy(1, 1, 1), [1], Cause())
    await task
    assert len({entry[0] for entry in seen}) == 2


def test_an_orchestrators_failure_is_its_history_and_never_retried():
    assert spec(Failing(1), RetryPolicy(1, 1, 1), "orchestrationTrigger").is_replayed


@pytest.mark.parametrize(("number", "least", "most"), [(1, 2, 2), (2, 3.6, 4.4), (3, 5.2, 6.8)])
def test_a_backoff_begins_with_the_minimum_and_about_doubles(number, least, most):
    assert least <= backoff(number, 2, 1000) <= most


def test_a_backoff_has_a_maximum_however_long_it_lasts():
    assert backoff(10_000, 2, 60) == 60
    assert backoff(1, 2, 1) == 1


def test_a_policy_is_read_as_the_worker_reads_it():
    fixed = setting(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:05")
    assert of_function(fixed) == RetryPolicy(3, 5, 5)
    open_ended = setting(strategy="exponential_backoff", max_retry_count="-1")
    assert of_function(open_ended) == RetryPolicy(-1, 0, LONGEST)
    bounded = setting(
        strategy="exponential_backoff",
        max_retry_count="4",
        minimum_interval="00:00:10",
        maximum_interval="00:15:00",
    )
    assert of_function(bounded) == RetryPolicy(4, 10, 900)


@pytest.mark.parametrize(
    "fields",
    [
        {"strategy": "fixed_delay", "max_retry_count": "3"},
        {"strategy": "fixed_delay", "max_retry_count": "many", "delay_interval": "00:00:01"},
        {"strategy": "fixed_delay", "max_retry_count": "-2", "delay_interval": "00:00:01"},
        {"strategy": "fixed_delay", "max_retry_count": "1", "delay_interval": "24:00:00"},
        {"strategy": "fixed_delay", "max_retry_count": "1", "delay_interval": "5"},
        {"strategy": "other", "max_retry_count": "1", "delay_interval": "00:00:01"},
        {
            "strategy": "exponential_backoff",
            "max_retry_count": "1",
            "minimum_interval": "00:01:00",
            "maximum_interval": "00:00:01",
        },
    ],
)
def test_a_policy_that_the_host_would_refuse_is_refused(fields):
    with pytest.raises(ValueError, match=r".+"):
        of_function(setting(**fields))


def test_host_json_has_a_policy_for_everyone():
    assert of_host(settings()) is None
    exponential = {
        "strategy": "exponentialBackoff",
        "maxRetryCount": 5,
        "minimumInterval": "00:00:01",
        "maximumInterval": "00:01:00",
    }
    assert of_host(settings({"retry": exponential})) == RetryPolicy(5, 1, 60)
    with pytest.raises(ValueError, match="minimum and a maximum"):
        of_host(settings({"retry": {"strategy": "exponentialBackoff", "maxRetryCount": 5}}))
