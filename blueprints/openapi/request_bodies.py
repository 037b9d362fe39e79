"""The bodies that routes take, by the models that read them (blueprints/bodies.py)."""

from typing import Any

from pydantic import BaseModel

from blueprints.bodies import (
    EMAIL,
    ApprovalBody,
    CancelBody,
    OrderBody,
    ProductBody,
    StockBody,
    UserBody,
)
from blueprints.dead_letters_http import DiscardBody
from blueprints.openapi.dead_letters_shown import QUEUE, REASON
from blueprints.openapi.job_bodies import JOB_BODIES
from blueprints.redrives_http import RedriveBody
from blueprints.uploads_http import WORD, UploadBody
from shared.openapi.schema import Schema, nullable, said

MODELS: tuple[type[BaseModel], ...] = (
    ApprovalBody,
    CancelBody,
    DiscardBody,
    OrderBody,
    ProductBody,
    RedriveBody,
    StockBody,
    UploadBody,
    UserBody,
)
# Rust's name for control characters; the same set for readers of every dialect of patterns.
CONTROLS, WRITTEN_OUT = r"\p{Cc}", r"\x00-\x1f\x7f-\x9f"

MEDIA_TYPE = f"^{WORD}/{WORD}$"
VISIBLE = r"^[^\p{Cc}\s](?:[^\p{Cc}]*[^\p{Cc}\s])?$"
FORMS = {
    VISIBLE: {"description": "Begins and ends with something one can see, on one line"},
    EMAIL: {"description": "An email address"},
    MEDIA_TYPE: {"description": "A media type, such as `image/jpeg`"},
}


def request_bodies() -> dict[str, Schema]:
    """The schemas by their names, parts of bodies included."""
    found: dict[str, Schema] = {}
    for model in MODELS:
        schema = _plain(model.model_json_schema(ref_template="#/components/schemas/{model}"))
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    _amend(found)
    return found | JOB_BODIES


def _amend(found: dict[str, Schema]) -> None:
    """Say what the models, or those who read them, check by code."""
    found["StockBody"]["properties"]["delta"]["not"] = {"const": 0}
    lines = found["OrderBody"]["properties"]["lines"]
    found["OrderBody"]["properties"]["lines"] = said(lines, "One line a sku")
    wanted = found["RedriveBody"]["properties"]
    wanted["queue"] = said(nullable(QUEUE), "All without it")
    wanted["reason"] = said(nullable(REASON), "All without it")


def _plain(schema: Any) -> Any:
    """A schema without the titles that only repeat a name, its patterns as everybody reads them."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: _plain(each)
        for name, each in schema.items()
        if not (name == "title" and isinstance(each, str))
    }
    if isinstance(kept.get("pattern"), str):
        kept |= FORMS.get(kept["pattern"], {})
        kept["pattern"] = kept["pattern"].replace(CONTROLS, WRITTEN_OUT)
    return kept
