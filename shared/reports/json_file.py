"""A report, or a tally, as JSON whose bytes depend on nothing but what it says."""

import json
from typing import Any

from shared.plain import to_plain


def json_file(document: Any) -> bytes:
    """UTF-8 with sorted keys, a line a member; half a character, which UTF-8 lacks, becomes `?`."""
    text = json.dumps(to_plain(document), ensure_ascii=False, sort_keys=True, indent=1)
    return (text + "\n").encode("utf-8", "replace")
