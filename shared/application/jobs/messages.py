"""The message that carries a job through its queue: it names the job and no more."""

import json
import re
from datetime import timedelta

from shared.application.jobs.job import JOB_ID, RETENTION
from shared.message_text import as_json
from shared.names import JOBS
from shared.queues.port import Queues


class UnreadableMessage(ValueError):
    """This message names no job. Messages are `{"jobId": "..."}`, made by `POST /jobs`."""

    code = "unreadable_message"


async def send(queues: Queues, job_id: str, delay: timedelta = timedelta(0)) -> None:
    """Send a job's message; a second one of the same job does no harm.

    Raises:
        StoreUnavailable: perhaps sent.
    """
    await queues.send(JOBS, json.dumps({"jobId": job_id}), RETENTION, delay)


def job_id_of(text: str) -> str:
    """The job a message names, whatever else stands there.

    Raises:
        UnreadableMessage: it names none.
    """
    found = (as_json(text) or {}).get("jobId")
    if not isinstance(found, str) or not re.fullmatch(JOB_ID, found):
        raise UnreadableMessage(UnreadableMessage.__doc__)
    return found
