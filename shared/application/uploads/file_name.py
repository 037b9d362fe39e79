"""File names of any language and intention, made fit for a blob's name, a URL and a log line."""

import re
import unicodedata

STEM, EXTENSION = 80, 10  # characters
UNFIT = re.compile(r"[^A-Za-z0-9_]+")
PARTS = re.compile(rf"(?P<stem>.*?)(?P<extension>\.[A-Za-z0-9]{{1,{EXTENSION}}})?", re.DOTALL)


def safe(file_name: str) -> str:
    """The last part of a path, in ASCII letters and digits; its extension stays as it is."""
    last = re.split(r"[/\\]", file_name)[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    parts = PARTS.fullmatch(plain)
    stem, extension = (parts["stem"], parts["extension"] or "") if parts else (plain, "")
    return (UNFIT.sub("-", stem).strip("-")[:STEM].rstrip("-") or "file") + extension
