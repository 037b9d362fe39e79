"""The breaker: it opens on an outage, lets one caller try, and closes on the first answer."""

from datetime import timedelta

import pytest

from shared.cells.memory import MemoryCells
from shared.cells.port import CellMoved
from shared.gateways.breaker import Breaker
from shared.gateways.circuit import FIRST_REST, LONGEST_REST, PROBE, Circuit
from shared.gateways.errors import (
    GatewayResting,
    GatewayUnavailable,
    PartyUnavailable,
    RequestRejected,
)
from tests.application.memory import Clock
from tests.given import NOW


class Gateway:
    """One that is up or down, and counts who asks."""

    def __init__(self) -> None:
        self.fault: Exception | None = GatewayUnavailable("503")
        self.asked = 0

    async def answer(self) -> str:
        self.asked += 1
        if self.fault:
            raise self.fault
        return "yes"


class CountingCells(MemoryCells):
    requests = 0

    async def read(self, key):
        self.requests += 1
        return await super().read(key)

    async def write(self, key, document, over):
        self.requests += 1
        return await super().write(key, document, over)

    async def remove(self, cell):
        self.requests += 1
        await super().remove(cell)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cells() -> CountingCells:
    return CountingCells()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def breaker(cells, clock) -> Breaker:
    return Breaker("payment", cells, clock, threshold=3)


async def opened(breaker, gateway):
    for _ in range(2):
        with pytest.raises(GatewayUnavailable, match="503"):
            await breaker.call(gateway.answer)
    with pytest.raises(GatewayResting):
        await breaker.call(gateway.answer)


async def test_while_all_is_well_storage_is_not_asked(breaker, gateway, cells):
    gateway.fault = None
    for _ in range(10):
        assert await breaker.call(gateway.answer) == "yes"
    assert cells.requests == 0


async def test_failures_in_a_row_open_it_and_then_nobody_asks(breaker, gateway):
    await opened(breaker, gateway)
    with pytest.raises(GatewayResting) as resting:
        await breaker.call(gateway.answer)
    assert gateway.asked == 3
    assert resting.value.until == NOW + FIRST_REST


async def test_a_success_between_them_starts_the_count_anew(breaker, gateway, cells):
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            await breaker.call(gateway.answer)
    gateway.fault = None
    await breaker.call(gateway.answer)
    assert cells.cells == {}
    gateway.fault = GatewayUnavailable("503")
    await opened(breaker, gateway)


async def test_failures_far_apart_are_no_outage(breaker, gateway, clock):
    for _ in range(5):
        with pytest.raises(GatewayUnavailable, match="503"):
            await breaker.call(gateway.answer)
        clock.forward(minutes=2)


async def test_the_trouble_of_one_customer_is_not_the_gateways(breaker, gateway, cells):
    gateway.fault = PartyUnavailable("the bank is down")
    for _ in range(9):
        with pytest.raises(PartyUnavailable):
            await breaker.call(gateway.answer)
    assert cells.cells == {}


async def test_a_rejection_is_an_answer_and_closes_the_circuit(breaker, gateway, cells, clock):
    for _ in range(3):
        with pytest.raises(GatewayUnavailable):
            await breaker.call(gateway.answer)
    clock.forward(seconds=FIRST_REST.total_seconds())
    gateway.fault = RequestRejected("it wants another currency")
    with pytest.raises(RequestRejected):
        await breaker.call(gateway.answer)
    gateway.fault = None
    assert await breaker.call(gateway.answer) == "yes"


async def test_another_process_learns_of_an_outage_by_its_own_first_failure(
    breaker, gateway, cells, clock
):
    await opened(breaker, gateway)
    other = Breaker("payment", cells, clock, threshold=3)
    for _ in range(3):
        with pytest.raises(GatewayResting):
            await other.call(gateway.answer)
    assert gateway.asked == 4


async def test_after_the_rest_one_caller_tries_and_the_others_wait(breaker, gateway, cells, clock):
    await opened(breaker, gateway)
    clock.forward(seconds=15)
    other = Breaker("payment", cells, clock, threshold=3)
    with pytest.raises(GatewayResting):
        await other.call(gateway.answer)  # it did not know, and now it does
    gateway.asked = 0

    async def slow() -> str:
        with pytest.raises(GatewayResting):
            await other.call(gateway.answer)
        return await gateway.answer()

    gateway.fault = None
    assert await breaker.call(slow) == "yes"
    assert gateway.asked == 1
    clock.forward(seconds=1)
    assert await other.call(gateway.answer) == "yes"


