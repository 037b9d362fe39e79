"""Everything the app is wired to, in memory, with a clock the test holds."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from shared.application.accounts import Accounts
from shared.application.aggregates import Aggregates
from shared.application.read_models import ReadModels
from shared.application.stock_room import StockRoom
from shared.blobs.memory import MemoryBlobs
from shared.cells.memory import MemoryCells
from shared.emails.index import EmailIndex
from shared.eventstore.memory import MemoryEventStore
from shared.gateways.ledger import MemoryLedger
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from shared.idempotency.keys import IdempotencyKeys
from shared.images.isolated import IsolatedThumbnails
from shared.projections.backlog import Backlog
from shared.projections.order_list import OrderList
from shared.projections.product_list import ProductList
from shared.projections.rows import MemoryRows
from shared.projections.users_by_creation import UsersByCreation
from shared.projections.views import Views
from shared.queues.memory import MemoryQueues
from shared.records import Records
from shared.settings import Settings
from shared.wiring import Wiring
from tests.given import NOW


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def pause(self, seconds: float) -> None:
        """A wait that lets others run and takes no time but the clock's."""
        await asyncio.sleep(0)
        self.forward(seconds=seconds)


@dataclass
class Memory:
    """The wiring and, for tests to look into, what stands behind it."""

    settings: Settings = field(default_factory=lambda: Settings("memory"))
    store: Any = field(default_factory=MemoryEventStore)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    rows: Any = field(default_factory=MemoryRows)
    keys: Any = field(default_factory=MemoryCells)
    emails: Any = field(default_factory=MemoryCells)
    records: Any = field(default_factory=MemoryRows)
    queues: Any = field(default_factory=MemoryQueues)
    thumbnails: Any = field(default_factory=IsolatedThumbnails)
    clock: Clock = field(default_factory=Clock)
    replaced: Mapping[str, Any] = field(default_factory=dict)
    ids: str = "id"

    @property
    def wiring(self) -> Wiring:
        aggregates = Aggregates(self.store, self.clock, self._new_id)
        views = Views(self.rows)
        read_models = ReadModels(aggregates, views, Backlog(self.rows, self.clock, self._new_id))
        emails = EmailIndex(self.emails, self.clock, self._new_id)
        parts: dict[str, Any] = {
            "settings": self.settings,
            "aggregates": aggregates,
            "stock_room": StockRoom(aggregates),
            "read_models": read_models,
            "orders": OrderList(views),
            "products": ProductList(views),
            "users": UsersByCreation(views),
            "accounts": Accounts(aggregates, read_models, emails),
            "keys": IdempotencyKeys(self.keys, self.clock, self._new_id, self.clock.pause),
            "payments": SandboxPayments(self.ledger),
            "carrier": SandboxCarrier(self.ledger),
            "mailer": SandboxMail(self.ledger),
            "blobs": self.blobs,
            "queues": self.queues,
            "thumbnails": self.thumbnails,
            "records": lambda kind: Records(self.records, kind),
            "now": self.clock,
            "new_id": self._new_id,
            "close": _nothing_to_close,
        }
        return Wiring(**{**parts, **self.replaced})

    def __post_init__(self) -> None:
        self._ids = count(1)
        self.blobs = MemoryBlobs(self.clock)

    def _new_id(self) -> str:
        return f"{self.ids}-{next(self._ids)}"


async def _nothing_to_close() -> None:
    return None
