"""What a client sends twice with one key happens once, whoever dies and whoever is slow."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from shared.application.aggregates import ORDER as ORDERS
from shared.azure_tables import Tables
from shared.cells.azure_tables import AzureTablesCells
from shared.cells.memory import MemoryCells
from shared.domain.stock import REMEMBERED_ADJUSTMENTS
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.idempotency.keys import HOLD, PATIENCE, Attempt
from shared.settings import AuthMode, Settings
from shared.storage_account import StorageAccount
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.application.storage import sent_requests
from tests.blueprints.caller import ORDER, PRODUCT, Api, Engine, body_of
from tests.given import NOW

KEY = "my-key"
EASYAUTH = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
_numbers = count(1)


class BusyEngine(Engine):
    """One that lets others run, and refuses what runs already as the real one does."""

    async def start_new(self, name, instance_id, client_input):
        await asyncio.sleep(0)
        if instance_id in self.started:
            raise RuntimeError("An Orchestration instance with the status Running already exists.")
        return await super().start_new(name, instance_id, client_input)


async def test_the_second_answer_is_the_first_to_the_byte():
    api = Api()
    first = await api.place(idempotency_key=KEY, x_correlation_id="first")
    api.memory.clock.forward(hours=1)
    second = await api.place(idempotency_key=KEY, x_correlation_id="second")
    assert second.get_body() == first.get_body()
    assert second.status_code == first.status_code == 202
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Retry-After"] == "1"
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["X-Correlation-Id"] == "second"
    assert len(api.engine.started) == 1


@pytest.mark.parametrize("body", [{**ORDER, "customerId": "cust-2"}, b" " + b"{}", b"not json"])
async def test_another_body_under_the_key_is_refused(body):
    api = Api()
    await api.place(idempotency_key=KEY)
    response = await api.place(body, idempotency_key=KEY)
    assert (response.status_code, body_of(response)["code"]) == (422, "idempotency_key_reused")
    assert len(api.engine.started) == 1


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "schlüssel", "a\tb"])
async def test_a_key_that_is_none_is_refused(key):
    response = await Api().place(idempotency_key=key)
    problem = body_of(response)
    assert (response.status_code, problem["errors"][0]["pointer"]) == (400, "/Idempotency-Key")


async def test_the_longest_key_of_the_oddest_characters_will_do():
    assert (await Api().place(idempotency_key="/\\#?%'\"~" + "!" * 247)).status_code == 202


async def test_without_a_key_two_requests_are_two_orders_and_nothing_is_stored():
    api = Api()
    await api.place()
    await api.place()
    assert len(api.engine.started) == 2
    assert api.memory.keys.cells == {}


async def test_keys_of_two_callers_or_two_routes_have_nothing_in_common():
    operator = Api(Memory(settings=EASYAUTH)).as_user("boss", "operator")
    for customer in ("cust-1", "cust-2"):
        body = {**ORDER, "customerId": customer}
        assert (
            await operator.as_user(customer).place(body, idempotency_key=KEY)
        ).status_code == 202
    user = {"email": "a@example.com", "name": "A"}
    assert (await operator.user("register", body=user, idempotency_key=KEY)).status_code == 201
    assert len(operator.engine.started) == 2


async def test_a_delivery_with_a_key_arrives_once():
    api = Api()
    await api.product("put", "MUG", PRODUCT)
    delivery = {"delta": 25, "reason": "delivery"}
    answers = [
        await api.product("adjust_stock", "MUG", delivery, idempotency_key=KEY) for _ in range(2)
    ]
    assert [body_of(each)["onHand"] for each in answers] == [25, 25]
    assert body_of(await api.product("get", "MUG"))["stock"]["onHand"] == 25


async def test_a_delivery_whose_answer_was_lost_counts_once_however_many_came_after_it():
    api = Api(Memory(keys=Forgetful()))
    await api.product("put", "MUG", PRODUCT)
    delivery = {"delta": 1, "reason": "delivery"}
    await api.product("adjust_stock", "MUG", delivery, idempotency_key=KEY)
    for _ in range(REMEMBERED_ADJUSTMENTS):
        await api.product("adjust_stock", "MUG", delivery)
    late = await api.product("adjust_stock", "MUG", delivery, idempotency_key=KEY)
    assert body_of(late)["onHand"] == REMEMBERED_ADJUSTMENTS + 1


async def test_a_user_is_registered_once_a_key():
    api, user = Api(), {"email": "a@example.com", "name": "A"}
    first = await api.user("register", body=user, idempotency_key=KEY)
    second = await api.user("register", body=user, idempotency_key=KEY)
    assert (second.status_code, second.get_body()) == (201, first.get_body())


async def test_a_refusal_is_kept_and_an_outage_is_not():
    api = Api()
    bad = {**ORDER, "lines": []}
    first = await api.place(bad, idempotency_key="bad", x_correlation_id="first")
    second = await api.place(bad, idempotency_key="bad")
    assert (second.status_code, second.get_body()) == (400, first.get_body())
    assert second.mimetype == "application/problem+json"
    api.engine.fault = Exception("hub is down")
    assert (await api.place(idempotency_key=KEY)).status_code == 503
    api.engine.fault = None
    api.memory.clock.forward(seconds=1)
    assert (await api.place(idempotency_key=KEY)).status_code == 202


async def test_a_key_is_held_for_a_day_and_then_free():
    api = Api()
    await api.place(idempotency_key=KEY)
    api.memory.clock.forward(seconds=HOLD.total_seconds() - 1)
    await api.place(idempotency_key=KEY)
    assert len(api.engine.started) == 1
    api.memory.clock.forward(seconds=1)
    other = {**ORDER, "customerId": "cust-2"}
    assert (await api.place(other, idempotency_key=KEY)).status_code == 202
    assert len(api.engine.started) == 2


# ---- many at once ----------------------------------------------------------------------


async def orders_of(api: Api) -> list[str]:
    """The ids of the orders that somebody started, each recorded once."""
    for order_id in api.engine.started:
        assert len(await api.memory.store.read(f"order-{order_id}")) == 1
    return list(api.engine.started)


async def test_a_hundred_requests_at_once_make_one_order():
    api = Api(engine=BusyEngine())
    answers = await asyncio.gather(*(api.place(idempotency_key=KEY) for _ in range(100)))
    assert {each.status_code for each in answers} == {202}
    assert len({each.get_body() for each in answers}) == 1
    assert len(await orders_of(api)) == 1


@pytest.fixture
async def tables(azurite: str) -> AsyncIterator[Tables]:
    made = Tables(StorageAccount(azurite), f"keys{next(_numbers)}")
    yield made
    await made.close()


async def test_thirty_requests_at_once_on_azure_tables_make_one_order(tables):
    store = AzureTablesEventStore(tables)
    memory = Memory(store=store, keys=AzureTablesCells(tables, "idempotency"))
    api = Api(memory, BusyEngine())
    answers = await asyncio.gather(*(api.place(idempotency_key=KEY) for _ in range(30)))
    assert {each.status_code for each in answers} == {202}
    assert len({each.get_body() for each in answers}) == 1
    assert len(await orders_of(api)) == 1


class Patient(MemoryCells):
    """Cells that tell when a key was claimed; the claimer then waits."""

    def __init__(self) -> None:
        super().__init__()
        self.claimed, self.go = asyncio.Event(), asyncio.Event()

    async def write(self, *args):
        cell = await super().write(*args)
        if not self.claimed.is_set():
            self.claimed.set()
            await self.go.wait()
        return cell


async def test_a_first_request_that_was_overtaken_starts_no_finished_workflow_again():
    cells = Patient()
    api = Api(Memory(keys=cells))
    slow = asyncio.create_task(api.place(idempotency_key=KEY))
    await cells.claimed.wait()
    fast = await api.place(idempotency_key=KEY)
    api.engine.started.clear()  # it ran to its end, so the engine would start it again
    cells.go.set()
    late = await slow
    assert (late.status_code, late.get_body()) == (202, fast.get_body())
    assert api.engine.started == {}


async def test_the_answer_that_was_kept_first_is_everybodys():
    cells = Patient()
    api = Api(Memory(keys=cells))
    await api.product("put", "MUG", PRODUCT)
    delivery = {"delta": 25, "reason": "delivery"}
    slow = asyncio.create_task(api.product("adjust_stock", "MUG", delivery, idempotency_key=KEY))
    await cells.claimed.wait()
    await api.product("adjust_stock", "MUG", delivery, idempotency_key=KEY)
    await api.product("adjust_stock", "MUG", {**delivery, "delta": 1})
    cells.go.set()
    late = await slow
    assert (body_of(late)["onHand"], late.headers["Idempotency-Replayed"]) == (25, "true")


# ---- who dies --------------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_process_that_dies_at_any_request_leaves_one_order_for_the_one_who_comes_again(
    after,
):
    for number in count(1):
        store, keys, engine = MemoryEventStore(), MemoryCells(), BusyEngine()
        dies = [number]
        mortal = Memory(
            store=Mortal(store, dies, after=after), keys=Mortal(keys, dies, after=after)
        )
        clock, survived = mortal.clock, True
        try:
            dying: Any = Mortal(engine, dies, after=after)
            await Api(mortal, dying).place(idempotency_key=KEY)
        except Died:
            survived = False
        again = Api(Memory(store=store, keys=keys, clock=clock, ids=f"run{number}"), engine)
        response = await again.place(idempotency_key=KEY)
        assert response.status_code == 202
        assert await orders_of(again) == [body_of(response)["orderId"]]
        loaded = await again.memory.wiring.aggregates.load(ORDERS, body_of(response)["orderId"])
        assert loaded.version == 1
        if survived:
            assert number >= 5
            break


class Forgetful(MemoryCells):
    """Cells that take a claim and no answer."""

    async def write(self, key, document, over):
        if over is not None:
            raise StoreUnavailable("the answer was lost")
        return await super().write(key, document, over)


async def test_an_order_whose_answer_could_not_be_kept_is_accepted_and_still_one():
    api = Api(Memory(keys=Forgetful()))
    first = await api.place(idempotency_key=KEY)
    second = await api.place(idempotency_key=KEY)
    assert (first.status_code, second.status_code) == (202, 202)
    assert body_of(first)["orderId"] == body_of(second)["orderId"]
    assert len(await orders_of(api)) == 1


class Echo(MemoryCells):
    """Cells that lose the answer to the first write."""

    async def write(self, key, document, over):
        cell = await super().write(key, document, over)
        return cell if over else await super().write(key, document, None)


async def test_a_claim_whose_answer_was_lost_is_still_the_first():
    api = Api(Memory(keys=Echo()))
    assert (await api.place(idempotency_key=KEY)).status_code == 202
    assert api.memory.clock.now == NOW


def test_an_attempt_may_be_repeated_when_it_is_not_the_first_or_took_too_long():
    first = Attempt("id", NOW, is_first=True)
    assert not first.may_be_repeated(NOW + PATIENCE - timedelta(milliseconds=1))
    assert first.may_be_repeated(NOW + PATIENCE)
    assert Attempt("id", NOW, is_first=False).may_be_repeated(NOW)


async def test_a_key_costs_two_storage_requests_and_an_answer_again_two(tables, monkeypatch):
    store = AzureTablesEventStore(tables)
    api = Api(Memory(store=store, keys=AzureTablesCells(tables, "idempotency")))
    await api.place(idempotency_key="to-make-the-tables")
    sent = sent_requests(monkeypatch)
    await api.place()
    without = len(sent)
    sent.clear()
    await api.place(idempotency_key=KEY)
    assert len(sent) == without + 2
    sent.clear()
    await api.place(idempotency_key=KEY)
    assert sent == ["POST", "GET"]
