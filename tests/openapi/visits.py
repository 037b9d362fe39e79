"""What clients do with orders, products and users: everything described is answered once."""

from contextlib import contextmanager
from typing import Any

from tests.openapi.app import App
from tests.openapi.described import operations
from tests.reports.past import Telling, happened, moment
from tests.reports.scene import orders as stories


def example(name: str) -> Any:
    """The example of a request's body."""
    body = operations()[name].body
    assert body
    return body["example"]


@contextmanager
def engine_down(app: App):
    """A durable engine that does not answer."""
    app.engine.fault = OSError("no answer")
    yield
    app.engine.fault = None


async def visit_products(app: App) -> None:
    path = {"sku": "MUG-BLUE"}
    for headers in ({}, {"if-match": "*"}):
        await app.said("PutProduct", example("PutProduct"), path=path, headers=headers)
    stale = {"if-match": '"9-9"'}
    await app.ask("PutProduct", example("PutProduct"), path=path, headers=stale)
    await app.said("AdjustStock", example("AdjustStock"), path=path)
    await app.ask("AdjustStock", {"delta": -26, "reason": "lost"}, path=path)
    await app.ask("AdjustStock", example("AdjustStock"), path={"sku": "NONE"})
    tag = (await app.ask("GetProduct", path=path)).headers["ETag"]
    await app.ask("GetProduct", path=path, headers={"if-none-match": tag})
    for sku in ("NONE", "no sku"):
        await app.ask("GetProduct", path={"sku": sku})
    await app.said("ListProducts")
    await app.ask("ListProducts", params={"limit": "0"})


async def visit_orders(app: App) -> None:
    placed = await app.said("PlaceOrder", example("PlaceOrder"))
    path = {"orderId": placed["orderId"]}
    await _looked_at(app, path)
    await _told(app, path)
    customer = app.guarded("ada")
    await customer.said("PlaceOrder", example("PlaceOrder"))
    await customer.ask("PlaceOrder", {**example("PlaceOrder"), "customerId": "bob"})
    await customer.said("ListOrders")
    await customer.ask("ListOrders", params={"customerId": "bob"})


async def visit_orders_of_every_kind(app: App) -> None:
    waiting = Telling(moment(7, 23)).placed("o-waiting").validated().reserved()
    away = Telling(moment(7, 23)).placed("o-away").validated().reserved().paid().shipped()
    told = {**stories(), "o-waiting": waiting.story, "o-away": away.story}
    for order_id, story in told.items():
        await happened(app.memory.wiring, order_id, story)
        path = {"orderId": order_id}
        await app.said("GetOrder", path=path)
        await app.said("GetOrder", path=path, params={"version": "1"})
        await app.said("GetOrderEvents", path=path, params={"limit": "3"})
        await app.ask("GetOrderWorkflow", path=path)
        await app.ask("RequestCancel", example("RequestCancel"), path=path)
        await app.ask("RequestCompensation", path=path)
    shown = await app.said("ListOrders", params={"limit": "100"})
    assert len(shown["items"]) >= 14


async def _looked_at(app: App, path: dict[str, str]) -> None:
    tag = (await app.ask("GetOrder", path=path)).headers["ETag"]
    await app.ask("GetOrder", path=path, headers={"if-none-match": tag})
    for params in ({"version": "1"}, {"version": "9"}, {"version": "x"}):
        await app.ask("GetOrder", path=path, params=params)
    await app.said("GetOrderEvents", path=path)
    await app.ask("GetOrderEvents", path=path, params={"cursor": "x"})
    await app.said("GetOrderWorkflow", path=path)
    app.engine.custom_status = {"step": "ProcessPayment", "attempt": 2, "nextAttemptAt": "x"}
    for name in ("GetOrder", "GetOrderEvents", "GetOrderWorkflow", "RequestCompensation"):
        await app.ask(name, path={"orderId": "nobody"})
    for name in ("RequestCancel", "DecideApproval"):
        await app.ask(name, example(name), path={"orderId": "nobody"})
    await app.ask("ListOrders", params={"status": "x"})


async def _told(app: App, path: dict[str, str]) -> None:
    await app.said("RequestCancel", example("RequestCancel"), path=path)
    await app.ask("DecideApproval", example("DecideApproval"), path=path)
    await app.ask("RequestCompensation", path=path)  # its workflow runs
    with engine_down(app):
        await app.ask("PlaceOrder", example("PlaceOrder"))
        await app.ask("RequestCancel", example("RequestCancel"), path=path)
        for name in ("GetOrderWorkflow", "RequestCompensation"):
            await app.ask(name, path=path)
    await _approved(app)
    app.engine.status = "Terminated"
    await app.said("RequestCompensation", path=path)
    app.engine.status = "Running"
    app.engine.started.discard(path["orderId"])
    await app.ask("RequestCancel", example("RequestCancel"), path=path)
    await app.ask("GetOrderWorkflow", path=path)


async def _approved(app: App) -> None:
    told = Telling(app.memory.clock.now).placed("o-asks").validated().reserved()
    asked = told.approved()
    asked.story.pop()  # nobody has answered yet
    await happened(app.memory.wiring, "o-asks", asked.story)
    path = {"orderId": "o-asks"}
    with engine_down(app):
        await app.ask("DecideApproval", example("DecideApproval"), path=path)
    app.engine.started.add("o-asks")
    await app.said("DecideApproval", example("DecideApproval"), path=path)


async def visit_users(app: App) -> None:
    registered = await app.ask("RegisterUser", example("RegisterUser"))
    user_id = registered.headers["Location"].rpartition("/")[2]
    path, one = {"userId": user_id}, {"userId": user_id}
    tag = registered.headers["ETag"]
    await app.ask("RegisterUser", example("RegisterUser"))  # the address is taken
    for params in (one, {"email": "ada@example.com"}, {"email": "no@example.com"}, {}):
        await app.said("FindUsers", params=params)
    await app.ask("FindUsers", params=one, headers={"if-none-match": tag})
    for params in ({**one, "version": "9"}, {"userId": "nobody"}, {"userId": " "}):
        await app.ask("FindUsers", params=params)
    await app.said("GetUser", path=path)
    await app.ask("GetUser", path=path, headers={"if-none-match": tag})
    for params in ({"version": "9"}, {"version": "x"}):
        await app.ask("GetUser", path=path, params=params)
    for name in ("GetUser", "GetUserChanges", "DeleteUser"):
        await app.ask(name, path={"userId": "nobody"})
    await _changed(app, path)


async def _changed(app: App, path: dict[str, str]) -> None:
    other = {"email": "bob@example.com", "name": "Bob"}
    await app.said("RegisterUser", other)
    await app.ask("ChangeUser", other, path=path)
    await app.ask("ChangeUser", example("ChangeUser"), path={"userId": "nobody"})
    await app.said("ChangeUser", {**example("ChangeUser"), "name": "Countess"}, path=path)
    stale = {"if-match": '"9"'}
    await app.ask("ChangeUser", example("ChangeUser"), path=path, headers=stale)
    await app.ask("DeleteUser", path=path, headers=stale)
    await app.said("GetUserChanges", path=path)
    await app.ask("GetUserChanges", path=path, params={"limit": "x"})
    await app.said("DeleteUser", path=path)
    carol, nobody = app.guarded("carol"), app.guarded("no id")
    await carol.ask("RegisterUser", {"email": "carol@example.com", "name": "Carol"})
    await carol.ask("RegisterUser", {"email": "carol@example.com", "name": "Another"})
    await carol.ask("FindUsers")  # not for customers
    await nobody.ask("RegisterUser", {"email": "nobody@example.com", "name": "Nobody"})
