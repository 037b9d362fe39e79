"""docs/states.md is true: it names every arrow of the order's states, and no other."""

import re
from functools import reduce
from pathlib import Path

from shared.application.aggregates import ORDER
from shared.domain.errors import Refusal
from shared.domain.order import commands
from shared.domain.order.state import FINAL, OrderStatus
from tests.domain import scenes as the
from tests.given import NOW

DOCUMENT = Path(__file__).parents[2] / "docs" / "states.md"
ROW = re.compile(r"(?m)^\| (\S+) \| (\w+) \| ([\w, ]+) \| (.+) \|$")
COMMANDS: list[commands.OrderCommand] = [
    the.PLACE,
    the.VALIDATE,
    the.RESERVE,
    the.EXTEND,
    the.ASK,
    the.APPROVE,
    the.DECLINE,
    the.PAY,
    the.SHIP,
    the.STOP_PARCEL,
    the.REFUND,
    the.RELEASE,
    *(commands.CompleteOrder(unsent, late) for unsent in (None, "x") for late in (None, "x")),
    the.FAIL,
    the.CANCEL,
    the.PARK,
    the.CONFIRM_LATE,
]


def status(state):
    return state.status.value if state else "(nothing)"


def walk():
    """Every arrow, by every command in every state that can be reached."""
    arrows, seen, ahead = set(), set(), [ORDER.initial]
    while ahead:
        state = ahead.pop()
        for command in COMMANDS:
            try:
                events = ORDER.decide(state, command, NOW)
            except Refusal:
                continue
            after = reduce(ORDER.evolve, events, state)
            if events:
                names = ", ".join(type(event).__name__ for event in events)
                arrows.add((status(state), status(after), names))
            if after not in seen:
                seen.add(after)
                ahead.append(after)
    return arrows


def documented():
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    return [row for row in rows if row[0] not in ("from", "---")]


def test_every_arrow_is_documented_and_every_documented_arrow_exists():
    assert {row[:3] for row in documented()} == walk()


def test_no_arrow_is_documented_twice_and_each_has_its_sentence():
    rows = documented()
    assert len({row[:3] for row in rows}) == len(rows)
    assert all(row[3].endswith(".") for row in rows)


def test_nothing_leads_out_of_a_final_state_but_a_parked_order_may_still_fail_or_be_cancelled():
    out = {(before, after) for before, after, _ in walk() if before in FINAL and after != before}
    parked = OrderStatus.COMPENSATION_FAILED
    assert out == {(parked, OrderStatus.FAILED), (parked, OrderStatus.CANCELLED)}
