"""A shop in memory whose orders are fulfilled by the real process and the real activities."""

import json
from dataclasses import dataclass, field
from typing import Any

from blueprints.fulfilment import activities_of
from orchestrations.messages import FulfilOrder, Policy
from shared.application.aggregates import ORDER, PRODUCT, STOCK, Cause
from shared.domain.order.commands import PlaceOrder
from shared.domain.product import DefineProduct
from shared.domain.stock import AdjustStock, Stock
from shared.plain import to_plain
from tests.application.memory import Memory
from tests.domain.scenes import MUG, TEE
from tests.orchestrations.instance import ACTIVITY, Instance

CAUSE = Cause("cid", "test", "tester")


POLICY = Policy(retry_delays=(2, 4, 8))


def started(order: PlaceOrder, policy: Policy = POLICY) -> Instance:
    """The workflow of an order, just started."""
    return Instance(to_plain(FulfilOrder(order, policy, "cid", "tester")))


@dataclass
class Shop:
    """Ten mugs and ten T-shirts."""

    memory: Any = field(default_factory=Memory)

    async def open(self) -> "Shop":
        for product in (MUG, TEE):
            define = DefineProduct(product.sku, product.name, product.price)
            await self.memory.wiring.aggregates.handle(PRODUCT, product.sku, define, CAUSE)
            await self.deliver(product.sku, 10)
        return self

    async def deliver(self, sku: str, units: int) -> None:
        command = AdjustStock(f"delivery-{units}", units, "delivery")
        await self.memory.wiring.aggregates.handle(STOCK, sku, command, CAUSE)

    async def run(self, name: str, step: Any) -> Any:
        """One activity, as the host would run it."""
        return await activities_of(self.memory.wiring)[name](step)

    async def step(self, workflow: Instance) -> None:
        """Whatever is open comes to its end."""
        _, action = workflow.open[0]
        if action["actionType"] != ACTIVITY:
            workflow.fire()
            self.memory.clock.now = workflow.now
            return
        workflow.answer(await self.run(action["functionName"], json.loads(action["input"])))

    async def fulfil(self, workflow: Instance) -> Instance:
        """Until the workflow is over."""
        while not workflow.is_over:
            await self.step(workflow)
        return workflow

    async def until(self, workflow: Instance, activity: str) -> None:
        """Until this activity was called, and has not answered."""
        while workflow.activities[-1:] != [activity]:
            await self.step(workflow)

    async def order(self) -> Any:
        return (await self.memory.wiring.aggregates.load(ORDER, "order-1")).state

    async def shelf(self, sku: str) -> Stock:
        return (await self.memory.wiring.aggregates.load(STOCK, sku)).state

    async def events(self) -> list[str]:
        recorded = await self.memory.store.read("order-order-1")
        return [event.type for event in recorded]
