"""The table of stored event names: an event's class may move, its name and version may not."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from shared.domain import product, stock, user
from shared.domain.order import events as order
from shared.eventstore.port import Recorded
from shared.plain import Json, from_plain, to_plain

Upcaster: TypeAlias = Callable[[Json], Json]


class UnknownEvent(Exception):
    """A stored event has a name, version or form this program does not know. Deploy the newer."""


class Codec:
    """Domain events to (name, version, data) and back; old versions are brought up on the way."""

    def __init__(
        self,
        table: Mapping[str, tuple[type[Any], int]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        """`table`: name to class and present version; `upcasters`: (name, version) to a step up."""
        self._table = dict(table)
        self._names = {kind: name for name, (kind, _) in table.items()}
        self._upcasters = dict(upcasters or {})

    def encode(self, event: Any) -> tuple[str, int, Json]:
        """The stable name, schema version and data of a domain event.

        Raises:
            UnknownEvent: its class is not in the table.
        """
        name = self._names.get(type(event))
        if name is None:
            raise UnknownEvent(f"{type(event).__name__} has no name in shared/eventstore/codec.py")
        return name, self._table[name][1], to_plain(event)

    def read(self, recorded: Recorded) -> Any:
        """The domain event in an envelope.

        Raises:
            UnknownEvent: as `decode`, and it names the stream and the version to look at.
        """
        try:
            return self.decode(recorded.type, recorded.schema_version, recorded.data)
        except (UnknownEvent, LookupError, TypeError, ValueError) as error:
            place = f"{recorded.stream} at version {recorded.version}"
            form = f"{recorded.type} version {recorded.schema_version}"
            raise UnknownEvent(f"{UnknownEvent.__doc__} ({place}, {form}: {error})") from error

    def decode(self, name: str, schema_version: int, data: Json) -> Any:
        """The domain event that was stored under this name and version.

        Raises:
            UnknownEvent: no class, or no upcaster, for it.
        """
        kind, present = self._table.get(name, (None, 0))
        if kind is None:
            raise UnknownEvent(f"{name} version {schema_version}")
        for version in range(schema_version, present):
            if (name, version) not in self._upcasters:
                raise UnknownEvent(f"{name}: no upcaster from version {version}")
            data = self._upcasters[name, version](data)
        if schema_version > present:
            raise UnknownEvent(f"{name} version {schema_version}, known up to {present}")
        return from_plain(kind, data)


def _with_ending(data: Json) -> Json:
    """Version 1 told only in its sentence how the order would end: `code: why; then what`."""
    code, _, rest = data["detail"].partition(": ")
    return {**data, "ending": {"code": code, "detail": rest.partition("; then ")[0]}}


CODEC = Codec(
    {
        "OrderPlaced": (order.OrderPlaced, 1),
        "OrderValidated": (order.OrderValidated, 1),
        "StockReserved": (order.StockReserved, 1),
        "ReservationExtended": (order.ReservationExtended, 1),
        "ApprovalRequested": (order.ApprovalRequested, 1),
        "ApprovalDecided": (order.ApprovalDecided, 1),
        "PaymentCaptured": (order.PaymentCaptured, 1),
        "ShipmentCreated": (order.ShipmentCreated, 1),
        "ShipmentCancelled": (order.ShipmentCancelled, 1),
        "PaymentRefunded": (order.PaymentRefunded, 1),
        "StockReleased": (order.StockReleased, 1),
        "ConfirmationSent": (order.ConfirmationSent, 1),
        "ConfirmationParked": (order.ConfirmationParked, 1),
        "CancellationRefused": (order.CancellationRefused, 1),
        "OrderCompleted": (order.OrderCompleted, 1),
        "OrderFailed": (order.OrderFailed, 1),
        "OrderCancelled": (order.OrderCancelled, 1),
        "CompensationFailed": (order.CompensationFailed, 2),
        "ProductDefined": (product.ProductDefined, 1),
        "ProductChanged": (product.ProductChanged, 1),
        "StockAdjusted": (stock.StockAdjusted, 1),
        "UnitsReserved": (stock.UnitsReserved, 1),
        "UnitsReleased": (stock.UnitsReleased, 1),
        "UnitsShipped": (stock.UnitsShipped, 1),
        "UserRegistered": (user.UserRegistered, 1),
        "UserRenamed": (user.UserRenamed, 1),
        "UserEmailChanged": (user.UserEmailChanged, 1),
        "UserDeleted": (user.UserDeleted, 1),
        "EmailClaimEnded": (user.EmailClaimEnded, 1),
    },
    {("CompensationFailed", 1): _with_ending},
)
