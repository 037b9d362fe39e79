"""Users over HTTP, as a client sees them."""

import pytest

from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.blueprints.caller import Api, body_of

ADA = {"email": "Ada@example.com", "name": "Ada"}
EASYAUTH = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)


async def registered(api: Api, **user: str) -> str:
    response = await api.user("register", body={**ADA, **user})
    assert response.status_code == 201
    return str(body_of(response)["userId"])


async def items(api: Api, **params: str) -> list:
    return list(body_of(await api.user("look_up", params=params))["items"])


async def test_a_new_user_is_created_and_can_be_read():
    api = Api()
    response = await api.user("register", body=ADA)
    user = body_of(response)
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/users/{user['userId']}"
    assert response.headers["ETag"] == '"1"'
    assert {**ADA, "createdAt": "2026-11-23T09:00:00.000Z"}.items() <= user.items()
    shown = await api.user("get", user["userId"])
    assert (shown.status_code, body_of(shown), shown.headers["ETag"]) == (200, user, '"1"')
    assert (await api.user("get", user["userId"], if_none_match='"1"')).status_code == 304


async def test_an_address_somebody_has_is_taken_in_any_spelling():
    api = Api()
    await registered(api)
    other = await registered(api, email="bob@example.com")
    taken = {"email": "ADA@example.com", "name": "Other"}
    for response in (
        await api.user("register", body=taken),
        await api.user("change", other, taken),
    ):
        assert (response.status_code, body_of(response)["code"]) == (409, "email_taken")


@pytest.mark.parametrize("user_id", ["nobody", "a/b", "#", "x" * 65, "ö"])
async def test_a_user_nobody_registered_is_not_found_in_the_guides_words(user_id):
    api = Api()
    for response in (
        await api.user("get", user_id),
        await api.user("look_up", params={"userId": user_id}),
        await api.user("change", user_id, ADA),
        await api.user("delete", user_id),
        await api.user("changes", user_id),
    ):
        problem = body_of(response)
        assert (response.status_code, problem["code"]) == (404, "user_not_found")
        assert (problem["error"], problem["userId"]) == ("User not found", user_id)


@pytest.mark.parametrize("blank", ["", "  "])
async def test_a_blank_id_is_refused_in_the_guides_words(blank):
    response = await Api().user("look_up", params={"userId": blank})
    assert (response.status_code, body_of(response)["error"]) == (400, "userId is required")


async def test_a_query_by_id_answers_as_the_path_does():
    api = Api()
    user_id = await registered(api)
    by_path, by_query = (
        await api.user("get", user_id),
        await api.user("look_up", params={"userId": user_id}),
    )
    assert by_query.get_body() == by_path.get_body()
    assert by_query.headers["ETag"] == by_path.headers["ETag"]


async def test_a_query_by_email_finds_one_or_none():
    api = Api()
    user_id = await registered(api)
    assert [user["userId"] for user in await items(api, email="ada@EXAMPLE.com")] == [user_id]
    assert await items(api, email="nobody@example.com") == []


async def test_users_are_listed_by_creation_the_newest_first():
    api = Api()
    ids = []
    for number in range(3):
        ids.append(await registered(api, email=f"u{number}@example.com"))
        api.memory.clock.forward(minutes=1)
    first = body_of(await api.user("look_up", params={"limit": "2"}))
    assert [user["userId"] for user in first["items"]] == [ids[2], ids[1]]
    rest = await items(api, cursor=first["nextCursor"])
    assert [user["userId"] for user in rest] == [ids[0]]
    between = {
        "createdAfter": "2026-11-23T09:01:00Z",
        "createdBefore": "2026-11-23T10:02:00+01:00",
    }
    assert [user["userId"] for user in await items(api, **between)] == [ids[1]]
    await api.user("delete", ids[1])
    assert await items(api, **between) == []


