"""Every refusal of the domain: the docstring is the message, the code is what clients match."""

from typing import ClassVar


class Refusal(Exception):
    """The rules do not allow this."""

    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        sentence = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{sentence} ({detail})" if detail else sentence)
        self.detail = detail


class CurrenciesDiffer(Refusal):
    """Amounts of two currencies cannot be added. Order them separately."""

    code = "currencies_differ"


class OrderNotFound(Refusal):
    """There is no such order. Check the id, or place the order first."""

    code = "order_not_found"


class OrderIdTaken(Refusal):
    """Another order already has this id. Make a new id."""

    code = "order_id_taken"


class OrderInvalid(Refusal):
    """The order cannot be fulfilled as it was placed. Correct it and place it again."""

    code = "validation_error"


class WorkflowEnded(Refusal):
    """The order's workflow was ended before the order. Ask an operator to run its compensation."""

    code = "workflow_ended"


class OrderAlreadyFinal(Refusal):
    """The order has reached its end and accepts nothing more. Place a new order."""

    code = "order_already_final"


class OrderAlreadyShipped(Refusal):
    """The parcel is on its way, so the order cannot be cancelled. Send it back instead."""

    code = "order_already_shipped"


class OrderNotReady(Refusal):
    """The order has not come to this step yet. Finish the earlier steps first."""

    code = "order_not_ready"


class OrderBeingUndone(Refusal):
    """The order is being undone, so it cannot go forward. Wait for its end."""

    code = "order_being_undone"


class AlreadyRecorded(Refusal):
    """This step is recorded with another reference. Find out which of the two is real."""

    code = "already_recorded"


class UndoIncomplete(Refusal):
    """The order still holds money, stock or a parcel. Undo that before ending it."""

    code = "undo_incomplete"


class ApprovalNotPending(Refusal):
    """No approval is pending for this order. Read the order to see what became of it."""

    code = "approval_not_pending"


class NothingAtStake(Refusal):
    """Nothing of this order is left to take back. Read the order to see how it ended."""

    code = "nothing_at_stake"


class InsufficientStock(Refusal):
    """There are not enough free units. Take fewer, or wait for a delivery."""

    code = "insufficient_stock"


class ProductNotFound(Refusal):
    """There is no such product. Check the sku, or define the product first."""

    code = "product_not_found"


class UserNotFound(Refusal):
    """There is no such user. Check the id."""

    code = "user_not_found"


class UserExists(Refusal):
    """There is a user with this id already. Change that one instead."""

    code = "user_exists"


class EmailTaken(Refusal):
    """Another user has this email address. Choose a different one."""

    code = "email_taken"
