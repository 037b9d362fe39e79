"""Times the rebuild of the order lists against a bare scan of the same events on one Azurite.

Run `python -m bench.rebuild --orders 1000`.
"""

import argparse
import asyncio
import time

from shared.application.aggregates import ORDER, Aggregates, Cause
from shared.application.read_models import BY_CATEGORY
from shared.application.rebuild import PAGE, Rebuild
from shared.domain.money import Money
from shared.domain.order.commands import PlaceOrder, ValidateOrder
from shared.domain.order.values import Address, RequestedLine
from shared.domain.product import Product
from shared.settings import Settings
from shared.wiring import Wiring, utc_now, wire
from workbench import azurite

CAUSE = Cause("bench", "bench", "bench")
MUG = Product("MUG", "Mug", Money(1200, "EUR"))
ADDRESS = Address("Ada Example", "1 Loop Road", "Berlin", "10115", "DE")


async def an_order(wiring: Wiring, number: int) -> None:
    """Placed and validated, and in the lists."""
    name = f"o{number}"
    lines = (RequestedLine("MUG", 1),)
    place = PlaceOrder(name, f"c{number % 50}", lines, "pm_card_ok", ADDRESS, utc_now())
    await wiring.aggregates.handle(ORDER, name, place, CAUSE)
    await wiring.aggregates.handle(ORDER, name, ValidateOrder((MUG,)), CAUSE)
    await wiring.read_models.follow_order(name)


async def scan(aggregates: Aggregates) -> int:
    """Every event of every order, read and thrown away, as many at once as the rebuild reads."""
    events, after = 0, ""
    while found := await aggregates.store.streams("order", after, PAGE):
        for start in range(0, len(found), 8):
            read = await asyncio.gather(
                *(aggregates.store.read(stream) for stream in found[start : start + 8])
            )
            events, after = events + sum(map(len, read)), found[-1]
    return events


async def no_pause(_seconds: float) -> None:
    """Nobody else is running, so nobody is waited for."""


async def compare(connection: str, orders: int) -> None:
    """Print both times and how they compare."""
    wiring = wire(Settings(connection, table_prefix="bench"))
    try:
        for start in range(0, orders, 8):
            numbers = range(start, min(start + 8, orders))
            await asyncio.gather(*(an_order(wiring, number) for number in numbers))
        began = time.perf_counter()
        events = await scan(wiring.aggregates)
        scanned = time.perf_counter() - began
        work = Rebuild(wiring.aggregates, wiring.read_models.views, no_pause)
        began = time.perf_counter()
        difference = await work.run(BY_CATEGORY["order"])
        rebuilt = time.perf_counter() - began
    finally:
        await wiring.close()
    print(f"{orders} orders, {events} events, difference found: {not difference.is_none}")
    print(f"scan {scanned:.1f} s, rebuild with comparison and clearing {rebuilt:.1f} s")
    print(f"rebuild : scan = {rebuilt / scanned:.1f}")


def main() -> None:
    """Start an emulator of its own, in memory, and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=500)
    with azurite.in_memory() as connection:
        asyncio.run(compare(connection, arguments.parse_args().orders))


if __name__ == "__main__":
    main()
