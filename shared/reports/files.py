"""All that is written of one report."""

from dataclasses import dataclass

from shared.plain import Json, rfc3339, to_plain
from shared.reports.compose import compose
from shared.reports.csv_file import csv_file
from shared.reports.formats import FILES, TALLY, Format
from shared.reports.headline import headline
from shared.reports.json_file import json_file
from shared.reports.page import page
from shared.reports.tally import Tally
from shared.reports.week import IsoWeek


@dataclass(frozen=True, slots=True)
class File:
    """A file's bytes and its media type."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Made:
    """A report's files by their names, and what the list of reports shows of it."""

    files: dict[str, File]
    shown: Json


def make(week: IsoWeek, tally: Tally, before: Tally) -> Made:
    """The report of a week by its tally and that of the week before; nothing else shows in it."""
    report = compose(week, tally, before)
    files = {
        TALLY: File(json_file(tally), "application/json"),
        FILES[Format.JSON]: File(json_file(report), "application/json"),
        FILES[Format.CSV]: File(csv_file(report), "text/csv; charset=utf-8; header=present"),
        FILES[Format.HTML]: File(page(report), "text/html; charset=utf-8"),
    }
    shown = {
        "week": str(week),
        "startsAt": rfc3339(week.starts_at),
        "endsAt": rfc3339(week.ends_at),
        "cutOff": rfc3339(week.cut_off),
        "headline": to_plain(headline(report)),
    }
    return Made(files, shown)
