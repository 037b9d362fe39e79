"""What the workflow's route tells of an order whose history was purged: what the stream says."""

import pytest

from blueprints.order_view import ended_workflow
from shared.application.aggregates import ORDER
from tests.domain import scenes
from tests.given import Scene

STORIES = {
    "completed": (
        (scenes.RESERVED, scenes.PAID, scenes.SHIPPED, scenes.CONFIRMED, scenes.COMPLETED),
        "Completed",
    ),
    "cancelled": ((scenes.CANCELLED,), "Completed"),
    "failed": ((scenes.FAILED,), "Failed"),
    "reserved": ((scenes.RESERVED,), None),
}


@pytest.mark.parametrize("status", STORIES)
def test_the_end_is_told_and_of_a_living_order_nothing_is_made_up(status):
    story, runtime_status = STORIES[status]
    order = Scene(ORDER).given(scenes.PLACED, scenes.VALIDATED, *story).state
    assert order.status == status
    told = ended_workflow(order)
    assert (told and told["runtimeStatus"]) == runtime_status
    if told is not None:
        assert {told[name] for name in told if name != "runtimeStatus"} == {None}
