"""Pairs of things that may happen at once to an order, each as a scene with one outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from orchestrations.messages import Policy
from shared.domain.order.commands import PlaceOrder
from tests.domain.scenes import ADDRESS, PLACE
from tests.orchestrations.stage import Stage

Act = Callable[[Stage], Awaitable[None]]
CAREFUL = Policy((2, 4, 8), approval_threshold=1)


async def cancel(stage: Stage) -> None:
    await stage.cancel()


async def cancel_twice(stage: Stage) -> None:
    await stage.cancel()
    await stage.cancel("again")


async def approve(stage: Stage) -> None:
    await stage.decide(approved=True)


async def decline(stage: Stage) -> None:
    await stage.decide(approved=False)


async def terminate(stage: Stage) -> None:
    await stage.scene.engine.terminate("order-1", "an operator's word")


async def payment_down(stage: Stage) -> None:
    stage.strike("payment", minutes=2)


def then(*acts: Act) -> Act:
    """One after another, before the process hears of the first."""

    async def all_of_them(stage: Stage) -> None:
        for act in acts:
            await act(stage)

    return all_of_them


def after(act: Act, **time: float) -> Act:
    """Later."""

    async def later(stage: Stage) -> None:
        await stage.pass_time(**time)
        await act(stage)

    return later


def ignored(act: Act) -> Act:
    """It comes to a process that has ended, and nobody hears it."""

    async def unheard(stage: Stage) -> None:
        try:
            await act(stage)
        except LookupError:
            return
        raise AssertionError("it was heard")

    return unheard


@dataclass(frozen=True)
class Race:
    """An order, what happens when its activities begin, and what happens once it waits."""

    name: str
    during: dict[str, Act] = field(default_factory=dict)
    once_it_waits: tuple[Act, ...] = ()
    policy: Policy = field(default_factory=lambda: Policy((2, 4, 8)))
    wish: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> PlaceOrder:
        return replace(PLACE, **self.wish)

    async def run(self, stage: Stage) -> Stage:
        """Let it happen; in the end nothing goes on any more."""
        stage.policy, stage.interruptions = self.policy, dict(self.during)
        await stage.place(self.order)
        for act in self.once_it_waits:
            await act(stage)
            await stage.settle()
        await stage.pass_time(days=4)
        return stage


async def outcome(stage: Stage) -> tuple[str, str]:
    """How the order and its instance stand: `failed: payment_failed`, `Failed`."""
    order = await stage.order()
    failed = order.status == "failed" and order.outcome
    status = f"{order.status}: {order.outcome.code}" if failed and order.outcome else order.status
    return str(status), await stage.runtime()


RACES = (
    Race("cancel before the first step", {"ValidateOrder": cancel}),
    Race("cancel during reservation", {"CheckInventory": cancel}),
    Race("cancel during charge", {"ProcessPayment": cancel}),
    Race(
        "cancel during a charge that is declined",
        {"ProcessPayment": cancel},
        wish={"payment_method": "pm_card_declined"},
    ),
    Race("cancel while a retry waits", {}, (cancel,), wish={"payment_method": "pm_flaky_2"}),
    Race("cancel during a shipment that succeeds", {"CreateShipment": cancel}),
    Race(
        "cancel during a shipment that is refused",
        {"CreateShipment": cancel},
        wish={"shipping_address": replace(ADDRESS, country="ZZ")},
    ),
    Race("cancel after the pivot", {"ShipStock": cancel}),
    Race("cancel while the end is written", {"CompleteOrder": cancel}),
    Race("cancel after the end", {}, (ignored(cancel),)),
    Race("double cancel", {"ProcessPayment": cancel_twice}),
    Race("cancel while an approval is awaited", {}, (cancel,), CAREFUL),
    Race("cancel and approval at once", {}, (then(cancel, approve),), CAREFUL),
    Race("approval and cancel at once", {}, (then(approve, cancel),), CAREFUL),
    Race("approval before its wait", {"RequestApproval": approve}, (), CAREFUL),
    Race("approval long before its wait", {"ValidateOrder": approve}, (), CAREFUL),
    Race("double approval", {}, (then(approve, approve),), CAREFUL),
    Race("approval and then decline", {}, (then(approve, decline),), CAREFUL),
    Race("decline and then approval", {}, (then(decline, approve),), CAREFUL),
    Race(
        "approval after the time-out",
        {},
        (ignored(after(approve, hours=72)),),
        CAREFUL,
    ),
    Race("approval while the time-out is handled", {"ReleaseStock": approve}, (), CAREFUL),
    Race(
        "cancel while a gateway is waited for",
        {"ValidateOrder": payment_down},
        (after(cancel, minutes=1),),
    ),
    Race(
        "cancel while such a wait begins",
        {"ValidateOrder": payment_down, "HoldStock": cancel},
    ),
    Race("terminated during a charge", {"ProcessPayment": terminate}),
    Race("terminated while an approval is awaited", {}, (terminate,), CAREFUL),
)
