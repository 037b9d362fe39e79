"""The body of `POST /jobs`: a type of job, each with a payload of its own (docs/jobs.md)."""

from shared.application import regenerate_images
from shared.application.jobs import export_orders, rebuild_read_models
from shared.application.rebuild import MODELS
from shared.domain.order.state import OrderStatus
from shared.openapi.schema import MOMENT, TEXT, Schema, choice, nullable, record, reference

ORDERS_EXPORT, READMODELS_REBUILD = "OrdersExportBody", "ReadmodelsRebuildBody"
IMAGES_REGENERATE = "ImagesRegenerateBody"
BY_TYPE = {
    export_orders.TYPE: ORDERS_EXPORT,
    rebuild_read_models.TYPE: READMODELS_REBUILD,
    regenerate_images.TYPE: IMAGES_REGENERATE,
}


def _job(kind: str, members: dict[str, Schema]) -> Schema:
    """A body with a payload whose members may be left out, or null."""
    payload = {name: nullable(schema) for name, schema in members.items()}
    closed = {"additionalProperties": False}
    body = record(
        {"type": {"const": kind}, "payload": {**record(payload, *payload), **closed}}, "payload"
    )
    return {**body, **closed}


JOB_BODIES: dict[str, Schema] = {
    "JobBody": {
        "oneOf": [reference(name) for name in BY_TYPE.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: reference(name)["$ref"] for kind, name in BY_TYPE.items()},
        },
    },
    ORDERS_EXPORT: _job(
        export_orders.TYPE,
        {
            "placedAfter": MOMENT,
            "placedBefore": MOMENT,
            "status": choice(OrderStatus),
            "customerId": {**TEXT, "pattern": f"^{export_orders.CUSTOMER_ID}$"},
        },
    ),
    READMODELS_REBUILD: _job(
        rebuild_read_models.TYPE, {"model": {"type": "string", "enum": list(MODELS)}}
    ),
    IMAGES_REGENERATE: _job(
        regenerate_images.TYPE,
        {"prefix": {**TEXT, "pattern": f"^{regenerate_images.PREFIX}$"}},
    ),
}
