"""Keeping a process warm: every client is used, and what waits for a person is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared import logs
from shared.application.dead_letters import PAGE, DeadLetters, LetterFilter, Status
from shared.application.readiness import Ask, ask
from shared.queues.port import Queues

NUDGE_PATIENCE = 120.0  # seconds of the five minutes until the next run
MOST = 1_000  # dead letters counted; more of them are "1000 or more"


class DependencyDown(Exception):
    """A dependency did not answer. The log names it; the next run asks again."""


@dataclass(frozen=True, slots=True)
class KeepWarm:
    """Guide S8.3, with real work in place of an empty call.

    `nudges`: what is to be done now and then, and nobody else may be around to do.
    """

    dependencies: Mapping[str, Ask]
    poison_queues: Sequence[str]
    queues: Queues
    letters: DeadLetters
    nudges: Mapping[str, Ask]

    async def run(self) -> None:
        """Do all of it, whatever part of it fails; then say so.

        A timer is not run again before its next occurrence, so an exception costs nothing here,
        and it is what dashboards and alerts of failed functions see.

        Raises:
            DependencyDown: naming each that did not answer.
        """
        answered = await ask(self.dependencies)
        done = await ask({"poisonCount": self._count_poison, **self.nudges}, NUDGE_PATIENCE)
        down = [each.name for each in (*answered, *done) if not each.is_well]
        tell = logs.warning if down else logs.info
        latencies = {each.name: each.milliseconds for each in answered}
        sentence = f"Not warm: {', '.join(down)}." if down else "The process is warm."
        tell(sentence, "kept_warm", latenciesMs=latencies, down=down or None)
        if down:
            raise DependencyDown(f"{DependencyDown.__doc__} ({', '.join(down)})")

    async def _count_poison(self) -> None:
        depths = {queue: await self.queues.depth(queue) for queue in self.poison_queues}
        waiting, oldest = await self._waiting()
        tell = logs.warning if waiting or any(depths.values()) else logs.info
        sentence = f"{sum(depths.values())} in poison queues, {waiting} dead letters wait."
        tell(sentence, "poison_count", queues=depths, deadLetters=waiting, oldest=oldest)

    async def _waiting(self) -> tuple[int, str | None]:
        """How many dead letters nobody has decided on, and when the oldest counted was filed."""
        counted, cursor, oldest = 0, None, None
        wanted = LetterFilter(status=Status.WAITING)
        while counted < MOST and (rows := await self.letters.page(wanted, PAGE, cursor)):
            counted, cursor = counted + len(rows), rows[-1].place
            oldest = str(rows[-1].shown["filedAt"])
        return counted, oldest
