"""What a function receives of a blob (reference/host-triggers.md 4.5, 4.6)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from localhost import converters
from localhost.blobs import Blob
from localhost.functions import Binding, FunctionSpec

FACTS = ("BlobTrigger", "Uri", "Properties", "Metadata")


def facts(endpoint: str, container: str, blob: Blob) -> dict[str, Any]:
    """Return the host's metadata of a blob that triggers a function."""
    return {
        "BlobTrigger": f"{container}/{blob.name}",
        "Uri": f"{endpoint}/{container}/{quote(blob.name, safe='/~')}",
        "Properties": {
            "ETag": blob.etag,
            "ContentType": blob.content_type,
            "ContentLength": blob.length,
            "LastModified": blob.modified.isoformat(),
            "CreatedOn": blob.created.isoformat(),
            "BlobType": blob.kind,
        },
        "Metadata": dict(blob.metadata),
    }


def blob_input(
    spec: FunctionSpec, binding: Binding, content: bytes | None, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a blob's argument, through the SDK's own converter; None for a blob that is not there.

    A trigger always has the bytes. An input has the text, so that binary content is spoilt unless
    the binding's data type says BINARY; the real host does so, too.
    """
    if content is None:
        return {binding.name: None}
    if binding.is_trigger or str(binding.options.get("dataType", "")).upper() == "BINARY":
        datum = converters.datum("bytes", content)
    else:
        datum = converters.datum("string", content.decode("utf-8-sig", errors="replace"))
    if binding.name in spec.raw:
        return {binding.name: datum.value}
    metadata = {name: _datum(data[name]) for name in FACTS if "BlobTrigger" in data}
    decode = converters.converter("blob").decode
    return {binding.name: decode(datum, trigger_metadata=metadata)}


def _datum(value: Any) -> converters.Datum:
    if isinstance(value, str):
        return converters.datum("string", value)
    return converters.datum("json", json.dumps(value))
