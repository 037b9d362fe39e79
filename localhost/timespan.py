""".NET's TimeSpan texts, such as `00:05:00`, as host.json writes durations."""

import re

TEXT = re.compile(
    r"(?P<sign>-?)(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{1,2})"
    r"(?::(?P<seconds>\d{1,2}(?:\.\d{1,7})?))?"
)


def seconds(text: str) -> float:
    """Return a TimeSpan's length: ``hh:mm[:ss[.f]]``, ``d.hh:mm:ss``, or a number of whole days.

    An hour part of 24 or more is read as days, as .NET does (reference/host-triggers.md 5.1).
    Raises ValueError for anything else.
    """
    text = text.strip()
    if re.fullmatch(r"-?\d+", text):
        return int(text) * 86_400.0
    found = TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not a time span such as 00:05:00")
    hours, minutes, rest = int(found["hours"]), int(found["minutes"]), float(found["seconds"] or 0)
    if minutes > 59 or rest >= 60 or (hours > 23 and found["days"]):  # noqa: PLR2004 - the clock's
        raise ValueError(f"'{text}' has a part that is too large")
    if hours > 23:  # noqa: PLR2004
        total = hours * 86_400.0 + minutes * 3600 + rest * 60
    else:
        total = int(found["days"] or 0) * 86_400 + hours * 3600 + minutes * 60 + rest
    return -total if found["sign"] else total