@pytest.mark.parametrize(
    "params",
    [
        {"userId": "a", "email": "b"},
        {"email": "b", "limit": "3"},
        {"createdAfter": "yesterday"},
        {"cursor": "damaged"},
        {"limit": "0"},
    ],
)
async def test_a_query_that_cannot_be_is_refused(params):
    assert (await Api().user("look_up", params=params)).status_code == 400


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        ('"7", "1"', 200),
        (' , "a,b" ,W/"1",\t"1",', 200),
        ('"2"', 412),
        ('"2", "3"', 412),
        ('W/"1"', 412),
        ('W/"1", "2"', 412),
        ("x", 412),
        ("1", 412),
        ('"1" "2"', 412),
        ('"1", x', 412),
        ('*, "1"', 412),
        ('"*"', 412),
        ('"\u0661"', 412),
        ('""', 412),
        ("", 412),
        (",", 412),
    ],
)
async def test_a_change_of_one_version_only_happens_at_that_version(if_match, status):
    api = Api()
    user_id = await registered(api)
    response = await api.user("change", user_id, {**ADA, "name": "A. L."}, if_match=if_match)
    assert response.status_code == status
    assert body_of(await api.user("get", user_id))["name"] == ("A. L." if status == 200 else "Ada")


@pytest.mark.parametrize(
    ("if_match", "status"), [('"3", "1"', 204), ("*", 204), ('"3", W/"1"', 412), ('"2","3"', 412)]
)
async def test_a_user_is_deleted_at_any_of_the_versions_that_are_named(if_match, status):
    api = Api()
    user_id = await registered(api)
    assert (await api.user("delete", user_id, if_match=if_match)).status_code == status
    there = (await api.user("get", user_id)).status_code
    assert there == (404 if status == 204 else 200)


@pytest.mark.parametrize("if_match", ["*", '"1"', '"2"', "x"])
async def test_of_a_user_who_is_not_there_no_version_has_passed(if_match):
    api = Api()
    user_id = await registered(api)
    await api.user("delete", user_id)
    for name in (user_id, "nobody"):
        assert (await api.user("change", name, ADA, if_match=if_match)).status_code == 404
        assert (await api.user("delete", name, if_match=if_match)).status_code == 404


async def test_a_deleted_user_is_gone_and_the_address_free():
    api = Api()
    user_id = await registered(api)
    assert (await api.user("delete", user_id, if_match='"7"')).status_code == 412
    response = await api.user("delete", user_id, if_match='"1"')
    assert (response.status_code, response.get_body()) == (204, b"")
    assert (await api.user("get", user_id)).status_code == 404
    assert (await api.user("delete", user_id)).status_code == 404
    assert await items(api, email=ADA["email"]) == []
    assert await registered(api) != user_id


async def test_every_change_shows_the_image_before_and_after_it():
    api = Api()
    user_id = await registered(api)
    await api.user("change", user_id, {"email": "al@example.com", "name": "Ada"})
    await api.user("delete", user_id)
    first = body_of(await api.user("changes", user_id, params={"limit": "2"}))
    cursor = {"cursor": first["nextCursor"]}
    rest = body_of(await api.user("changes", user_id, params=cursor))
    created, changed, deleted = first["items"] + rest["items"]
    assert [created["type"], changed["type"], deleted["type"]] == [
        "UserRegistered",
        "UserEmailChanged",
        "UserDeleted",
    ]
    assert created["oldImage"] is None
    assert created["newImage"] == changed["oldImage"]
    assert changed["newImage"]["email"] == "al@example.com"
    assert (deleted["oldImage"], deleted["newImage"]) == (changed["newImage"], None)
    assert (changed["actor"], changed["occurredAt"]) == ("local", "2026-11-23T09:00:00.000Z")
    assert rest["nextCursor"] is None


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/email", {"email": "ada", "name": "Ada"}),
        ("/email", {"email": "a b@example.com", "name": "Ada"}),
        ("/email", {"email": "a@b@example.com", "name": "Ada"}),
        ("/email", {"email": "ada@localhost", "name": "Ada"}),
        ("/email", {"email": f"{'a' * 65}@example.com", "name": "Ada"}),
        ("/email", {"email": f"a@{'b' * 260}.com", "name": "Ada"}),
        ("/name", {"email": "ada@example.com", "name": " "}),
        ("/admin", {**ADA, "admin": True}),
    ],
)
async def test_a_bad_member_is_named_by_its_pointer(pointer, body):
    response = await Api().user("register", body=body)
    assert (response.status_code, body_of(response)["errors"][0]["pointer"]) == (400, pointer)


