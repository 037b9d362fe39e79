"""Users over HTTP: register, read, change, delete (the guide's serverless REST API)."""

import re
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer, versions_wanted
from blueprints.bodies import UserBody, read_body
from blueprints.edge import Call, Edge, register
from blueprints.idempotency import once
from blueprints.past import past_of, past_state
from blueprints.problems import Problem
from blueprints.user_view import user_answer
from shared.application.aggregates import USER, Handled, Loaded
from shared.domain.errors import UserNotFound
from shared.domain.user import ChangeUser, Profile, User
from shared.idempotency.keys import Attempt
from shared.plain import to_plain
from shared.wiring import Wiring

USER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")  # what may stand in a row key and a route


@dataclass(frozen=True, slots=True)
class UsersApi:
    wiring: Wiring

    async def register(self, call: Call) -> func.HttpResponse:
        """201; a customer registers under the own id, so the second time is the first again."""

        async def work(attempt: Attempt) -> func.HttpResponse:
            body = read_body(UserBody, call.req)
            principal = call.principal
            user_id = attempt.subject if principal.is_operator else principal.id
            if not USER_ID.fullmatch(user_id):
                raise Problem(403, "forbidden", "The id of your identity is none a user can have.")
            cause = call.cause("RegisterUser")
            accounts = self.wiring.accounts
            handled = await accounts.register(user_id, body.email, body.name, cause)
            return _changed(handled, 201, {"Location": f"/api/users/{user_id}"})

        return await once(self.wiring.keys, call, "RegisterUser", work)

    async def get(self, call: Call) -> func.HttpResponse:
        """200, or 304."""
        return user_answer(call.req, await self.find(call, call.req.route_params["userId"]))

    async def change(self, call: Call) -> func.HttpResponse:
        """200 with the user as it is now."""
        user_id = own_id(call, call.req.route_params["userId"])
        body = read_body(UserBody, call.req)
        command = ChangeUser(body.email, body.name)
        cause, only_at = call.cause("ChangeUser"), versions_wanted(call.req)
        try:
            handled = await self.wiring.accounts.change(user_id, command, cause, only_at)
        except UserNotFound as error:
            raise missing(user_id) from error
        return _changed(handled, 200, {})

    async def delete(self, call: Call) -> func.HttpResponse:
        """204; the email address is free again."""
        user_id = own_id(call, call.req.route_params["userId"])
        cause, only_at = call.cause("DeleteUser"), versions_wanted(call.req)
        handled = await self.wiring.accounts.delete(user_id, cause, only_at)
        if not handled.decided:
            raise missing(user_id)
        return func.HttpResponse(status_code=204)

    async def find(self, call: Call, user_id: str) -> Loaded[Profile]:
        """The user of this id, now or at the moment the request asks for.

        Raises:
            Problem: 404, there is none, or it is somebody else's; 400, it is no moment.
        """
        own_id(call, user_id)
        past, aggregates = past_of(call.req.params), self.wiring.aggregates
        if past is None:
            loaded: Loaded[User] = await aggregates.load(USER, user_id)
        else:
            loaded = await past_state(aggregates, USER, user_id, past)
        if loaded.state.profile is None:
            raise missing(user_id)
        return Loaded(loaded.state.profile, loaded.version)


def missing(user_id: str) -> Problem:
    """The 404 of the guide, which names the id asked for."""
    return Problem(
        404, "user_not_found", "There is no such user. Check the id.", members={"userId": user_id}
    )


def own_id(call: Call, user_id: str) -> str:
    """The id itself.

    Raises:
        Problem: 404, nobody can have it, or it is somebody else's.
    """
    if not USER_ID.fullmatch(user_id) or not call.principal.may_see(user_id):
        raise missing(user_id)
    return user_id


def _changed(handled: Handled[User], status: int, headers: dict[str, str]) -> func.HttpResponse:
    tagged = {**headers, "ETag": f'"{handled.version}"'}
    return answer(to_plain(handled.state.profile), status, tagged)


def blueprint(wiring: Wiring) -> Any:
    """The routes of one user."""
    routes, api, edge = df.Blueprint(), UsersApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "RegisterUser", "POST users", edge.guarded(api.register))
    register(routes, "GetUser", "GET users/{userId}", edge.guarded(api.get))
    register(routes, "ChangeUser", "PUT users/{userId}", edge.guarded(api.change))
    register(routes, "DeleteUser", "DELETE users/{userId}", edge.guarded(api.delete))
    return routes
