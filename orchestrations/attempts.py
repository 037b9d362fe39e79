"""One activity of a process that is no order's, and its retries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from orchestrations.context import Context, Process
from orchestrations.messages import Failure, FailureCode
from orchestrations.pauses import Pauses
from shared.plain import from_plain, to_plain


class Answering(Protocol):
    """An answer that may be a failure (design/workflow.md)."""

    @property
    def failure(self) -> Failure | None:
        """Why there is no better answer."""
        ...


A = TypeVar("A", bound=Answering)


@dataclass(frozen=True, slots=True)
class Call(Generic[A]):
    """`broken`: what it counts as when the activity raised, which is a failure, too."""

    activity: str
    answer: type[A]
    broken: Callable[[Failure], A]

    def once(self, context: Context, given: Any) -> Process[A]:
        """One attempt."""
        try:
            result = yield context.call_activity(self.activity, to_plain(given))
        except Exception:  # noqa: BLE001 - the SDK has no other type for an activity that raised
            told = f"{self.activity} broke; the log of the function says where"
            return self.broken(Failure(FailureCode.BROKEN, told, retryable=True, details={}))
        return from_plain(self.answer, result)

    def tried(self, context: Context, given: Any, delays: Iterable[float]) -> Process[A]:
        """The answer, after the guide's retries (S4.2) if need be; it may be a failure still."""
        pauses = Pauses(delays)
        while True:
            answer = yield from self.once(context, given)
            pause = pauses.after(answer.failure, context.current_utc_datetime)
            if pause is None:
                return answer
            yield context.create_timer(pause.until)