async def test_customers_are_only_themselves():
    operator = Api(Memory(settings=EASYAUTH)).as_user("boss", "operator")
    customer, stranger = operator.as_user("cust-1"), operator.as_user("cust-2")
    assert await registered(customer) == "cust-1"
    for name, body in (("get", None), ("changes", None), ("change", ADA), ("delete", None)):
        assert (await stranger.user(name, "cust-1", body)).status_code == 404
    assert await items(stranger, email=ADA["email"]) == []
    assert len(await items(customer, email=ADA["email"])) == 1
    assert (await customer.user("look_up")).status_code == 403
    assert len(await items(operator)) == 1
    assert (await operator.user("get", "cust-1")).status_code == 200
    assert (await customer.user("delete", "cust-1")).status_code == 204


async def test_a_customer_who_registers_differently_has_an_account_already():
    customer = Api(Memory(settings=EASYAUTH)).as_user("cust-1")
    await registered(customer)
    assert (await customer.user("register", body=ADA)).status_code == 201
    response = await customer.user("register", body={**ADA, "name": "Bob"})
    assert (response.status_code, body_of(response)["code"]) == (409, "user_exists")


async def test_an_identity_that_fits_no_id_cannot_register():
    customer = Api(Memory(settings=EASYAUTH)).as_user("auth0|x")
    assert (await customer.user("register", body=ADA)).status_code == 403


# ---- the past --------------------------------------------------------------------------


async def changed_user(api: Api) -> str:
    """Registered as Ada at 9:00, Lovelace from 9:01 on, deleted at 9:02."""
    user_id = await registered(api)
    api.memory.clock.forward(minutes=1)
    await api.user("change", user_id, {**ADA, "name": "Lovelace"})
    api.memory.clock.forward(minutes=1)
    await api.user("delete", user_id)
    return user_id


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"version": "1"}, "Ada"),
        ({"version": "2"}, "Lovelace"),
        ({"asOf": "2026-11-23T09:00:00Z"}, "Ada"),
        ({"asOf": "2026-11-23T10:00:59.999+01:00"}, "Ada"),
        ({"asOf": "2026-11-23T09:01:00Z"}, "Lovelace"),
        ({"asOf": "2026-11-23T09:00:59.999999999Z"}, "Ada"),
        ({"asOf": "2026-11-23T10:01:00.0000001+01:00"}, "Lovelace"),
    ],
)
async def test_a_user_is_shown_as_it_was(params, name):
    api = Api()
    response = await api.user("get", await changed_user(api), params=params)
    assert (response.status_code, body_of(response)["name"]) == (200, name)
    assert response.headers["ETag"] == ('"1"' if name == "Ada" else '"2"')


@pytest.mark.parametrize(
    "params",
    [
        {"version": "3"},
        {"version": "4"},
        {"asOf": "2026-11-23T08:59:59.999Z"},
        {"asOf": "2027-01-01T00:00:00Z"},
    ],
)
async def test_a_user_who_was_not_there_then_is_not_found(params):
    api = Api()
    response = await api.user("get", await changed_user(api), params=params)
    assert response.status_code == 404


@pytest.mark.parametrize(
    "params",
    [
        {"version": "0"},
        {"version": "one"},
        {"version": ""},
        {"version": "1" * 10},
        {"asOf": "2026-11-23"},
        {"asOf": "2026-02-30T09:00:00Z"},
        {"asOf": "2026-11-23T09:00:00.Z"},
        {"asOf": "2026-11-23T09:00:00.0000000001Z"},
        {"asOf": "2026-11-23T09:00:60Z"},
        {"asOf": ""},
        {"version": "1", "asOf": "2026-11-23T09:00:00Z"},
    ],
)
async def test_a_moment_that_cannot_be_is_refused(params):
    api = Api()
    response = await api.user("get", await registered(api), params=params)
    assert response.status_code == 400