async def test_a_probe_that_fails_lengthens_the_rest_up_to_five_minutes(breaker, gateway, clock):
    await opened(breaker, gateway)
    rests = []
    for _ in range(6):
        clock.forward(minutes=5)
        with pytest.raises(GatewayResting) as resting:
            await breaker.call(gateway.answer)
        rests.append(resting.value.until - clock.now)
    assert rests == [FIRST_REST * factor for factor in (2, 4, 8, 16)] + [LONGEST_REST] * 2
    assert gateway.asked == 3 + 6


async def test_a_probe_that_died_is_followed_by_another(breaker, gateway, cells, clock):
    await opened(breaker, gateway)
    circuit = Circuit(3, NOW, NOW + FIRST_REST, 1).while_probed(clock.now)
    assert circuit.rests_until == NOW + PROBE
    clock.forward(seconds=15)

    async def dies() -> str:
        raise RuntimeError("the process ended")

    with pytest.raises(RuntimeError):
        await breaker.call(dies)
    with pytest.raises(GatewayResting):
        await breaker.call(gateway.answer)
    clock.forward(seconds=PROBE.total_seconds())
    gateway.fault = None
    assert await breaker.call(gateway.answer) == "yes"


async def test_a_call_from_before_the_outage_that_fails_late_lengthens_nothing(
    breaker, gateway, clock
):
    async def late() -> str:
        await opened(breaker, gateway)
        clock.forward(seconds=10)
        raise GatewayUnavailable("503")

    with pytest.raises(GatewayResting) as resting:
        await breaker.call(late)
    assert resting.value.until == NOW + FIRST_REST


class BusyCells(MemoryCells):
    """Somebody else is first, once."""

    def __init__(self) -> None:
        super().__init__()
        self.faster = 0

    async def write(self, key, document, over):
        if self.faster:
            self.faster -= 1
            await super().write(key, document, over)
            raise CellMoved(key)
        return await super().write(key, document, over)


async def test_of_two_processes_that_want_to_try_one_does(gateway, clock):
    cells = BusyCells()
    breaker = Breaker("payment", cells, clock, threshold=3)
    await opened(breaker, gateway)
    clock.forward(seconds=15)
    cells.faster = 1
    with pytest.raises(GatewayResting) as resting:
        await breaker.call(gateway.answer)
    assert gateway.asked == 3
    assert resting.value.until == clock.now + PROBE


async def test_a_failure_noted_by_another_process_first_counts_before_ours(gateway, clock):
    cells = BusyCells()
    breaker = Breaker("payment", cells, clock, threshold=3)
    cells.faster = 1
    with pytest.raises(GatewayUnavailable, match="503"):
        await breaker.call(gateway.answer)
    with pytest.raises(GatewayResting):
        await breaker.call(gateway.answer)


async def test_a_circuit_that_failed_again_meanwhile_is_not_closed(breaker, gateway, cells, clock):
    await opened(breaker, gateway)
    clock.forward(seconds=15)

    async def while_others_fail() -> str:
        present = await cells.read("payment")
        await cells.write("payment", {**present.document, "failures": 9}, present)
        return "yes"

    assert await breaker.call(while_others_fail) == "yes"
    assert cells.cells["payment"].document["failures"] == 9


def test_a_circuit_opens_for_no_longer_than_five_minutes():
    circuit = Circuit(3, NOW, NOW, 40, is_probed=True).after_failure(NOW, 3)
    assert circuit.rests_until == NOW + timedelta(minutes=5)


async def test_a_rest_that_only_a_wrong_clock_could_give_is_not_believed(
    breaker, gateway, cells, clock
):
    clock.forward(hours=48)
    await opened(breaker, gateway)
    clock.forward(hours=-48)  # the clock is set right again
    gateway.fault = None
    assert await Breaker("payment", cells, clock, threshold=3).call(gateway.answer) == "yes"
    assert await breaker.call(gateway.answer) == "yes"
