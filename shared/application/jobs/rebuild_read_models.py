"""The job `readmodels.rebuild`: read models built anew from the events, one job at a time."""

from dataclasses import dataclass, replace
from datetime import timedelta

from shared.application.jobs.payload import Members
from shared.application.jobs.turns import Turns
from shared.application.jobs.work import GoOn, Run, WorkFailed
from shared.application.rebuild import (
    MODELS,
    Difference,
    Phase,
    Rebuild,
    RebuildOvertaken,
    Standing,
)
from shared.plain import Json, from_plain, to_plain

TYPE = "readmodels.rebuild"
TURN = "readmodels-rebuild"
WAIT = timedelta(seconds=30)  # for another rebuild, which takes minutes
PAGE = 1_000
# What a phase is of the whole, when most of the work is reading every event once.
SHARE = {
    Phase.TIDY: 0.0,
    Phase.SWEEP: 0.02,
    Phase.POINT: 0.04,
    Phase.FILL: 0.1,
    Phase.COMPARE: 0.8,
    Phase.SWITCH: 0.9,
    Phase.RETIRE: 0.93,
    Phase.CLEAR: 0.96,
    Phase.DONE: 1.0,
}
FILLING = SHARE[Phase.COMPARE] - SHARE[Phase.FILL]


@dataclass(frozen=True, slots=True)
class Course:
    """`at`: the read model in work; `left`: those after it; `streams`: how many `at` is made of."""

    at: Standing
    left: tuple[str, ...]
    streams: int = 0
    done: tuple[Difference, ...] = ()

    @property
    def progress(self) -> float:
        """The share of all read models that is done."""
        share = SHARE[self.at.phase]
        if self.at.phase is Phase.FILL:
            share += FILLING * min(self.at.difference.built / max(self.streams, 1), 1.0)
        return (len(self.done) + share) / (len(self.done) + 1 + len(self.left))


@dataclass(frozen=True, slots=True)
class RebuildReadModels:
    """The steps of `Rebuild`, each kept when it was done, so that any worker takes the next."""

    rebuild: Rebuild
    turns: Turns

    def read(self, payload: Json) -> Json:
        members = Members(payload, ("model",))
        model = members.one_of("model", tuple(MODELS))
        members.require_faultless()
        return {} if model is None else {"model": model}

    async def run(self, payload: Json, run: Run) -> Json:
        if not await self.turns.take(TURN, run.job_id):
            raise GoOn(after=WAIT)
        try:
            return await self._rebuilt(payload, run)
        except RebuildOvertaken as overtaken:
            raise WorkFailed("rebuild_overtaken", str(overtaken)) from overtaken

    async def _rebuilt(self, payload: Json, run: Run) -> Json:
        names = (payload["model"],) if "model" in payload else tuple(MODELS)
        course = from_plain(Course, run.checkpoint) if run.checkpoint else await self._begun(names)
        while course.left or course.at.phase is not Phase.DONE:
            if run.is_over_time():
                raise GoOn
            course = await self._next(course)
            await run.report(course.progress, to_plain(course))
        return {"models": to_plain((*course.done, course.at.difference))}

    async def _next(self, course: Course) -> Course:
        if course.at.phase is not Phase.DONE:
            return replace(course, at=await self.rebuild.step(course.at))
        begun = await self._begun(course.left)
        return replace(begun, done=(*course.done, course.at.difference))

    async def _begun(self, names: tuple[str, ...]) -> Course:
        """Counting first costs a request for a thousand streams, and gives an honest progress."""
        course = Course(Standing(Difference(names[0], 0)), names[1:])
        category, after, streams = course.at.model.kind.category, "", 0
        store = self.rebuild.aggregates.store
        while found := await store.streams(category, after, PAGE):
            streams, after = streams + len(found), found[-1]
        return replace(course, streams=streams)
