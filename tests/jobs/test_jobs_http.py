"""Jobs over HTTP: asked for once, followed to their end, and none of a customer's business."""

import base64
import json
from typing import Any

import azure.functions as func
import pytest

from blueprints.edge import Edge
from blueprints.job_queue import job_queue_of
from blueprints.jobs_http import jobs_api_of
from shared.application.jobs.desk import Jobs
from shared.eventstore.port import StoreUnavailable
from shared.names import EXPORTS, JOBS
from shared.settings import AuthMode, Settings
from tests.application.memory import Memory
from tests.jobs.listed_orders import list_orders

EXPORT = {"type": "orders.export", "payload": {"customerId": "ada"}}


class Api:
    """The routes over memory."""

    def __init__(self, memory: Memory | None = None, **headers: str) -> None:
        self.memory, self.headers = memory or Memory(), headers

    async def ask(self, name: str, body: Any = None, job_id: str = "", **more: Any):
        req = func.HttpRequest(
            method="POST" if body is not None else "GET",
            url=f"http://localhost:7071/api/jobs/{job_id}",
            headers={"content-type": "application/json", **self.headers, **more.pop("headers", {})},
            params=more,
            route_params={"jobId": job_id},
            body=b"" if body is None else json.dumps(body).encode(),
        )
        wiring = self.memory.wiring
        edge = Edge(wiring.settings, wiring.new_id)
        return await edge.guarded(getattr(jobs_api_of(wiring), name))(req)

    async def post(self, body: Any = None, **headers: str):
        return await self.ask("post", EXPORT if body is None else body, headers=headers)

    async def done(self) -> str:
        """The id of an export that was asked for and made."""
        job_id = body_of(await self.post())["jobId"]
        (message,) = self.memory.queues.sent[JOBS]
        self.memory.queues.sent[JOBS].clear()
        await job_queue_of(self.memory.wiring).process(
            func.QueueMessage(body=message.text.encode())
        )
        return job_id


def body_of(response: func.HttpResponse) -> Any:
    return json.loads(response.get_body())


async def test_a_job_is_accepted_and_says_where_to_follow_it():
    api = Api()
    response = await api.post()
    job_id = body_of(response)["jobId"]
    assert (response.status_code, body_of(response)) == (202, {"jobId": job_id, "status": "queued"})
    assert response.headers["Location"] == f"/api/jobs/{job_id}"
    found = body_of(await api.ask("get", job_id=job_id))
    assert (found["status"], found["attempts"], found["progress"]) == ("queued", 0, 0.0)
    assert (found["type"], found["payload"], found["result"]) == (*EXPORT.values(), None)


async def test_an_export_is_downloaded_by_a_link_that_is_new_each_time_and_ends():
    api = Api()
    await list_orders(api.memory.wiring.read_models.views, 3)
    job_id = await api.done()
    first = body_of(await api.ask("get", job_id=job_id))
    assert (first["status"], first["progress"], first["result"]["rows"]) == ("succeeded", 1.0, 3)
    assert first["result"]["expiresAt"] == "2026-11-23T10:00:00.000Z"
    assert first["result"]["downloadUrl"].startswith(f"memory://exports/orders/{job_id}.csv?sp=r")
    assert "file" not in first["result"]
    api.memory.clock.forward(minutes=30)
    later = body_of(await api.ask("get", job_id=job_id))
    assert later["result"]["expiresAt"] == "2026-11-23T10:30:00.000Z"


async def test_an_export_whose_file_was_cleaned_away_has_no_link():
    api = Api()
    job_id = await api.done()
    await api.memory.blobs.remove(EXPORTS, f"orders/{job_id}.csv")
    result = body_of(await api.ask("get", job_id=job_id))["result"]
    assert (result["downloadUrl"], result["expiresAt"], result["rows"]) == (None, None, 0)


