"""Log lines: a sentence for people, an action and ids for machines, as one JSON object."""

import json
import logging
from typing import Any

# The Functions worker forwards only level and message (ecosystem.md 2), so all goes into the text.
logger = logging.getLogger("orders")


def configure(level: str) -> None:
    """Let lines of this level and above through, and of the storage SDK only what went wrong."""
    logger.setLevel(level)
    # At INFO the SDK writes every request with its headers, a dozen lines each.
    logging.getLogger("azure").setLevel(logging.WARNING)


def info(sentence: str, action: str, **ids: Any) -> None:
    """Something happened that one may want to find again."""
    logger.info(_line(sentence, action, ids))


def warning(sentence: str, action: str, **ids: Any) -> None:
    """Something went wrong that will be tried again or was answered for."""
    logger.warning(_line(sentence, action, ids))


def error(sentence: str, action: str, cause: BaseException | None = None, **ids: Any) -> None:
    """Someone must act; `cause` adds its traceback."""
    logger.error(_line(sentence, action, ids), exc_info=cause)


def _line(sentence: str, action: str, ids: dict[str, Any]) -> str:
    known = {name: value for name, value in ids.items() if value not in (None, "")}
    return json.dumps({"message": sentence, "action": action, **known}, ensure_ascii=False)
