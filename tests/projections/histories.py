"""A shop whose orders, products and users had random histories, shown as the app shows them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from shared.application.aggregates import ORDER, PRODUCT, USER, Aggregates, Cause
from shared.application.read_models import READ_MODELS, ReadModels
from shared.application.rebuild import Difference, Rebuild
from shared.domain.errors import Refusal
from shared.domain.order import commands
from shared.domain.order.commands import OrderCommand
from shared.domain.product import DefineProduct
from shared.domain.user import ChangeUser, DeleteUser, RegisterUser, UserCommand
from shared.projections.rows import Rows
from tests.domain import scenes as the

CAUSE = Cause("cid", "test", "tester")
STEPS: tuple[OrderCommand, ...] = (
    the.VALIDATE,
    the.RESERVE,
    the.PAY,
    the.SHIP,
    the.STOP_PARCEL,
    the.REFUND,
    the.RELEASE,
    the.COMPLETE,
    the.FAIL,
    the.CANCEL,
)


@dataclass
class History:
    """What happens next is the dice's choice; every writer is a process of its own."""

    aggregates: Aggregates
    read_models: ReadModels
    dice: Random

    async def go_on(self, times: int) -> None:
        """So many things happen."""
        for _ in range(times):
            happen = self.dice.choice([self.an_order, self.an_order, self.a_product, self.a_user])
            try:
                await happen(str(self.dice.randint(1, 5)))
            except Refusal:
                continue  # the rules forbid it; nothing happened

    async def an_order(self, number: str) -> None:
        placed_at = the.PLACE.placed_at + timedelta(minutes=int(number) % 3)
        place: commands.PlaceOrder = replace(
            the.PLACE, order_id=number, customer_id=f"c{int(number) % 2}", placed_at=placed_at
        )
        command = self.dice.choice((place, *STEPS, *STEPS))
        try:
            await self.aggregates.handle(ORDER, number, command, CAUSE)
        finally:
            await self.read_models.follow_order(number, waits=True)

    async def a_product(self, number: str) -> None:
        define = DefineProduct(number, f"name {self.dice.randint(1, 3)}", the.MUG.price)
        await self.read_models.handle(PRODUCT, number, define, CAUSE)

    async def a_user(self, number: str) -> None:
        email = f"{self.dice.randint(1, 9)}@example.com"
        choices: list[UserCommand] = [
            RegisterUser(number, email, "Ada"),
            ChangeUser(email, "Bob"),
            DeleteUser(),
        ]
        command = self.dice.choice(choices)
        await self.read_models.handle(USER, number, command, CAUSE)


async def no_pause(_seconds: float) -> None:
    """The tests' processes hear of a switch at once."""


async def rebuild(aggregates: Aggregates, read_models: ReadModels) -> list[Difference]:
    """Every read model, one after the other."""
    work = Rebuild(aggregates, read_models.views, no_pause)
    return [await work.run(model) for model in READ_MODELS]


async def contents(rows: Rows, partition: str) -> dict[str, object]:
    """Every row of a partition."""
    return {row.key: row.fields for row in await rows.page(partition, "", "~", 10_000)}
