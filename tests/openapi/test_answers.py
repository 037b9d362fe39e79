"""The app's real answers are as described: every status and every code of every route, once."""

from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from tests.application.memory import Memory
from tests.openapi import operators_visits, visits
from tests.openapi.app import App
from tests.openapi.described import Described, operations

VISITS = [
    *(each for name, each in vars(visits).items() if name.startswith("visit_")),
    *(each for name, each in vars(operators_visits).items() if name.startswith("visit_")),
]
TOO_LONG = b" " * (1024 * 1024 + 1)


class Failing:
    """A storage whose every request ends with the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str):
        async def fail(*_, **__):
            raise self._error

        return fail


def broken(error: Exception) -> App:
    failing = Failing(error)
    return App(Memory(store=failing, rows=failing, keys=failing, emails=failing, records=failing))


def path_of(operation: Described) -> dict[str, str]:
    return {each["name"]: each["example"] for each in operation.parameters if each["in"] == "path"}


async def refused_by_all(app: App, operation: Described) -> None:
    """What is refused whatever the route is about."""
    name, given = operation.name, {"path": path_of(operation)}
    body = operation.body["example"] if operation.body else None
    if not operation.is_for_anybody:
        await app.guarded(None).ask(name, body, **given)
    if operation.is_for_operators:
        await app.guarded("ada").ask(name, body, **given)
    app = App(seen=app.seen)
    if operation.body:
        for bad in (b"{", b'{"colour": 1}', TOO_LONG):
            await app.ask(name, bad, **given)
        await app.ask(name, body, headers={"content-type": "text/plain"}, **given)
    if operation.takes("Idempotency-Key"):
        await app.ask(name, body, headers={"idempotency-key": "two words"}, **given)
        for other in (b"{}", b"[]"):
            await app.ask(name, other, headers={"idempotency-key": "k"}, **given)


async def failed_by_all(seen: set, operation: Described) -> None:
    """What faults of ours come to."""
    if operation.is_for_anybody:
        return
    body = operation.body["example"] if operation.body else None
    more = {"path": path_of(operation)}
    if operation.takes("Idempotency-Key"):
        more["headers"] = {"idempotency-key": "k"}
    for error in (StoreUnavailable("x"), ConcurrencyConflict("x", []), RuntimeError("x")):
        app = broken(error)
        app.seen = seen
        app.engine.is_strange = True
        if operation.method != "GET" or not isinstance(error, ConcurrencyConflict):
            await app.ask(operation.name, body, **more)


def described() -> set:
    return {
        (operation.name, int(status), code)
        for operation in operations().values()
        for status in operation.said["responses"]
        for code in codes_of(operation, int(status))
    }


def codes_of(operation: Described, status: int) -> list:
    content = operation.answer(status).get("content", {}).get("application/problem+json")
    return content["schema"]["properties"]["code"]["enum"] if content else [None]


async def test_every_status_and_every_code_of_every_route_is_answered_as_described():
    seen: set = set()
    for visit in VISITS:
        await visit(App(seen=seen))
    for operation in operations().values():
        await refused_by_all(App(seen=seen), operation)
        await failed_by_all(seen, operation)
    assert sorted(map(str, described() - seen)) == []
    assert seen <= described()
