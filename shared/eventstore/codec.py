"""The table of stored event names: an event's class may move, its name and version may not."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from shared.domain import product, stock
from shared.domain.order import events as order
from shared.plain import Json, from_plain, to_plain

Upcaster: TypeAlias = Callable[[Json], Json]


class UnknownEvent(Exception):
    """A stored event has a name or version this program does not know. Deploy the newer one."""


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


CODEC = Codec(
    {
        "OrderPlaced": (order.OrderPlaced, 1),
        "OrderValidated": (order.OrderValidated, 1),
        "StockReserved": (order.StockReserved, 1),
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
        "CompensationFailed": (order.CompensationFailed, 1),
        "ProductDefined": (product.ProductDefined, 1),
        "ProductChanged": (product.ProductChanged, 1),
        "StockAdjusted": (stock.StockAdjusted, 1),
        "UnitsReserved": (stock.UnitsReserved, 1),
        "UnitsReleased": (stock.UnitsReleased, 1),
        "UnitsShipped": (stock.UnitsShipped, 1),
    }
)
