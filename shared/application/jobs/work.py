"""What a type of job must offer, and what a worker offers it while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from shared.plain import Json


@dataclass(frozen=True, slots=True)
class BadMember:
    """What is wrong with one member of a payload: a JSON pointer into it and a sentence."""

    pointer: str
    message: str


class BadPayload(ValueError):
    """The payload has faults; `faults` names each. Correct it and make a new job."""

    code = "bad_payload"

    def __init__(self, faults: Sequence[BadMember]) -> None:
        super().__init__("; ".join(f"{each.pointer}: {each.message}" for each in faults))
        self.faults = faults


class WorkFailed(Exception):
    """This job can never succeed, however often it is tried: it ends `failed`, at once."""

    def __init__(self, code: str, detail: str) -> None:
        """`code`: stable, snake_case; `detail`: a sentence for people."""
        super().__init__(detail)
        self.code = code


class GoOn(Exception):  # not a fault, but like one it must get past every layer of the work
    """This slice is over and what was done is reported. Send the job again."""

    def __init__(self, after: timedelta = timedelta(0)) -> None:
        """`after`: how long the job rests first."""
        super().__init__(self.__doc__)
        self.after = after


class Run(Protocol):
    """One slice of a job in the hands of one worker."""

    @property
    def job_id(self) -> str:
        """Whose slice it is."""
        ...

    @property
    def attempt(self) -> int:
        """How often the job was taken up, this time included; no two runs have the same."""
        ...

    @property
    def checkpoint(self) -> Json | None:
        """What the last report kept, of this run or of one before it."""
        ...

    async def report(self, progress: float, checkpoint: Json | None) -> None:
        """Keep how far the work is (0..1), and what the next run needs to go on from here.

        Raises:
            Overtaken: the job is in other hands. Stop, and let it pass.
            StoreUnavailable: perhaps kept; let it pass.
        """
        ...

    def is_over_time(self) -> bool:
        """Whether the slice should end: report, and raise GoOn."""
        ...


class Work(Protocol):
    """A type of job; whatever else than these errors `run` raises is tried again, then parked."""

    def read(self, payload: Json) -> Json:
        """The payload as it is kept and run: checked, with its defaults.

        Raises:
            BadPayload: with all its faults.
        """
        ...

    async def run(self, payload: Json, run: Run) -> Json:
        """Do the work, or go on with it, and return the result; effects are idempotent.

        Raises:
            WorkFailed: no other attempt would help.
            GoOn: the slice is over.
        """
        ...
