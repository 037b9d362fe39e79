"""The real processes and activities on the real engine, in memory, with a clock moved by hand."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from blueprints.fulfilment import (
    PROCESSES,
    START_LATE_CONFIRMATION,
    activities_of,
    late_confirmation_started,
)
from localhost.clock import ManualClock
from localhost.durable.engine import NewInstance
from orchestrations.messages import FulfilOrder, Policy
from shared.application.aggregates import ORDER
from shared.cells.memory import MemoryCells
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.state import Order
from shared.gateways.breaker import Breaker
from shared.gateways.guarded import GuardedCarrier, GuardedPayments
from shared.gateways.ledger import MemoryLedger
from shared.gateways.outage import Outage
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from shared.plain import to_plain
from shared.wiring import Wiring
from tests.application.memory import Clock, Memory
from tests.domain.scenes import PLACE
from tests.given import NOW
from tests.localhost.durable.scene import Scene
from tests.orchestrations.shop import POLICY, Shop

Interruption = Callable[["Stage"], Awaitable[None]]
DAY = 86_400


class HostClock(Clock):
    """The host's clock as the app sees it."""

    def __init__(self, host: ManualClock) -> None:
        super().__init__()
        self._host = host

    def __call__(self) -> Any:
        return self._host.now()


class CountedOutage(Outage):
    """An outage that knows how often the gateway was asked, in vain or not."""

    asked = 0

    def strike(self, gateway: str) -> None:
        self.asked += 1
        super().strike(gateway)


@dataclass
class Client:
    """The durable client's calls, without the HTTP between it and the engine."""

    stage: "Stage"

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str:
        body = json.dumps(json.dumps(client_input))
        await self.stage.scene.engine.start_new(NewInstance(name, instance_id, body))
        return instance_id

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None:
        found = await self.stage.scene.hub.read(instance_id)
        if found is None or found.status.is_terminal:
            raise LookupError(f"Instance with ID {instance_id} is gone: either completed or failed")
        await self.stage.scene.engine.raise_event(instance_id, event_name, json.dumps(event_data))

    async def get_status(self, instance_id: str) -> Any:
        found = await self.stage.scene.hub.read(instance_id)
        if found is None:
            return None
        custom = json.loads(found.custom_status) if found.custom_status else None
        return SimpleNamespace(runtime_status=found.status, custom_status=custom)

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]:
        raise NotImplementedError(instance_id)  # nobody on this stage shows links


@dataclass
class Stage:
    """A shop of ten mugs and ten T-shirts; `interruptions` happen when an activity begins."""

    policy: Policy = POLICY
    interruptions: dict[str, Interruption] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def __post_init__(self) -> None:
        self.clock = ManualClock(NOW)
        app_clock = HostClock(self.clock)
        gateways = ("payment", "carrier", "mail")
        self.outages = {name: CountedOutage(None, app_clock) for name in gateways}
        self.circuits = MemoryCells()
        payments = SandboxPayments(self.ledger, self.outages["payment"])
        carrier = SandboxCarrier(self.ledger, self.outages["carrier"])
        replaced = {
            "payments": GuardedPayments(payments, self._breaker("payment", app_clock)),
            "carrier": GuardedCarrier(carrier, self._breaker("carrier", app_clock)),
            "mailer": SandboxMail(self.ledger, self.outages["mail"]),
        }
        self.memory = Memory(ledger=self.ledger, clock=app_clock, replaced=replaced)
        self.wiring: Wiring = self.memory.wiring
        self.shop = Shop(SimpleNamespace(wiring=self.wiring, store=self.memory.store))
        self.client = Client(self)
        activities = {name: self._played(name, run) for name, run in self._activities().items()}
        processes = {name: own(process) for name, process in PROCESSES.items()}
        self.scene = Scene(processes, activities, clock=self.clock)

    async def place(self, order: PlaceOrder = PLACE) -> None:
        """Start the order's process, and let it run until it waits or ends."""
        given = to_plain(FulfilOrder(order, self.policy, "cid", "tester"))
        await self.scene.start("FulfilOrder", given, order.order_id)

    async def cancel(self, reason: str = "too slow") -> None:
        await self.client.raise_event("order-1", "CancelRequested", {"reason": reason})

    async def decide(self, approved: bool, reason: str = "seen") -> None:
        decision = {"approved": approved, "reason": reason, "by": "ops-1"}
        await self.client.raise_event("order-1", "ApprovalDecided", decision)

    async def settle(self) -> None:
        await self.scene.engine.settle()

    async def pass_time(self, **by: float) -> None:
        await self.scene.pass_time(timedelta(**by).total_seconds())

    def strike(self, gateway: str, **lasting: float) -> None:
        """Take a gateway down for a while."""
        self.outages[gateway].until = self.clock.now() + timedelta(**lasting)

    async def order(self, order_id: str = "order-1") -> Order:
        state = (await self.wiring.aggregates.load(ORDER, order_id)).state
        assert state is not None
        return state

    async def events(self, order_id: str = "order-1") -> list[str]:
        return [event.type for event in await self.memory.store.read(f"order-{order_id}")]

    async def runtime(self, instance_id: str = "order-1") -> str:
        return (await self.scene.instance(instance_id)).status.name

    async def custom_status(self) -> Any:
        return (await self.client.get_status("order-1")).custom_status

    def _activities(self) -> dict[str, Callable[[Any], Awaitable[Any]]]:
        async def start_late(step: Any) -> Any:
            return await late_confirmation_started(step, self.client)

        return {**activities_of(self.wiring), START_LATE_CONFIRMATION: start_late}

    def _played(self, name: str, run: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Any]:
        async def play(value: Any) -> Any:
            self.calls.append(name)
            if interrupt := self.interruptions.pop(name, None):
                await interrupt(self)
            return await run(value)

        return play

    def _breaker(self, gateway: str, now: Clock) -> Breaker:
        return Breaker(gateway, self.circuits, now, threshold=3)


def own(process: Callable[..., Any]) -> Callable[..., Any]:
    """A process the host may rename without renaming ours."""

    def played(context):
        return (yield from process(context))

    return played
