"""What operators do, and files: the rest of everything that is described."""

from dataclasses import replace
from typing import Any

from blueprints.dead_letter_desk import desk_of
from blueprints.job_types import works_of
from shared.application.cleanup.cleanups import Cleanups
from shared.application.dead_letters_filing import Poison
from shared.application.jobs.rebuild_read_models import RebuildReadModels
from shared.names import JOBS
from tests.cleanup.test_cleanups_http import RUN
from tests.jobs.scene import Scene as Workers
from tests.openapi.app import App
from tests.openapi.visits import engine_down, example
from tests.reports.making import made
from tests.reports.past import WEEK
from tests.uploads.scene import BROKEN, GOOD, Scene

OVER, OPEN = "2026-W40", "2026-W48"


async def visit_jobs(app: App) -> None:
    for body in (
        example("PostJob"),
        {"type": "readmodels.rebuild"},
        {"type": "images.regenerate", "payload": {"prefix": None}},
    ):
        accepted = await app.said("PostJob", body)
        path = {"jobId": accepted["jobId"]}
        tag = (await app.ask("GetJob", path=path)).headers["ETag"]
        await app.ask("GetJob", path=path, headers={"if-none-match": tag})
        await _worked(app)
        done = await app.said("GetJob", path=path)
        assert done["status"] == "succeeded"
    await app.ask("GetJob", path={"jobId": "nobody"})
    await app.said("ListJobs", params={"status": "succeeded"})
    await app.ask("ListJobs", params={"status": "x"})


async def _worked(app: App) -> None:
    works = dict(works_of(app.memory.wiring))
    rebuild = works["readmodels.rebuild"]
    assert isinstance(rebuild, RebuildReadModels)
    at_once = replace(rebuild.rebuild, pause=app.memory.clock.pause)
    works["readmodels.rebuild"] = replace(rebuild, rebuild=at_once)
    await Workers(works, app.memory).drain()


async def visit_uploads(app: App) -> None:
    await app.said("PutProduct", example("PutProduct"), path={"sku": "MUG-BLUE"})
    for content in (GOOD, BROKEN, None):
        opened = await app.said("PostUpload", example("PostUpload"))
        path = {"uploadId": opened["uploadId"]}
        if content is not None:
            await _sent(app, opened["uploadId"], content)
        await app.said("GetUpload", path=path)
        for name in ("GetUploadThumbnail", "GetUploadOriginal"):
            await app.ask(name, path=path)
    await app.said("GetProduct", path={"sku": "MUG-BLUE"})
    for name in ("GetUpload", "GetUploadThumbnail", "GetUploadOriginal"):
        await app.ask(name, path={"uploadId": "nobody"})
    await app.said("ListUploads", params={"status": "ready"})
    await app.ask("ListUploads", params={"status": "x"})
    await app.guarded("ada").ask("PostUpload", example("PostUpload"))


async def _sent(app: App, upload_id: str, content: bytes) -> None:
    scene = Scene(app.memory)
    blob = (await scene.upload(upload_id)).blob
    await scene.put(blob, content)
    await scene.processing.process(blob)


async def visit_reports(app: App) -> None:
    await made(app.memory)
    path = {"isoWeek": str(WEEK)}
    for accept in ("*/*", "text/html", "text/csv", "image/png"):
        await app.ask("GetReport", path=path, headers={"accept": accept})
    tag = (await app.ask("GetReport", path=path)).headers["ETag"]
    await app.ask("GetReport", path=path, headers={"if-none-match": tag})
    await app.said("ListReports")
    await app.ask("ListReports", params={"cursor": "x"})
    for week in (OVER, "x"):
        await app.ask("GetReport", path={"isoWeek": week})
        await app.ask("GetReportWorkflow", path={"isoWeek": week})
    await app.said("MakeReport", path={"isoWeek": OVER})
    for week in (OPEN, "x"):
        await app.ask("MakeReport", path={"isoWeek": week})
    await app.said("GetReportWorkflow", path={"isoWeek": OVER})
    with engine_down(app):
        for name in ("MakeReport", "GetReportWorkflow"):
            await app.ask(name, path={"isoWeek": OVER})


async def visit_dead_letters(app: App) -> None:
    for letter_id in ("m-1", "m-2", "m-3"):
        poison = Poison(JOBS, f"text of {letter_id}", letter_id, app.memory.clock.now)
        await desk_of(app.memory.wiring).filing.file(poison)
    first, second, third = ({"id": each} for each in ("m-1", "m-2", "m-3"))
    tag = (await app.ask("GetDeadLetter", path=first)).headers["ETag"]
    await app.ask("GetDeadLetter", path=first, headers={"if-none-match": tag})
    await app.said("ListDeadLetters", params={"queue": JOBS, "status": "waiting"})
    await app.ask("ListDeadLetters", params={"queue": "x"})
    reason = example("DiscardDeadLetter")
    await app.ask("DiscardDeadLetter", reason, path=first, headers={"if-match": '"9"'})
    await app.said("DiscardDeadLetter", reason, path=first)
    await app.said("RedriveDeadLetter", path=second)
    await app.said("GetDeadLetter", path=second)
    for path in (first, second):
        await app.ask("RedriveDeadLetter", path=path)
    await app.ask("DiscardDeadLetter", reason, path=second)
    await _claimed(app, "m-3")
    for name, body in (("RedriveDeadLetter", None), ("DiscardDeadLetter", reason)):
        await app.ask(name, body, path=third)
        await app.ask(name, body, path={"id": "nobody"})
    await app.said("GetDeadLetter", path=third)
    await app.ask("GetDeadLetter", path={"id": "nobody"})


async def _claimed(app: App, letter_id: str) -> None:
    redrives = desk_of(app.memory.wiring).redrives
    await redrives.letters.change(letter_id, redrives._claimed("another", "bo"))


async def visit_redrives(app: App) -> None:
    accepted = await app.said("RedriveAll", example("RedriveAll"))
    path = {"redriveId": accepted["redriveId"]}
    counts: list[Any] = [None, {"redriven": 50, "left": 1, "failed": 0}]
    for app.engine.custom_status in counts:
        await app.said("GetRedrive", path=path)
    await app.ask("GetRedrive", path={"redriveId": "redrive-x"})
    with engine_down(app):
        await app.ask("RedriveAll", example("RedriveAll"))
        await app.ask("GetRedrive", path=path)


async def visit_operation(app: App) -> None:
    memory = app.memory
    await Cleanups(memory.wiring.records("cleanups")).keep(memory.clock.now, RUN)
    await app.said("ListCleanups")
    await app.ask("ListCleanups", params={"cursor": "x"})
    for name in ("Health", "Ready"):
        await app.said(name)
    with engine_down(app):
        await app.ask("Ready")
    for name in ("OpenApi", "Docs"):
        tag = (await app.ask(name)).headers["ETag"]
        await app.ask(name, headers={"if-none-match": tag})
