"""What a report can be read as, and how its files are named."""

from enum import StrEnum


class Format(StrEnum):
    """Media types; the first one is for whoever does not mind."""

    JSON = "application/json"
    HTML = "text/html"
    CSV = "text/csv"


FILES = {Format.JSON: "report.json", Format.HTML: "report.html", Format.CSV: "report.csv"}
TALLY = "tally.json"  # what the report was made of, for the comparisons of the next one
