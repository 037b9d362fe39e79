"""The routes of orders, described."""

from blueprints.bodies import NAME
from blueprints.openapi import orders_examples as shop
from blueprints.openapi.parameters import PAGED, PAST, asked, moment, one_of, place
from blueprints.openapi.route import Answer, Route, Who
from shared.domain.order.state import OrderStatus

PATH = {"orderId": place("The order's id", shop.ORDER_ID, "^[A-Za-z0-9-]{1,64}$")}
TOLD = Answer(
    202,
    "The process was told; `Location` says what comes of it.",
    "OrderAccepted",
    shop.accepted("reserved"),
    ("Location", "Retry-After"),
)
ROUTES = (
    Route(
        "PlaceOrder",
        "POST orders",
        "Place an order",
        (
            Answer(
                202,
                "Accepted: from now on it is never lost, and can be read.",
                "OrderAccepted",
                shop.accepted("accepted"),
                ("Location", "Retry-After"),
            ),
        ),
        "Prices come from the catalogue. Whether the goods are there is found out afterwards: the"
        " order itself says. Customers order under their own id, else 403.",
        body="OrderBody",
        example=shop.PLACE,
        refuses=("forbidden",),
        keyed=True,
        engine=True,
    ),
    Route(
        "ListOrders",
        "GET orders",
        "List orders",
        (Answer(200, "The newest first.", "OrderPage", shop.page(shop.LISTED)),),
        "The list follows the orders within moments. Customers see their own; asking for"
        " another's is a 403.",
        parameters=(
            asked("customerId", "Whose", {"type": "string", "pattern": NAME}, "ada"),
            one_of("status", "In this state", OrderStatus),
            moment("placedAfter", "Placed then or later"),
            moment("placedBefore", "Placed before then"),
            *PAGED,
        ),
        refuses=("forbidden",),
    ),
    Route(
        "GetOrder",
        "GET orders/{orderId}",
        "Read an order",
        (Answer(200, "The order.", "Order", shop.ORDER, ("ETag",)),),
        "Of `version` and `asOf` at most one.",
        parameters=PAST,
        path=PATH,
        refuses=("order_not_found", "version_not_found"),
        tagged=True,
    ),
    Route(
        "GetOrderEvents",
        "GET orders/{orderId}/events",
        "What happened to an order",
        (Answer(200, "The oldest first.", "OrderEventPage", shop.page(shop.EVENT)),),
        parameters=PAGED,
        path=PATH,
        refuses=("order_not_found",),
    ),
    Route(
        "GetOrderWorkflow",
        "GET orders/{orderId}/workflow",
        "Where an order's process stands",
        (Answer(200, "Its step, and what it waits for.", "Workflow", shop.WORKFLOW),),
        path=PATH,
        refuses=("order_not_found", "workflow_not_found"),
        engine=True,
    ),
    Route(
        "RequestCancel",
        "POST orders/{orderId}/cancel",
        "Cancel an order",
        (TOLD,),
        "What was paid is refunded, what was reserved released. Too late once the parcel is away.",
        body="CancelBody",
        example={"reason": "changed my mind"},
        path=PATH,
        refuses=(
            *("order_not_found", "order_already_final", "order_already_shipped"),
            "workflow_ended",
        ),
        engine=True,
    ),
    Route(
        "DecideApproval",
        "POST orders/{orderId}/approval",
        "Approve or decline an order that waits for it",
        (TOLD,),
        body="ApprovalBody",
        example={"approved": True, "reason": "known customer"},
        path=PATH,
        refuses=("order_not_found", "approval_not_pending"),
        who=Who.OPERATORS,
        engine=True,
    ),
    Route(
        "RequestCompensation",
        "POST orders/{orderId}/compensation",
        "Run the missing undo steps of an order again",
        (TOLD,),
        "For an order that is `compensation_failed`, or whose process was terminated before the"
        " parcel went.",
        path=PATH,
        refuses=("order_not_found", "nothing_at_stake", "order_already_shipped"),
        who=Who.OPERATORS,
        engine=True,
    ),
)
