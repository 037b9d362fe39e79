"""Jobs over HTTP: ask for one, follow it, list them; for operators, because exports show all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import azure.durable_functions as df
import azure.functions as func
from pydantic import Field

from blueprints.answers import answer, versioned
from blueprints.bodies import LONGEST_POINTER, TOLD, Body, invalid, read_body
from blueprints.edge import Call, Edge, register
from blueprints.idempotency import once
from blueprints.job_types import works_of
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from shared.application.jobs.desk import Jobs
from shared.application.jobs.job import JOB_ID, Job, JobStatus
from shared.application.jobs.work import BadPayload, Work
from shared.blobs.port import Access
from shared.idempotency.keys import Attempt
from shared.names import EXPORTS
from shared.plain import Json, rfc3339, to_plain
from shared.projections.newest_first import PLACE
from shared.wiring import Wiring

LINK_LIFE = timedelta(hours=1)


class JobBody(Body):
    type: Annotated[str, Field(max_length=64)]
    payload: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobsApi:
    wiring: Wiring
    jobs: Jobs
    works: Mapping[str, Work]

    async def post(self, call: Call) -> func.HttpResponse:
        """202 once the job is kept and its message is in the queue."""
        call.principal.require_operator()

        async def work(attempt: Attempt) -> func.HttpResponse:
            body = read_body(JobBody, call.req)
            payload = self._payload(body)
            job = Job(
                job_id=attempt.subject,
                type=body.type,
                payload=payload,
                correlation_id=call.correlation_id,
                created_at=attempt.at,
                updated_at=attempt.at,
                sent_at=attempt.at,
            )
            await self.jobs.submit(job)
            where = {"Location": f"/api/jobs/{job.job_id}", "Retry-After": "1"}
            # What was promised; by now the job may be further, and `Location` says so.
            return answer({"jobId": job.job_id, "status": JobStatus.QUEUED.value}, 202, where)

        return await once(self.wiring.keys, call, "PostJob", work)

    async def get(self, call: Call) -> func.HttpResponse:
        """200 with where the job stands; 304 while it stands there."""
        call.principal.require_operator()
        job_id = call.req.route_params["jobId"]
        job = await self.jobs.find(job_id) if re.fullmatch(JOB_ID, job_id) else None
        if job is None:
            missing = "There is no such job. Check the id."
            raise Problem(404, "job_not_found", missing, members={"jobId": job_id})
        document = _document(job)
        if job.result and "file" in job.result:
            # Every look gives a new link, so no two answers are the same.
            return answer({**document, "result": await self._with_link(job.result)})
        return versioned(call.req, document, str(job.version))

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of jobs, the newest first."""
        call.principal.require_operator()
        limit = limit_of(call.req.params)
        cursor = cursor_of(call.req.params, "jobs", PLACE)
        rows = await self.jobs.page(_status(call.req.params), limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        return answer(page([row.shown for row in rows[:limit]], "jobs", last))

    def _payload(self, body: JobBody) -> Json:
        work = self.works.get(body.type)
        if work is None:
            raise invalid([Fault("/type", f"type is one of {', '.join(self.works)}")])
        try:
            return work.read(body.payload)
        except BadPayload as bad:
            faults = [
                Fault(f"/payload{each.pointer}"[:LONGEST_POINTER], each.message)
                for each in bad.faults[:TOLD]
            ]
            raise invalid(faults) from bad

    async def _with_link(self, result: Json) -> Json:
        """The result with a link to its file, for an hour; without one when the file is gone."""
        shown = {name: value for name, value in result.items() if name != "file"}
        if await self.wiring.blobs.head(EXPORTS, result["file"]) is None:
            return {**shown, "downloadUrl": None, "expiresAt": None}
        until = self.wiring.now().replace(microsecond=0) + LINK_LIFE
        link = await self.wiring.blobs.link(EXPORTS, result["file"], Access.READ, until)
        return {**shown, "downloadUrl": link, "expiresAt": rfc3339(until)}


def _document(job: Job) -> Json:
    return {
        "jobId": job.job_id,
        "type": job.type,
        "payload": job.payload,
        "status": job.status.value,
        "attempts": job.attempts,
        "progress": job.progress,
        "result": job.result,
        "error": to_plain(job.error),
        "createdAt": rfc3339(job.created_at),
        "startedAt": job.started_at and rfc3339(job.started_at),
        "finishedAt": job.finished_at and rfc3339(job.finished_at),
        "correlationId": job.correlation_id,
    }


def _status(params: Mapping[str, str]) -> JobStatus | None:
    text = params.get("status")
    if text is not None and text not in set(JobStatus):
        raise invalid([Fault("/status", f"status is one of {', '.join(JobStatus)}")])
    return None if text is None else JobStatus(text)


def jobs_api_of(wiring: Wiring) -> JobsApi:
    """The handlers over what the app is wired to."""
    jobs = Jobs(wiring.records("jobs"), wiring.queues, wiring.now)
    return JobsApi(wiring, jobs, works_of(wiring))


def blueprint(wiring: Wiring) -> Any:
    """The routes of jobs."""
    routes, api, edge = df.Blueprint(), jobs_api_of(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "PostJob", "POST jobs", edge.guarded(api.post))
    register(routes, "GetJob", "GET jobs/{jobId}", edge.guarded(api.get))
    register(routes, "ListJobs", "GET jobs", edge.guarded(api.page))
    return routes
