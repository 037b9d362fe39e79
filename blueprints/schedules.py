"""What the app does by the clock, which is UTC: the daily cleanup, and keeping warm."""

from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints import workflow_client
from blueprints.cleanup import sweeps_of
from blueprints.ready import PROBE
from blueprints.workflow_client import DurableClient
from orchestrations.cleanup_messages import CleanUp
from shared import logs, names
from shared.application.cleanup.storage_clock import StorageClock
from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.application.dead_letters import DeadLetters
from shared.application.jobs.desk import PAGE, Jobs
from shared.application.keep_warm import KeepWarm
from shared.settings import UploadSource
from shared.wiring import Wiring

DAILY = "0 0 2 * * *"  # guide S5.1
EVERY_FIVE_MINUTES = "0 */5 * * * *"  # guide S8.3
CLEANUP_HOUR = timedelta(hours=2)
EARLY = timedelta(minutes=1)  # by which a timer's clock may be ahead of ours


def day_of(now: datetime) -> str:
    """The day whose cleanup is due, that of the last 02:00: a past-due run counts for its day."""
    return (now - CLEANUP_HOUR + EARLY).date().isoformat()


async def start_cleanup(wiring: Wiring, client: DurableClient) -> None:
    """Start the day's cleanup; one that runs or went well is left alone, one that failed is not.

    What it judges by is the storage's clock, should ours be ahead: a clock that jumped by a year
    must not make useless what was written today.

    Raises:
        StoreUnavailable, WorkflowUnavailable: the host tries again by the timer's policy.
    """
    day, sweeps = day_of(wiring.now()), tuple(sweeps_of(wiring, client))
    at = await StorageClock(wiring.blobs).earliest(wiring.now())
    given = CleanUp(day, at, sweeps, wiring.settings.retry_delays)
    if not await workflow_client.start_cleanup(client, given):
        logs.info(f"The cleanup of {day} was started before.", "cleanup_known", day=day)


def keep_warm_of(wiring: Wiring, client: DurableClient) -> KeepWarm:
    """What `/ready` asks, and the clients that it does without."""
    jobs = Jobs(wiring.records("jobs"), wiring.queues, wiring.now)
    poison = [names.POISON_JOBS, names.POISON_UPLOAD_EVENTS]
    if wiring.settings.upload_source is UploadSource.BLOB:
        poison.append(names.POISON_BLOBS)
    return KeepWarm(
        {
            "eventStore": lambda: wiring.aggregates.store.head(PROBE),
            "readModels": wiring.read_models.backlog.lag,
            "workflow": lambda: client.get_status(PROBE),
            "records": lambda: wiring.records("jobs").read(PROBE),
            "blobs": lambda: wiring.blobs.head(names.UPLOADS, PROBE),
            "queues": lambda: wiring.queues.depth(names.JOBS),
        },
        poison,
        wiring.queues,
        DeadLetters(wiring.records(DEAD_LETTERS), wiring.now),
        {"lists": wiring.read_models.catch_up, "jobs": lambda: jobs.revive(PAGE)},
    )


def blueprint(wiring: Wiring) -> Any:
    """The timers; KeepWarm only where no instance is kept ready by the platform (features.md X06).

    A timer has no second attempt of its own, so the cleanup's start gets some from a policy.
    """
    functions = df.Blueprint()

    # The clients have no annotation, as in blueprints/edge.py.
    async def daily_cleanup(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        del timer
        await start_cleanup(wiring, client)

    async def keep_warm(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        del timer
        await keep_warm_of(wiring, client).run()

    started = functions.durable_client_input(client_name="client")(daily_cleanup)
    started = functions.timer_trigger(arg_name="timer", schedule=DAILY)(started)
    started = functions.retry(
        strategy="exponential_backoff",
        max_retry_count="5",
        minimum_interval="00:00:10",
        maximum_interval="00:15:00",
    )(started)
    functions.function_name("DailyCleanup")(started)
    if wiring.settings.keep_warm:
        kept = functions.durable_client_input(client_name="client")(keep_warm)
        # Without a monitor: who was away for an hour has nothing to catch up on.
        kept = functions.timer_trigger(
            arg_name="timer", schedule=EVERY_FIVE_MINUTES, use_monitor=False
        )(kept)
        functions.function_name("KeepWarm")(kept)
    return functions
