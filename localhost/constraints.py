"""ASP.NET's inline route constraints, such as ``{id:int}`` (reference/host-triggers.md 2.1)."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

Test = Callable[[str], bool]

NUMBER = re.compile(r"\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
DATES = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p")
"""What .NET's invariant culture writes, besides ISO 8601; it reads some rarer forms, too."""


class ConstraintError(ValueError):
    """There is no such constraint, or it cannot have these arguments."""


def constraint(text: str) -> Test:
    """Return the test that a constraint such as ``range(1,5)`` puts to a value.

    Raises ConstraintError for an unknown name, wrong arguments or a broken expression.
    """
    name, opened, argument = text.partition("(")
    if opened and not argument.endswith(")"):
        raise ConstraintError(f"the constraint '{text}' has no closing parenthesis")
    argument = argument[:-1] if opened else ""
    key = name.strip().lower()
    if key in PLAIN and not opened:
        return PLAIN[key]
    if key in WITH_ARGUMENT and opened:
        try:
            return WITH_ARGUMENT[key](argument)
        except (ValueError, re.error) as wrong:
            raise ConstraintError(f"the constraint '{text}' is wrong: {wrong}") from wrong
    raise ConstraintError(f"there is no constraint '{text}'")


def _whole(bits: int) -> Test:
    limit = 2 ** (bits - 1)

    def test(value: str) -> bool:
        written = re.fullmatch(r"\s*[+-]?\d+\s*", value, re.ASCII)
        return written is not None and -limit <= int(value) < limit

    return test


def _decimal(value: str) -> bool:
    if "e" in value.lower() or not NUMBER.fullmatch(value):
        return False
    return abs(Decimal(value.strip().replace(",", ""))) < Decimal(2) ** 96


def _floating(value: str) -> bool:
    return NUMBER.fullmatch(value) is not None or value.strip().lower() in (
        "nan", "infinity", "-infinity",
    )  # fmt: skip


def _guid(value: str) -> bool:
    bare = value.strip()
    hexadecimal = re.fullmatch(
        r"[0-9a-f]{32}|[({]?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}[)}]?", bare, re.IGNORECASE
    )
    ends = bare[:1] + bare[-1:]
    return bool(hexadecimal) and (ends in ("()", "{}") or not set(ends) & set("(){}"))


def _datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value.strip())
    except ValueError:
        return any(_reads(value.strip(), form) for form in DATES)
    return True


def _reads(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 - only whether it reads
    except ValueError:
        return False
    return True


def _length(argument: str) -> Test:
    lowest, _, highest = argument.partition(",")
    low, high = int(lowest), int(highest or lowest)
    return lambda value: low <= len(value) <= high


def _min_length(argument: str) -> Test:
    low = int(argument)
    return lambda value: len(value) >= low


def _max_length(argument: str) -> Test:
    high = int(argument)
    return lambda value: len(value) <= high


def _range(argument: str) -> Test:
    lowest, _, highest = argument.partition(",")
    return _between(int(lowest), int(highest))


def _between(low: int, high: int) -> Test:
    is_long = _whole(64)
    return lambda value: is_long(value) and low <= int(value) <= high


def _regex(argument: str) -> Test:
    pattern = re.compile(argument, re.IGNORECASE)
    return lambda value: pattern.search(value) is not None


PLAIN: dict[str, Test] = {
    "int": _whole(32),
    "long": _whole(64),
    "bool": lambda value: value.strip().lower() in ("true", "false"),
    "guid": _guid,
    "decimal": _decimal,
    "double": _floating,
    "float": _floating,
    "datetime": _datetime,
    "alpha": lambda value: re.fullmatch(r"[a-z]*", value, re.IGNORECASE | re.ASCII) is not None,
    "required": lambda value: value.strip() != "",
}

WITH_ARGUMENT: dict[str, Callable[[str], Test]] = {
    "length": _length,
    "minlength": _min_length,
    "maxlength": _max_length,
    "min": lambda argument: _between(int(argument), 2**63 - 1),
    "max": lambda argument: _between(-(2**63), int(argument)),
    "range": _range,
    "regex": _regex,
}
