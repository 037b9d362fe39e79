"""docs/races.md is true: each pair of racing inputs ends as its row says, and no row is missing."""

import re
from pathlib import Path

import pytest

from tests.orchestrations.races import RACES, Race, outcome

DOCUMENT = Path(__file__).parents[2] / "docs" / "races.md"
ROW = re.compile(r"(?m)^\| ([\w -]+) \| `([\w: ]+)` \| `(\w+)` \| (.+) \|$")


def documented() -> dict[str, tuple[str, str, str]]:
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    return {name: (order, instance, why) for name, order, instance, why in rows}


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
async def test_a_race_ends_as_it_is_documented(stage, race: Race):
    order, instance, _ = documented()[race.name]
    assert await outcome(await race.run(await stage())) == (order, instance)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
async def test_a_race_leaves_money_and_stock_in_order(stage, race: Race):
    shop = await race.run(await stage())
    status, _ = await outcome(shop)
    kept, events = shop.ledger.entries, await shop.events()
    captured = [key for key, entry in kept.items() if "captured" in entry and "capture" in key]
    refunded = [key for key in kept if key.endswith(":refund")]
    if (await shop.order()).is_final:
        assert len(captured) - len(refunded) == (status == "completed")
        assert (await shop.shop.shelf("MUG")).reservations == {}
    assert events.count("PaymentCaptured") <= 1
    assert events.count("ApprovalDecided") <= 1


def test_every_documented_race_is_run_and_has_its_sentence():
    rows = documented()
    assert set(rows) == {race.name for race in RACES}
    assert all(why.endswith(".") for _, _, why in rows.values())
