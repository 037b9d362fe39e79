"""Which adapter stands behind which port; built once by function_app.py, or by a test."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.application.aggregates import Aggregates
from shared.application.stock_room import StockRoom
from shared.azure_tables import Tables
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.gateways.azure_tables import AzureTablesLedger
from shared.gateways.carrier import Carrier
from shared.gateways.mail import Mailer
from shared.gateways.payment import PaymentGateway
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_mail import SandboxMail
from shared.gateways.sandbox_payment import SandboxPayments
from shared.projections.azure_tables import AzureTablesProductList
from shared.projections.product_list import ProductList
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything the edges and the activities are given; nothing of it connects by itself."""

    settings: Settings
    aggregates: Aggregates
    stock_room: StockRoom
    products: ProductList
    payments: PaymentGateway
    carrier: Carrier
    mailer: Mailer
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    close: Callable[[], Awaitable[None]]


def wire(settings: Settings) -> Wiring:
    """The real adapters: Azure Tables for what must last, sandboxes for money, parcels, mail."""
    tables = Tables(settings.data_storage, settings.table_prefix)
    aggregates = Aggregates(AzureTablesEventStore(tables), utc_now, new_id)
    ledger = AzureTablesLedger(tables)
    return Wiring(
        settings=settings,
        aggregates=aggregates,
        stock_room=StockRoom(aggregates),
        products=AzureTablesProductList(tables),
        payments=SandboxPayments(ledger),
        carrier=SandboxCarrier(ledger),
        mailer=SandboxMail(ledger),
        now=utc_now,
        new_id=new_id,
        close=tables.close,
    )


def utc_now() -> datetime:
    """The clock, to the millisecond: what is stored and what is decided on are then equal."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_id() -> str:
    """An id nobody can guess, fit for a row key and a durable instance."""
    return uuid.uuid4().hex
