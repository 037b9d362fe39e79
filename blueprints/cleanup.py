"""Gives the cleanup its sweeps, and its process and activities their triggers."""

import time
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from blueprints.fulfilment import PROCESSES
from blueprints.upload_sources import uploads_of
from blueprints.workflow_histories import WorkflowHistories
from orchestrations.activities.cleanup import CleanupActivities
from orchestrations.cleanup_messages import CLEAN_UP
from orchestrations.daily_cleanup import clean_up
from shared.application.cleanup.claim_checks import ClaimChecks
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.expired_keys import ExpiredKeys
from shared.application.cleanup.expired_reservations import ExpiredReservations
from shared.application.cleanup.exports import Exports
from shared.application.cleanup.forgetting import Forgetting
from shared.application.cleanup.old_blobs import Judge, OldBlobs, useless
from shared.application.cleanup.old_histories import OldHistories
from shared.application.cleanup.suspects import Suspects
from shared.application.cleanup.sweep import Sweep
from shared.application.cleanup.tenants import OnlyAlone, Tenants
from shared.application.cleanup.uploads import Sessions, Thumbnails, UploadedFiles
from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.application.dead_letters import DeadLetters
from shared.application.failures import Failures
from shared.application.jobs.desk import Jobs
from shared.names import CLAIM_CHECKS, EXPORTS, PROCESSED, TEMP, UPLOADS
from shared.wiring import Wiring

CLEANUPS = "cleanups"
DAY = timedelta(days=1)
# How old a thing must be before it goes (docs/cleanup.md; guide S3.2, S5.1).
TEMPORARY_BLOBS = 7 * DAY
ORPHANS = DAY  # among uploads, thumbnails and exports
UNCLAIMED_EVENTS = 7 * DAY  # an append takes seconds, and nobody is in a hurry
RESOLVED_DEAD_LETTERS = 14 * DAY
FAILURES = 15 * DAY  # a day longer than a message lives
HISTORIES = 30 * DAY
SUSPECTS = 30 * DAY
KEPT_CLEANUPS = 90 * DAY


def sweeps_of(wiring: Wiring, client: Any) -> dict[str, Sweep]:
    """Every sweep by its name, in the order in which they run."""
    blobs, aggregates, records = wiring.blobs, wiring.aggregates, wiring.records
    jobs = Jobs(records("jobs"), wiring.queues, wiring.now)
    letters = DeadLetters(records(DEAD_LETTERS), wiring.now)
    failures = Failures(records("failures"), wiring.now)
    uploads, suspects = uploads_of(wiring), Suspects(records("suspects"))
    files = UploadedFiles(uploads.register, suspects)
    thumbnails = Thumbnails(uploads.register, blobs)
    exports, claims = Exports(records("jobs")), ClaimChecks(aggregates.store)
    histories = WorkflowHistories(client)
    tenants = Tenants(blobs, wiring.settings.table_prefix)

    def blobs_of(container: str, age: timedelta, judge: Judge = useless) -> Sweep:
        return OnlyAlone(OldBlobs(blobs, container, age, judge), tenants)

    return {
        # First, for the next one sees to the files that this one finds left behind.
        "orphaned_uploads": blobs_of(UPLOADS, ORPHANS, files.judge),
        "expired_sessions": Sessions(uploads),
        "orphaned_thumbnails": blobs_of(PROCESSED, ORPHANS, thumbnails.judge),
        "expired_keys": ExpiredKeys(wiring.keys.cells),
        "expired_reservations": ExpiredReservations(wiring.products, aggregates),
        "forgotten_jobs": Forgetting(lambda _before, limit: jobs.revive(limit)),
        "old_jobs": Forgetting(jobs.forget),
        "orphaned_exports": blobs_of(EXPORTS, ORPHANS, exports.judge),
        "temporary_blobs": blobs_of(TEMP, TEMPORARY_BLOBS),
        "unclaimed_events": blobs_of(CLAIM_CHECKS, UNCLAIMED_EVENTS, claims.judge),
        "resolved_dead_letters": Forgetting(letters.forget, RESOLVED_DEAD_LETTERS),
        "old_failures": Forgetting(failures.forget, FAILURES),
        "old_histories": OldHistories(histories, aggregates, HISTORIES, frozenset(PROCESSES)),
        "old_suspects": Forgetting(suspects.forget, SUSPECTS),
        "old_cleanups": Forgetting(Cleanups(records(CLEANUPS)).forget, KEPT_CLEANUPS),
    }


def blueprint(wiring: Wiring) -> Any:
    """The process of the cleanup and its activities; blueprints/schedules.py starts it."""
    functions = df.Blueprint()
    activities = CleanupActivities(Cleanups(wiring.records(CLEANUPS)), time.monotonic)

    # Annotated Any: the worker takes any for an activity (host-triggers.md 1.4); the client has no
    # annotation, as in blueprints/edge.py.
    async def sweep(step: Any, client) -> Any:  # type: ignore[no-untyped-def]  # noqa: ANN001
        return await activities.sweep(step, sweeps_of(wiring, client))

    async def begin(step: Any) -> Any:
        return await activities.begin(step)

    async def keep(step: Any) -> Any:
        return await activities.keep(step)

    process = functions.orchestration_trigger(context_name="context")(clean_up)
    functions.function_name(CLEAN_UP)(process)
    given_client = functions.durable_client_input(client_name="client")(sweep)
    for name, run in {"Sweep": given_client, "BeginCleanup": begin, "KeepCleanup": keep}.items():
        functions.function_name(name)(functions.activity_trigger(input_name="step")(run))
    return functions