async def test_a_job_that_stands_where_it_stood_is_not_told_again():
    api = Api()
    job_id = body_of(await api.post())["jobId"]
    tag = (await api.ask("get", job_id=job_id)).headers["ETag"]
    known = {"if-none-match": tag}
    assert (await api.ask("get", job_id=job_id, headers=known)).status_code == 304
    wiring = api.memory.wiring
    api.memory.clock.forward(hours=1)
    await Jobs(wiring.records("jobs"), wiring.queues, wiring.now).find(job_id)
    assert (await api.ask("get", job_id=job_id, headers=known)).status_code == 200


async def test_one_key_makes_one_job():
    api = Api()
    first, second = [await api.post(**{"idempotency-key": "k"}) for _ in range(2)]
    assert first.get_body() == second.get_body()
    assert second.headers["Idempotency-Replayed"] == "true"


async def test_who_was_told_to_come_again_gets_one_job_in_the_end():
    api = Api()
    key = {"idempotency-key": "k"}
    send = api.memory.queues.send

    async def down(*_given):
        raise StoreUnavailable("for a moment")

    api.memory.queues.send = down
    assert (await api.post(**key)).status_code == 503
    api.memory.queues.send = send
    api.memory.clock.forward(seconds=10)
    accepted = await api.post(**key)
    assert accepted.status_code == 202
    listed = body_of(await api.ask("page"))["items"]
    assert [each["jobId"] for each in listed] == [body_of(accepted)["jobId"]]
    assert len(api.memory.queues.sent[JOBS]) == 1


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"type": "orders.exprot"}, ["/type"]),
        ({}, ["/type"]),
        ({"type": None, "payload": []}, ["/type", "/payload"]),
        (
            {"type": "orders.export", "payload": {"status": 3, "x": 1}},
            ["/payload/x", "/payload/status"],
        ),
        ({"type": "orders.export", "priority": 1}, ["/priority"]),
        ([], [""]),
    ],
)
async def test_a_request_tells_all_its_faults_and_makes_no_job(body, pointers):
    api = Api()
    response = await api.post(body)
    assert response.status_code == 400
    assert [each["pointer"] for each in body_of(response)["errors"]] == pointers
    assert body_of(await api.ask("page"))["items"] == []


async def test_an_unknown_type_is_told_the_types_there_are():
    (fault,) = body_of(await Api().post({"type": "x"}))["errors"]
    assert fault["message"].endswith("orders.export, readmodels.rebuild, images.regenerate")


async def test_jobs_are_listed_by_status_the_newest_first():
    api = Api()
    for _ in range(3):
        done = await api.done()
        api.memory.clock.forward(seconds=1)
    waiting = body_of(await api.post())["jobId"]
    everything = body_of(await api.ask("page", limit="2"))
    assert [each["jobId"] for each in everything["items"]] == [waiting, done]
    rest = body_of(await api.ask("page", limit="2", cursor=everything["nextCursor"]))
    assert (len(rest["items"]), rest["nextCursor"]) == (2, None)
    (queued,) = body_of(await api.ask("page", status="queued"))["items"]
    assert (queued["jobId"], queued["status"]) == (waiting, "queued")
    assert (await api.ask("page", status="lost")).status_code == 400


@pytest.mark.parametrize("job_id", ["never", "a" * 65, "a/b", "..", "Ü"])
async def test_a_job_that_is_not_there_is_a_404_that_names_it(job_id):
    response = await Api().ask("get", job_id=job_id)
    assert response.status_code == 404
    assert (body_of(response)["code"], body_of(response)["jobId"]) == ("job_not_found", job_id)


async def test_jobs_are_for_operators_only():
    settings = Settings("memory", auth_mode=AuthMode.EASYAUTH, platform_auth=True)
    claims = {"claims": [{"typ": "sub", "val": "ada"}]}
    header = base64.b64encode(json.dumps(claims).encode()).decode()
    api = Api(Memory(settings=settings), **{"x-ms-client-principal": header})
    for ask in (api.post(), api.ask("get", job_id="x"), api.ask("page")):
        assert (await ask).status_code == 403
    assert not api.memory.queues.sent[JOBS]
