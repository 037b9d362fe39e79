"""The desk for dead letters, put together: who owns which queue's messages, and what is done."""

from collections.abc import Mapping
from dataclasses import dataclass

from blueprints.upload_sources import BLOB_QUEUE, uploads_of
from shared import names
from shared.application.dead_letters import KIND, DeadLetters, Origin
from shared.application.dead_letters_filing import Filing
from shared.application.dead_letters_redrive import Redrives
from shared.application.failures import Failures
from shared.application.jobs.desk import Jobs
from shared.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Desk:
    """`origins`: by the queue that a letter names."""

    origins: Mapping[str, Origin]
    letters: DeadLetters
    filing: Filing
    redrives: Redrives


def desk_of(wiring: Wiring) -> Desk:
    """The desk over what the app is wired to; any number of them do the same."""
    jobs = Jobs(wiring.records("jobs"), wiring.queues, wiring.now)
    uploads = uploads_of(wiring)
    origins = {
        names.JOBS: Origin(jobs, names.JOBS),
        names.UPLOAD_EVENTS: Origin(uploads, names.UPLOAD_EVENTS),
        # Only the host writes to its own queue; the events' function reads such messages, too.
        BLOB_QUEUE: Origin(uploads, names.UPLOAD_EVENTS),
    }
    letters = DeadLetters(wiring.records(KIND), wiring.now)
    failures = Failures(wiring.records("failures"), wiring.now)
    filing = Filing(letters, failures, origins)
    return Desk(origins, letters, filing, Redrives(letters, failures, wiring.queues, origins))
