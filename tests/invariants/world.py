"""The whole app on the real engine, in memory: a world that can be broken and mended."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import azure.durable_functions as df
from aiohttp import web

from blueprints import fulfilment
from localhost.clock import ManualClock
from localhost.durable.engine import Engine, Gone, NewInstance, NoInstance
from localhost.durable.functions import AppFunctions
from localhost.durable.links import Links
from localhost.durable.memory_hub import MemoryTaskHub
from localhost.durable.tables_hub import TablesTaskHub
from localhost.durable.webhooks import Webhooks
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.settings import HostSettings
from localhost.tables import Account
from localhost.tables import Tables as HostTables
from orchestrations.messages import (
    APPROVAL_DECIDED,
    CANCEL_REQUESTED,
    FULFIL_ORDER,
    FulfilOrder,
    Policy,
)
from shared.application.aggregates import ORDER, PRODUCT, STOCK, Cause
from shared.azure_tables import Tables
from shared.domain.money import Money
from shared.domain.order.commands import PlaceOrder
from shared.domain.order.values import Address, RequestedLine
from shared.domain.product import DefineProduct
from shared.domain.stock import AdjustStock
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.gateways.azure_tables import AzureTablesLedger
from shared.gateways.errors import GatewayUnavailable
from shared.gateways.ledger import MemoryLedger
from shared.plain import Json, to_plain
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.rows import MemoryRows
from shared.storage_account import StorageAccount
from tests.application.memory import Clock, Memory

CAUSE = Cause("cid", "test", "tester")
PRICE = Money(700, "EUR")
SKUS = ("CUP", "POT")
UNITS = 6
APPROVED_FROM = 5 * PRICE.amount
LONGEST = 400  # turns of the clock until everything must have ended


class _AppClock(Clock):
    """The app's clock, which is the engine's."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def __call__(self) -> datetime:
        return self._clock.now()


class Unsteady:
    """Stands before an adapter: sometimes a call fails, having done its work or not."""

    def __init__(self, adapter: Any, fault: type[Exception], chance: Random) -> None:
        self._adapter, self._fault, self._chance = adapter, fault, chance
        self.trouble = 0.0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._adapter, name)
        if not asyncio.iscoroutinefunction(call):
            return call

        async def unsteady(*given: Any, **named: Any) -> Any:
            await asyncio.sleep(0)  # a moment at which the process may be killed
            if self._chance.random() < self.trouble:
                raise self._fault("lost on the way there")
            answer = await call(*given, **named)
            await asyncio.sleep(0)
            if self._chance.random() < self.trouble:
                raise self._fault("lost on the way back")
            return answer

        return unsteady


