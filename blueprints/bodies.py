"""What requests may say, and every fault of one that says something else, all at once."""

import unicodedata
from typing import Annotated, TypeVar

import azure.functions as func
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from blueprints.problems import Fault, Problem

LONGEST_POINTER = 200
TOLD = 100  # faults in one answer; whoever has more has one that explains them
MAX_BODY = 1024 * 1024  # design/api.md, status codes: 413 over 1 MiB
SKU = r"^[A-Z0-9-]{1,40}$"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._@:-]{0,63}$"

JOINERS = "\u200c\u200d"
BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters by their category, and nothing to be seen
UNSEEN = ("Cf", "Zl", "Zp")  # Unicode's categories of format characters and of line separators

Model = TypeVar("Model", bound="Body")


def _shown_as_written(text: str, joiners: str = JOINERS) -> str:
    """The text itself, unless it would be shown as another one, or as none.

    Joiners between other letters are part of many scripts and of emoji; the rest of Unicode's
    format characters (Cf: bidi controls, zero-width spaces, tags) would only deceive readers.
    """
    for place, letter in enumerate(text):
        joins = letter in joiners and 0 < place < len(text) - 1
        if not joins and (letter in BLANK or unicodedata.category(letter) in UNSEEN):
            unseen = f"U+{ord(letter):04X} is an invisible or formatting character"
            raise ValueError(f"{unseen}; leave it out")
    return text


def _address_as_written(email: str) -> str:
    return _shown_as_written(email, joiners="")


# Begins and ends with something one can see, and holds no control characters.
Text = Annotated[
    str,
    Field(max_length=200, pattern=r"^[^\p{Cc}\s](?:[^\p{Cc}]*[^\p{Cc}\s])?$"),
    AfterValidator(_shown_as_written),
]
Name = Annotated[str, Field(pattern=NAME)]
# What every mail system agrees on and no more; 254 is the longest path of RFC 5321, 4.5.3.1.3.
EMAIL = r"^[^\p{Cc}\s@]{1,64}@[^\p{Cc}\s@.]+(?:\.[^\p{Cc}\s@.]+)+$"
Email = Annotated[str, Field(max_length=254, pattern=EMAIL), AfterValidator(_address_as_written)]
Sku = Annotated[str, Field(pattern=SKU)]


class Body(BaseModel):
    """Strict, so that "2" is no 2; closed, so that a typing error is never silently dropped."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class PriceBody(Body):
    amount: Annotated[int, Field(ge=0, le=10**12)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class ProductBody(Body):
    name: Text
    price: PriceBody


class UserBody(Body):
    email: Email
    name: Text


def _not_zero(delta: int) -> int:
    if delta == 0:
        raise ValueError("0 changes nothing")
    return delta


class StockBody(Body):
    delta: Annotated[int, Field(ge=-1_000_000, le=1_000_000), AfterValidator(_not_zero)]
    reason: Text


class LineBody(Body):
    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=1000)]


class AddressBody(Body):
    name: Text
    line1: Text
    line2: Text | None = None
    city: Text
    postal_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 -]{0,15})$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


def _no_sku_twice(lines: list[LineBody]) -> list[LineBody]:
    skus = [line.sku for line in lines]
    twice = sorted({sku for sku in skus if skus.count(sku) > 1})
    if twice:
        raise ValueError(f"one line a sku: {', '.join(twice)} stands in several")
    return lines


class OrderBody(Body):
    customer_id: Name
    lines: Annotated[
        list[LineBody], Field(min_length=1, max_length=50), AfterValidator(_no_sku_twice)
    ]
    payment_method: Name
    shipping_address: AddressBody


class CancelBody(Body):
    reason: Text


class ApprovalBody(Body):
    approved: bool
    reason: Text


def read_body(model: type[Model], req: func.HttpRequest) -> Model:
    """The body of a request.

    Raises:
        Problem: 415 not JSON, 413 too long, 400 with every fault.
    """
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "unsupported_media_type", "Send Content-Type: application/json.")
    body = req.get_body()
    if len(body) > MAX_BODY:
        raise Problem(413, "too_large", f"A body holds at most {MAX_BODY} bytes.")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = [
            Fault(_pointer(each["loc"]), each["msg"].removeprefix("Value error, "))
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise invalid(faults[:TOLD]) from error


def invalid(faults: list[Fault]) -> Problem:
    """The 400 that names every fault."""
    detail = "The request has faults; `errors` names each."
    return Problem(400, "validation_error", detail, errors=faults)


def _pointer(location: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    parts = ("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(parts)[:LONGEST_POINTER].removesuffix("~")  # never half an escaped letter
