"""JSON values as the text that the host's JSON library, Newtonsoft, makes of them."""

import json
from typing import Any


def text_of(value: Any, indent: int | None = None) -> str:
    """Return a JSON value as Newtonsoft's ``ToString`` writes it: scalars bare, others as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "True" if value else "False"
        case dict() | list():
            separators = (",", ": ") if indent else (",", ":")
            return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
        case _:
            return str(value)
