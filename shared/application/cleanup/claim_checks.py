"""Which events that lie outside the event store are named by none of its streams."""

from dataclasses import dataclass
from datetime import datetime

from shared.application.cleanup.sweep import Fate
from shared.application.cleanup.tenants import MARKS
from shared.blobs.port import BlobInfo
from shared.eventstore.port import EventStore
from shared.eventstore.spilling import CLAIM, SpillingEventStore

PAGE = 100  # events in memory at a time


@dataclass(frozen=True, slots=True)
class ClaimChecks:
    """A long event's data is written before its row, under the stream's name and the event's id.

    An id belongs to one append, and no append outlives the function that makes it (host.json,
    `functionTimeout`: minutes). So once such a blob is days old, the stream holds its event
    already or never will.
    """

    store: EventStore

    async def judge(self, blob: BlobInfo, _at: datetime) -> Fate:
        """Whether an event names this blob; one that is called otherwise than ours is doubtful.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        if blob.name.startswith(MARKS):
            return Fate.NEEDED
        stream, _, event_id = blob.name.rpartition("/")
        if not stream or "/" in stream or not event_id:
            return Fate.DOUBTFUL
        store, after = _without_redeeming(self.store), 0
        while found := await store.read(stream, after, PAGE):
            for event in found:
                if event_id == event.event_id or event.data.get(CLAIM, {}).get("name") == blob.name:
                    return Fate.NEEDED
            after = found[-1].version
        return Fate.USELESS


def _without_redeeming(store: EventStore) -> EventStore:
    """The rows as they are: one event whose blob is lost must not hide what the others name."""
    return store.store if isinstance(store, SpillingEventStore) else store
