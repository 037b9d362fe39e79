"""A log line is one JSON object: a sentence, an action, ids, and the traceback of a fault."""

import json
import logging

from shared import logs


def test_a_line_holds_a_sentence_an_action_and_the_ids_that_are_known(caplog):
    with caplog.at_level(logging.INFO, logger="orders"):
        logs.info("Order placed.", "order_placed", orderId="order-1", customerId=None, note="")
    assert json.loads(caplog.records[0].message) == {
        "message": "Order placed.",
        "action": "order_placed",
        "orderId": "order-1",
    }


def test_a_fault_brings_its_traceback(caplog):
    logs.error("It broke.", "broke", ValueError("why"))
    assert caplog.records[0].exc_info[1].args == ("why",)


def test_the_level_is_a_setting_and_the_storage_sdk_is_quiet():
    logs.configure("WARNING")
    try:
        assert not logging.getLogger("orders").isEnabledFor(logging.INFO)
        assert not logging.getLogger("azure.core").isEnabledFor(logging.INFO)
    finally:
        logs.configure("INFO")
