"""Users over HTTP, looked up: by id or email, by creation, and the changes of one."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer
from blueprints.bodies import invalid
from blueprints.edge import Call, Edge, register
from blueprints.moments import moment_of
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from blueprints.user_view import changes_of, user_answer
from blueprints.users_http import UsersApi, missing, own_id
from shared.application.aggregates import USER
from shared.plain import to_plain
from shared.projections.newest_first import PLACE
from shared.wiring import Wiring

BY_ID, BY_EMAIL = "userId", "email"
BY_CREATION = {"createdAfter", "createdBefore", "limit", "cursor"}


@dataclass(frozen=True, slots=True)
class UserListsApi:
    wiring: Wiring

    async def look_up(self, call: Call) -> func.HttpResponse:
        """200: one user by id, none or one by email, or a page by creation, newest first."""
        asked = _named(call.req) & {BY_ID, BY_EMAIL, *BY_CREATION}
        if len(asked) > 1 and not asked <= BY_CREATION:
            raise invalid([Fault("", "ask by userId, by email or by creation, not by several")])
        if BY_ID in asked:
            return await self._by_id(call)
        if BY_EMAIL in asked:
            return await self._by_email(call)
        return await self._by_creation(call)

    async def changes(self, call: Call) -> func.HttpResponse:
        """200 with each change of a user, also of a deleted one, oldest first."""
        limit = limit_of(call.req.params)
        after = int(cursor_of(call.req.params, "changes", "[0-9]{1,9}") or 0)
        user_id = own_id(call, call.req.route_params["userId"])
        found = changes_of(await self.wiring.aggregates.store.read(USER.stream(user_id)))
        if not found:
            raise missing(user_id)
        later = [change for change in found if change["version"] > after]
        last = later[limit - 1]["version"] if len(later) > limit else None
        return answer(page(later[:limit], "changes", last))

    async def _by_id(self, call: Call) -> func.HttpResponse:
        user_id = call.req.params.get(BY_ID, "").strip()
        if not user_id:
            blank = "Say which user: ?userId=, or put the id into the path."
            faults = [Fault("/userId", "userId is required")]
            said = {"error": "userId is required"}  # the guide's own words (S4, the Cloud Function)
            raise Problem(400, "validation_error", blank, errors=faults, members=said)
        return user_answer(call.req, await UsersApi(self.wiring).find(call, user_id))

    async def _by_email(self, call: Call) -> func.HttpResponse:
        found = await self.wiring.accounts.by_email(call.req.params.get(BY_EMAIL, "").strip())
        if found is None or not call.principal.may_see(found.state.user_id):
            return answer(page([], "users", None))
        return answer(page([to_plain(found.state)], "users", None))

    async def _by_creation(self, call: Call) -> func.HttpResponse:
        call.principal.require_operator()
        params = call.req.params
        limit, cursor = limit_of(params), cursor_of(params, "users", PLACE)
        between = moment_of(params, "createdAfter"), moment_of(params, "createdBefore")
        await self.wiring.read_models.catch_up()
        rows = await self.wiring.users.page(*between, limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        return answer(page([row.document for row in rows[:limit]], "users", last))


def _named(req: func.HttpRequest) -> set[str]:
    """The parameters of a query, blank ones too, which the host leaves out (host-triggers 2.4)."""
    return {*req.params, *parse_qs(urlsplit(req.url).query, keep_blank_values=True)}


def blueprint(wiring: Wiring) -> Any:
    """The routes that look users up."""
    routes, api, edge = df.Blueprint(), UserListsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "FindUsers", "GET users", edge.guarded(api.look_up))
    register(routes, "GetUserChanges", "GET users/{userId}/changes", edge.guarded(api.changes))
    return routes