@dataclass
class World:
    """One shop: its streams, its sandboxes, its engine, its clock.

    With `azurite`, a connection string, everything durable lies in its tables.
    """

    chance: Random
    azurite: str | None = None
    clock: ManualClock = field(default_factory=ManualClock)
    placed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._durable()
        self.store = Unsteady(self.streams, StoreUnavailable, self.chance)
        self.gateways = Unsteady(self.ledger, GatewayUnavailable, self.chance)
        parts: dict[str, Any] = {"store": self.store, "ledger": self.gateways, "rows": self._rows}
        self.wiring = Memory(clock=_AppClock(self.clock), **parts).wiring
        app = df.DFApp()
        app.register_functions(fulfilment.blueprint(self.wiring))
        self.invoker = Invoker(lambda _binding: self._client, threads=1)
        self._client = ""
        self.functions = AppFunctions(index(app, HostSettings(Path.cwd())), self.invoker)
        self._executions = 0
        self.engine = self._new_engine()

    def _durable(self) -> None:
        """What outlives a kill: streams, ledger, rows, task hub."""
        self._tables: Tables | None = None
        if self.azurite is None:
            self.streams: Any = MemoryEventStore()
            self.ledger: Any = MemoryLedger()
            self._rows: Any = MemoryRows()
            self.hub: Any = MemoryTaskHub()
            return
        name = f"w{uuid.uuid4().hex[:12]}"
        self._tables = Tables(StorageAccount(self.azurite), name)
        self.streams = AzureTablesEventStore(self._tables)
        self.ledger = AzureTablesLedger(self._tables)
        self._rows = AzureTablesRows(self._tables)
        lean = HostTables(Account.parse(self.azurite))
        self.hub = TablesTaskHub(lean, name, self.clock)

    async def entry(self, key: str) -> Json | None:
        """What the sandboxes' ledger says under a key."""
        entry: Json | None = await self.ledger.find(key)
        return entry

    def _new_engine(self) -> Engine:
        return Engine(self.hub, self.functions, self.clock, self._new_execution)

    def _new_execution(self) -> str:
        self._executions += 1
        return f"{self._executions:032x}"

    async def open(self) -> None:
        """Put products on the shelves, and give the app a client that reaches the engine."""
        if self.azurite is not None:
            await self.hub.open()
        links = Links("World", "Storage", "key")

        async def answer(request: web.Request) -> web.StreamResponse:
            path = request.raw_path.partition("?")[0]
            return await Webhooks(self.engine, links).handle(request, path)

        server = web.Application()
        server.router.add_route("*", "/{path:.*}", answer)
        self._server = web.AppRunner(server)
        await self._server.setup()
        await web.TCPSite(self._server, "127.0.0.1", 0).start()
        origin = f"http://127.0.0.1:{self._server.addresses[0][1]}"
        self._client = links.client(origin, f"{origin}/", {})
        aggregates = self.wiring.aggregates
        for sku in SKUS:
            await aggregates.handle(PRODUCT, sku, DefineProduct(sku, sku, PRICE), CAUSE)
            await aggregates.handle(STOCK, sku, AdjustStock("d", UNITS, "delivery"), CAUSE)

    # ---- what may happen -------------------------------------------------------------------

    async def place(self, method: str, country: str, quantities: tuple[int, int]) -> None:
        """Start an order as the edge does; half the time the edge dies before its append."""
        order_id = f"order{len(self.placed)}"
        lines = tuple(
            RequestedLine(sku, count)
            for sku, count in zip(SKUS, quantities, strict=True)
            if count > 0
        )
        command = PlaceOrder(
            order_id=order_id,
            customer_id="ada",
            lines=lines or (RequestedLine("NO-SUCH", 1),),
            payment_method=method,
            shipping_address=Address("Ada", "1 Road", "London", "SW1", country),
            placed_at=self.clock.now(),
        )
        await self.engine.start_new(NewInstance(FULFIL_ORDER, order_id, _input(command)))
        self.placed.append(order_id)
        if self.chance.random() < 0.5:
            try:
                await self.wiring.aggregates.handle(ORDER, order_id, command, CAUSE)
            except StoreUnavailable:
                return

    async def start_again(self, which: int) -> None:
        """Start an order's process once more, as a client's late request might."""
        if not self.placed:
            return
        order_id = self.placed[which % len(self.placed)]
        old = await self.hub.read(order_id)
        if old is not None and old.status.is_terminal:
            await self.engine.start_new(NewInstance(FULFIL_ORDER, order_id, old.body))

    async def cancel(self, which: int) -> None:
        """Ask an order to stop, whether or not it still hears."""
        if not self.placed:
            return
        order_id = self.placed[which % len(self.placed)]
        reason = json.dumps(json.dumps({"reason": "changed my mind"}))
        try:
            await self.engine.raise_event(order_id, CANCEL_REQUESTED, reason)
        except (Gone, NoInstance):
            return

    async def approve(self, which: int, decision: bool) -> None:
        """Decide about an order, whether or not it waits for that."""
        if not self.placed:
            return
        told = json.dumps(json.dumps({"approved": decision, "reason": "seen", "by": "ann"}))
        try:
            await self.engine.raise_event(
                self.placed[which % len(self.placed)], APPROVAL_DECIDED, told
            )
        except (Gone, NoInstance):
            return

    async def wait(self, seconds: float) -> None:
        """Let the clock run on, and give the work a moment."""
        self.clock.advance(seconds)
        for _ in range(self.chance.randint(0, 40)):
            await asyncio.sleep(0)

    async def kill(self) -> None:
        """End the process where it stands and start another one on the same storage."""
        await self.engine.stop(0)
        self.engine = self._new_engine()
        await self.engine.start()

    async def worsen(self, trouble: float) -> None:
        """Make storage and gateways fail this often."""
        self.store.trouble = self.gateways.trouble = trouble

    async def run_out(self) -> None:
        """Mend everything and let it come to its end."""
        await self.worsen(0.0)
        for _ in range(LONGEST):
            await self.engine.settle()
            if not await self.hub.active():
                return
            alarm = self.clock.next_alarm()
            assert alarm is not None, "something waits for nothing"
            self.clock.advance((alarm - self.clock.now()).total_seconds())
        raise AssertionError(f"still alive: {await self.hub.active()}")

    async def close(self) -> None:
        """Let threads and sockets go."""
        await self.engine.stop(0)
        await self._server.cleanup()
        await self.hub.close()
        if self._tables is not None:
            await self._tables.close()
        self.invoker.close()


def _input(command: PlaceOrder) -> str:
    """What the process of an order is started with."""
    policy = Policy((2, 4, 8), approval_threshold=APPROVED_FROM)
    given = FulfilOrder(command, policy, "cid", "tester")
    # The SDK's client sends JSON text as a JSON string (host-durable.md 6.2).
    return json.dumps(json.dumps(to_plain(given)))
