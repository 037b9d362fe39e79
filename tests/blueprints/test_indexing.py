"""What the host finds when it loads the app's blueprints."""

import re
from pathlib import Path

import azure.durable_functions as df
import pytest

from blueprints import (
    approval_http,
    cleanup,
    cleanups_http,
    compensation_http,
    dead_letters_http,
    fulfilment,
    health,
    job_queue,
    jobs_http,
    openapi_http,
    order_lists_http,
    order_reads_http,
    orders_http,
    poison_queues,
    products_http,
    ready,
    redrives_http,
    reports_http,
    schedules,
    user_lists_http,
    users_http,
    weekly_report,
)
from orchestrations import fulfil_order
from tests.application.memory import Memory


@pytest.fixture(scope="module")
def functions() -> dict:
    app = df.DFApp()
    parts = [orders_http, order_reads_http, order_lists_http, products_http, health, ready]
    parts += [dead_letters_http, redrives_http, poison_queues, openapi_http]
    parts += [cleanup, cleanups_http, schedules, jobs_http, job_queue]
    parts += [approval_http, compensation_http, reports_http, weekly_report]
    for part in (*parts, users_http, user_lists_http, fulfilment):
        app.register_functions(part.blueprint(Memory().wiring))
    return {each.get_function_name(): each for each in app.get_functions()}


def test_every_route_of_the_contract_is_there(functions):
    routes = {
        f"{binding['methods'][0].value} /{binding['route']}"
        for function in functions.values()
        for binding in function.get_bindings_dict()["bindings"]
        if binding["type"] == "httpTrigger"
    }
    assert routes == {
        "PUT /products/{sku}",
        "GET /products/{sku}",
        "GET /products",
        "POST /products/{sku}/stock",
        "POST /orders",
        "GET /orders/{orderId}",
        "GET /orders/{orderId}/events",
        "GET /orders/{orderId}/workflow",
        "POST /orders/{orderId}/cancel",
        "POST /orders/{orderId}/approval",
        "POST /orders/{orderId}/compensation",
        "GET /health",
        "POST /users",
        "GET /users",
        "GET /users/{userId}",
        "PUT /users/{userId}",
        "DELETE /users/{userId}",
        "GET /users/{userId}/changes",
        "GET /ready",
        "GET /openapi.json",
        "GET /docs",
        "GET /orders",
        "GET /cleanups",
        "POST /jobs",
        "GET /jobs/{jobId}",
        "GET /jobs",
        "GET /dead-letters",
        "GET /dead-letters/{id}",
        "POST /dead-letters/{id}/redrive",
        "DELETE /dead-letters/{id}",
        "POST /dead-letters/redrive",
        "GET /dead-letters/redrives/{redriveId}",
        "GET /reports",
        "GET /reports/{isoWeek}",
        "GET /reports/{isoWeek}/workflow",
        "POST /reports/{isoWeek}",
    }


def test_names_are_such_as_the_host_accepts(functions):
    for name, function in functions.items():
        assert re.fullmatch(r"[A-Za-z][\w-]{0,127}", name)
        for binding in function.get_bindings_dict()["bindings"]:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*|\$return", binding["name"])


def test_every_activity_the_process_calls_is_there(functions):
    source = Path(fulfil_order.__file__).read_text(encoding="utf-8")
    called = set(re.findall(r'"((?:[A-Z][a-z]+){2,})"', source)) - {"OrderProcessingFailed"}
    assert called
    assert called <= set(functions)
