"""One episode: open it, run the orchestrator, decide; nothing is stored here."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from localhost.clock import Clock
from localhost.durable import history
from localhost.durable.functions import Functions
from localhost.durable.history import Event, EventType, RuntimeStatus
from localhost.durable.replay import Decision, replay
from localhost.durable.taskhub import Instance
from localhost.durable.trigger import Transcript


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode that is decided and waits to be stored."""

    instance: Instance
    events: Sequence[Event]
    decision: Decision
    fresh: bool = False
    """Whether it is the first of a new generation."""


@dataclass(frozen=True, slots=True)
class EpisodeRunner:
    """What every episode needs: the app, the time, and fresh execution ids."""

    functions: Functions
    clock: Clock
    new_id: Callable[[], str]

    async def run(
        self, instance: Instance, transcript: Transcript, messages: Sequence[Event]
    ) -> Episode:
        """Live one episode, and at once those of new generations it starts (host-durable 3.9)."""
        opening = [history.orchestrator_started(self.clock.now()), *messages]
        episode = await self._decide(instance, transcript, opening)
        while episode.decision.status is RuntimeStatus.ContinuedAsNew:
            await asyncio.sleep(0)  # one that only starts over must not starve the others
            episode = await self._start_over(episode)
        return episode

    async def _decide(
        self, instance: Instance, transcript: Transcript, opening: Sequence[Event]
    ) -> Episode:
        reply = await self.functions.orchestrate(
            instance.name, transcript.trigger(instance, opening)
        )
        now = self.clock.now()
        decision = replay(transcript.events, opening, reply, self.functions.names, now)
        closed = replace(
            instance,
            status=decision.status,
            updated_at=now,
            output=decision.output,
            custom_status=decision.custom_status,
            episodes=instance.episodes + 1,
        )
        events = [*opening, *decision.rows, history.orchestrator_completed(now)]
        return Episode(closed, events, decision)

    async def _start_over(self, last: Episode) -> Episode:
        now = self.clock.now()
        instance = replace(
            last.instance,
            execution_id=self.new_id(),
            body=last.decision.output,
            created_at=now,
            generation=last.instance.generation + 1,
            episodes=0,
        )
        started = history.execution_started(
            now,
            instance.name,
            instance.instance_id,
            instance.execution_id,
            body=instance.body,
            Generation=instance.generation,
            ParentTraceContext=instance.trace.document() if instance.trace else None,
        )
        # The first episode of a later generation sees a third mark, already played (2.3, 3.9).
        mark = {**history.orchestrator_completed(now), "IsPlayed": True}
        opening = [history.orchestrator_started(now), started, *last.decision.carried, mark]
        episode = await self._decide(instance, Transcript(), opening)
        if episode.instance.custom_status is None:  # carried over for this work item only (3.1)
            kept = replace(episode.instance, custom_status=last.instance.custom_status)
            episode = replace(episode, instance=kept)
        return replace(episode, fresh=True)

    def fail(self, episode: Episode, error: str) -> Episode:
        """Return the episode as a plain failure: what it asked for, and was told, is dropped."""
        now = self.clock.now()
        text = f"Orchestrator function '{episode.instance.name}' failed: {error}"
        number = episode.decision.rows[0]["EventId"] if episode.decision.rows else 0
        last = history.execution_completed(now, number, RuntimeStatus.Failed, text)
        kept = [event for event in episode.events if event["EventType"] in _KEPT]
        return Episode(
            replace(episode.instance, status=RuntimeStatus.Failed, output=text, custom_status=None),
            [*kept, last, history.orchestrator_completed(now)],
            Decision((last,), {}, RuntimeStatus.Failed, text, None),
            episode.fresh,
        )


_KEPT = (EventType.OrchestratorStarted, EventType.ExecutionStarted)
