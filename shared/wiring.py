"""Which adapter stands behind which port; built once by function_app.py, or by a test."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.application.accounts import Accounts
from shared.application.aggregates import USER, Aggregates
from shared.application.read_models import ReadModels
from shared.application.stock_room import StockRoom
from shared.application.uploads.processing import Thumbnails
from shared.azure_tables import Tables
from shared.blobs.azure_blobs import AzureBlobs
from shared.blobs.port import Blobs
from shared.cells.azure_tables import AzureTablesCells
from shared.emails.index import EmailIndex
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.blob_spill import BlobSpill
from shared.eventstore.spilling import SpillingEventStore
from shared.gateways.azure_tables import AzureTablesLedger
from shared.gateways.breaker import Breaker
from shared.gateways.carrier import Carrier
from shared.gateways.choice import Choice
from shared.gateways.guarded import GuardedCarrier, GuardedPayments
from shared.gateways.mail import Mailer
from shared.gateways.payment import PaymentGateway
from shared.idempotency.keys import IdempotencyKeys
from shared.images.isolated import IsolatedThumbnails
from shared.names import CIRCUITS, EMAILS, IDEMPOTENCY, RECORDS
from shared.projections.azure_tables import AzureTablesRows
from shared.projections.backlog import Backlog
from shared.projections.order_list import OrderList
from shared.projections.product_list import ProductList
from shared.projections.users_by_creation import UsersByCreation
from shared.projections.views import Views
from shared.queues.azure_queues import AzureQueues
from shared.queues.port import Queues
from shared.records import Records
from shared.settings import Settings
from shared.storage_account import StorageAccount


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything the edges and the activities are given; nothing of it connects by itself."""

    settings: Settings
    aggregates: Aggregates
    stock_room: StockRoom
    read_models: ReadModels
    orders: OrderList
    products: ProductList
    users: UsersByCreation
    accounts: Accounts
    keys: IdempotencyKeys
    payments: PaymentGateway
    carrier: Carrier
    mailer: Mailer
    blobs: Blobs
    queues: Queues
    thumbnails: Thumbnails
    records: Callable[[str], Records]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    close: Callable[[], Awaitable[None]]


def wire(settings: Settings) -> Wiring:
    """The real adapters: Azure Tables for what must last, sandboxes unless a provider is named."""
    account = StorageAccount(settings.data_storage)
    tables, blobs, queues = (
        Tables(account, settings.table_prefix),
        AzureBlobs(account),
        AzureQueues(account),
    )
    store = SpillingEventStore(AzureTablesEventStore(tables), BlobSpill(blobs))
    aggregates = Aggregates(store, utc_now, new_id)
    rows, recorded = AzureTablesRows(tables), AzureTablesRows(tables, RECORDS)
    views = Views(rows)
    read_models = ReadModels(aggregates, views, Backlog(rows, utc_now, new_id))
    emails = EmailIndex(AzureTablesCells(tables, EMAILS), utc_now, new_id)
    ledger, circuits = AzureTablesLedger(tables), AzureTablesCells(tables, CIRCUITS)

    def breaker(gateway: str) -> Breaker:
        return Breaker(gateway, circuits, utc_now, settings.breaker_failures)

    async def address_of(customer_id: str) -> str | None:
        profile = (await aggregates.load(USER, customer_id)).state.profile
        return profile.email if profile else None

    gateways = Choice(settings, ledger, address_of, utc_now)

    async def close() -> None:
        for each in (gateways, blobs, queues, tables, account):
            await each.close()

    return Wiring(
        settings=settings,
        aggregates=aggregates,
        stock_room=StockRoom(aggregates),
        read_models=read_models,
        orders=OrderList(views),
        products=ProductList(views),
        users=UsersByCreation(views),
        accounts=Accounts(aggregates, read_models, emails),
        keys=IdempotencyKeys(AzureTablesCells(tables, IDEMPOTENCY), utc_now, new_id),
        payments=GuardedPayments(gateways.payments(), breaker("payment")),
        carrier=GuardedCarrier(gateways.carrier(), breaker("carrier")),
        mailer=gateways.mailer(),
        blobs=blobs,
        queues=queues,
        # One for all, or each part of the app would decode as many at once as all may.
        thumbnails=IsolatedThumbnails(),
        records=lambda kind: Records(recorded, kind),
        now=utc_now,
        new_id=new_id,
        close=close,
    )


def utc_now() -> datetime:
    """The clock, to the millisecond: what is stored and what is decided on are then equal."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_id() -> str:
    """An id nobody can guess, fit for a row key and a durable instance."""
    return uuid.uuid4().hex
