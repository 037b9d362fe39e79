"""An order's life in events and commands, for scenes and for random stories."""

from datetime import timedelta

from shared.domain.money import Money
from shared.domain.order import commands, events
from shared.domain.order.values import Address, Outcome, PricedLine, RequestedLine, Undo
from shared.domain.product import Product
from tests.given import NOW

ADDRESS = Address("Ada Example", "1 Loop Road", "Berlin", "10115", "DE")
PLACE = commands.PlaceOrder(
    "order-1",
    "cust-1",
    (RequestedLine("MUG", 2), RequestedLine("TEE", 1)),
    "pm_card_ok",
    ADDRESS,
    NOW,
)
MUG = Product("MUG", "Mug", Money(1200, "EUR"))
TEE = Product("TEE", "T-shirt", Money(2500, "EUR"))
LINES = (PricedLine("MUG", "Mug", 2, MUG.price), PricedLine("TEE", "T-shirt", 1, TEE.price))
TOTAL = Money(4900, "EUR")
EXPIRY = NOW + timedelta(minutes=30)
DEADLINE = NOW + timedelta(hours=72)
LONG_EXPIRY = DEADLINE + timedelta(minutes=30)

PLACED = events.OrderPlaced("order-1", "cust-1", PLACE.lines, "pm_card_ok", ADDRESS, NOW)
VALIDATED = events.OrderValidated(LINES, TOTAL)
RESERVED = events.StockReserved(EXPIRY)
EXTENDED = events.ReservationExtended(LONG_EXPIRY)
ASKED = events.ApprovalRequested(DEADLINE)
APPROVED = events.ApprovalDecided(approved=True, reason="known customer", by="ops-1")
DECLINED = events.ApprovalDecided(approved=False, reason="too much", by="ops-1")
PAID = events.PaymentCaptured("pay-1", TOTAL)
SHIPPED = events.ShipmentCreated("shp-1", "TRK-1", "Sandbox Parcel")
PARCEL_STOPPED = events.ShipmentCancelled("shp-1")
REFUNDED = events.PaymentRefunded("pay-1", TOTAL)
RELEASED = events.StockReleased()
CONFIRMED = events.ConfirmationSent()
COMPLETED = events.OrderCompleted()
FAILED = events.OrderFailed("payment_failed", "declined", customer_notified=True)
CANCELLED = events.OrderCancelled("changed my mind")

VALIDATE = commands.ValidateOrder((MUG, TEE))
RESERVE = commands.RecordReservation(EXPIRY)
EXTEND = commands.ExtendReservation(LONG_EXPIRY)
ASK = commands.RequestApproval(DEADLINE, LONG_EXPIRY)
APPROVE = commands.RecordDecision(approved=True, reason="known customer", by="ops-1")
DECLINE = commands.RecordDecision(approved=False, reason="too much", by="ops-1")
PAY = commands.RecordPayment("pay-1", TOTAL)
SHIP = commands.RecordShipment("shp-1", "TRK-1", "Sandbox Parcel")
STOP_PARCEL = commands.RecordShipmentCancelled("shp-1")
REFUND = commands.RecordRefund("pay-1", TOTAL)
RELEASE = commands.RecordRelease()
COMPLETE = commands.CompleteOrder()
FAIL = commands.FailOrder("payment_failed", "declined", customer_notified=True)
CANCEL = commands.CancelOrder("changed my mind")
ENDING = Outcome("payment_failed", "declined")
PARK = commands.ParkOrder((Undo.REFUND_PAYMENT,), "the gateway is down", ENDING)
CONFIRM_LATE = commands.RecordConfirmation()
