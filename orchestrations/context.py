"""The part of Durable Functions that our processes use, typed: the SDK's context fits it."""

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

R = TypeVar("R")


class Task(Protocol):
    """Something that was started and will have a result."""

    @property
    def is_completed(self) -> bool:
        """Whether it ended, well or not."""
        ...

    @property
    def result(self) -> Any:
        """What it ended with."""
        ...


class Timer(Task, Protocol):
    """A durable timer; one that is left running keeps the whole instance running."""

    def cancel(self) -> None:
        """Drop it; only while it is running."""
        ...


class Context(Protocol):
    """One instance of a process, as its code sees it in every replay."""

    @property
    def instance_id(self) -> str:
        """The id the process was started with."""
        ...

    @property
    def current_utc_datetime(self) -> datetime:
        """The replayable clock."""
        ...

    def get_input(self) -> Any:
        """The plain JSON the process was started with."""
        ...

    def call_activity(self, name: str, input_: Any = None) -> Task:
        """An effect, outside replayed code."""
        ...

    def create_timer(self, fire_at: datetime) -> Timer:
        """A wait that survives restarts."""
        ...

    def wait_for_external_event(self, name: str) -> Task:
        """A message from outside."""
        ...

    def task_any(self, activities: Sequence[Task]) -> Task:
        """The first of several."""
        ...

    def continue_as_new(self, input_: Any) -> None:
        """End here and begin again with this input and without a history."""
        ...

    def set_custom_status(self, status: Any) -> None:
        """What people see of a running process."""
        ...


Process: TypeAlias = Generator[Task, Any, R]
