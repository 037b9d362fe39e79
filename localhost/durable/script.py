"""The SDK's actions, performed one after another as the host's own coroutine would.

The rules are those of the out-of-process shim and of the Durable Task Framework
(reference/host-durable.md 3.4-3.8): one counter numbers what is asked, an action is invoked when
the one before it is over, and history events resolve what is open.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from localhost.durable import history
from localhost.durable.awaits import All, Any, Awaitable, Leaf, Retried
from localhost.durable.history import Event
from localhost.durable.reply import Action, ActionType, Reply, compact


class NonDeterminism(Exception):
    """The orchestrator no longer asks for what its history says it asked for."""


class Refused(Exception):
    """The orchestrator asked for something the host cannot give; the instance fails."""


class Kind(Enum):
    """What takes a number of its own; the value is the host's words for it."""

    Activity = "an activity task"
    Timer = "a timer task"
    Child = "a sub-orchestration task"


@dataclass(frozen=True, slots=True)
class Names:
    """The functions the app has, as the host knows them: compared ignoring case."""

    activities: frozenset[str]
    orchestrators: frozenset[str]

    @classmethod
    def of(cls, activities: Iterable[str], orchestrators: Iterable[str]) -> "Names":
        """Return the names folded for comparison."""
        return cls(
            frozenset(name.casefold() for name in activities),
            frozenset(name.casefold() for name in orchestrators),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked that the history does not hold yet."""

    kind: Kind
    name: str
    row: Event
    body: str | None = None


class Script:
    """One run through a reply's actions, as far as the history allows."""

    def __init__(self, reply: Reply, names: Names, now: datetime) -> None:
        """``now`` stamps new rows; the orchestrator's own clock is moved by ``begin_episode``."""
        self._names, self._now, self._clock = names, now, now
        self._actions = deque(reply.actions)
        self._current: Awaitable | None = None
        self._running = False
        self._execution_id = ""
        self._waits: dict[str, list[Leaf]] = defaultdict(list)
        self._early: dict[str, int] = defaultdict(int)
        self.next_id = 0
        self.asked: dict[int, Asked] = {}
        self.open: dict[int, Leaf] = {}
        self.over = False
        """Whether every action has been awaited, or one was refused."""
        self.refusal: str | None = None
        self.starts_over = False
        self.fresh_body: str | None = None

    def begin_episode(self, at: datetime) -> None:
        """Set the orchestrator's clock."""
        self._clock = at

    def begin(self, execution_id: str) -> None:
        """Perform the first actions."""
        self._execution_id, self._running = execution_id, True
        self._advance()

    def resolve(self, task_id: int, *, failed: bool) -> None:
        """End an open task; a duplicate completion is ignored (host-durable 2.2, fact 2)."""
        leaf = self.open.pop(task_id, None)
        if leaf is not None:
            leaf.resolve(failed=failed)
            self._advance()

    def raise_event(self, name: str) -> bool:
        """Deliver an external event to its newest wait, or keep it for the next one.

        Returns:
            False when the instance starts over and the event belongs to the next generation.
        """
        name = name.casefold()
        if self._waits[name]:
            self._waits[name].pop().resolve()
            self._advance()
        elif self.starts_over:
            return False
        else:
            self._early[name] += 1
        return True

    def match(self, kind: Kind, row: Event) -> None:
        """Find the stored row among what was asked in this run.

        Raises:
            NonDeterminism: nothing, or something else, was asked under the row's number.
        """
        task_id, name = row["EventId"], row.get("Name") or ""
        asked = self.asked.get(task_id)
        if asked is None:
            raise NonDeterminism(
                f"A previous execution of this orchestration scheduled {kind.value} with sequence "
                f"ID {task_id}{_named(name)}, but the current replay execution hasn't (yet?) "
                "scheduled this task. Was a change made to the orchestrator code after this "
                "instance had already started running?"
            )
        if asked.kind is not kind or asked.name.casefold() != name.casefold():
            raise NonDeterminism(
                f"A previous execution of this orchestration scheduled {kind.value} with sequence "
                f"ID {task_id}{_named(name)}, but the current orchestration replay instead "
                f"produced {asked.kind.value}{_named(asked.name)} with this sequence number. Was a "
                "change made to the orchestrator code after this instance had already started "
                "running?"
            )
        del self.asked[task_id]

    def _advance(self) -> None:
        try:
            while self._running and (self._current is None or self._current.done):
                if self._actions:
                    self._current = self._invoke(self._actions.popleft())
                else:
                    self._running, self.over = False, True
        except Refused as error:
            self._running, self.over, self.refusal = False, True, str(error)

    def _invoke(self, action: Action) -> Awaitable:
        perform = _PERFORM.get(action.kind)
        if perform is None:
            raise Refused(
                f"The embedded host does not serve {action.kind.name} yet; run the app with "
                "Azure Functions Core Tools instead (docs/localhost.md)."
            )
        return perform(self, action)

    def all_of(self, action: Action) -> Awaitable:
        """Invoke every part, left to right, before waiting for all."""
        return All([self._invoke(part) for part in action.parts])

    def any_of(self, action: Action) -> Awaitable:
        """Invoke every part, left to right, before waiting for one."""
        return Any([self._invoke(part) for part in action.parts])

    def call_activity(self, action: Action) -> Leaf:
        """Send an activity."""
        _known(action.name, self._names.activities, "an activity")
        row = history.task_scheduled(self._now, self.next_id, action.name)
        return self._ask(Asked(Kind.Activity, action.name, row, action.body))

    def call_child(self, action: Action) -> Leaf:
        """Start a child orchestration; its id is derived when none is given (3.10)."""
        _known(action.name, self._names.orchestrators, "an orchestrator")
        child_id = action.child_id or f"{self._execution_id}:{self.next_id}"
        row = history.sub_orchestration_created(self._now, self.next_id, action.name, child_id)
        return self._ask(Asked(Kind.Child, action.name, row, compact(action.body)))

    def call_activity_with_retry(self, action: Action) -> Awaitable:
        """Send an activity up to a number of times."""
        return self._retried(action, self.call_activity)

    def call_child_with_retry(self, action: Action) -> Awaitable:
        """Start a child up to a number of times."""
        return self._retried(action, self.call_child)

    def _retried(self, action: Action, call: Callable[[Action], Leaf]) -> Awaitable:
        interval = timedelta(milliseconds=action.retry_interval_ms)

        def pause(last: bool) -> Leaf:
            return self._set_timer(self._clock + (timedelta(0) if last else interval))

        return Retried(action.max_attempts, lambda: call(action), pause)

    def create_timer(self, action: Action) -> Leaf:
        """Set a timer; a cancelled one takes its number, but nobody waits for it (3.4, 6)."""
        task_id = self.next_id
        leaf = self._set_timer(action.fire_at or self._clock)
        if action.cancelled:
            del self.open[task_id]
            leaf.resolve()
        return leaf

    def _set_timer(self, fire_at: datetime) -> Leaf:
        row = history.timer_created(self._now, self.next_id, fire_at)
        return self._ask(Asked(Kind.Timer, "", row))

    def wait_for_event(self, action: Action) -> Leaf:
        """Wait for an external event; an early one ends the wait at once. Takes no number."""
        name = action.name.casefold()
        if self._early[name]:
            self._early[name] -= 1
            return Leaf(done=True)
        leaf = Leaf()
        self._waits[name].append(leaf)
        return leaf

    def continue_as_new(self, action: Action) -> Leaf:
        """Remember that the next generation starts when this one is over.

        Its input is a JSON string of the SDK's JSON text, as a client's or a parent's is (3.9).
        """
        self.starts_over, self.fresh_body = True, compact(action.body)
        return Leaf(done=True)

    def _ask(self, asked: Asked) -> Leaf:
        leaf = Leaf()
        self.asked[self.next_id], self.open[self.next_id] = asked, leaf
        self.next_id += 1
        return leaf


_PERFORM: dict[ActionType, Callable[[Script, Action], Awaitable]] = {
    ActionType.CallActivity: Script.call_activity,
    ActionType.CallActivityWithRetry: Script.call_activity_with_retry,
    ActionType.CallSubOrchestrator: Script.call_child,
    ActionType.CallSubOrchestratorWithRetry: Script.call_child_with_retry,
    ActionType.ContinueAsNew: Script.continue_as_new,
    ActionType.CreateTimer: Script.create_timer,
    ActionType.WaitForExternalEvent: Script.wait_for_event,
    ActionType.WhenAny: Script.any_of,
    ActionType.WhenAll: Script.all_of,
}


def _named(name: str) -> str:
    return f" and name '{name}'" if name else ""


def _known(name: str, known: frozenset[str], kind: str) -> None:
    if name.casefold() not in known:
        listed = ", ".join(f"'{item}'" for item in sorted(known))
        raise Refused(
            f"The function '{name}' doesn't exist, is disabled, or is not {kind} function. "
            f"Additional info: The following are the known functions of this kind: {listed}."
        )
