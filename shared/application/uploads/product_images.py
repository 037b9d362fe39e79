"""The images of a product, as its document shows them."""

import hashlib
import json

from shared.application.uploads.register import Register, of_product
from shared.plain import Json

MOST = 50  # the newest; a product page that needs more has other troubles


class ProductImages:
    """Reads one list: an image is in it from the moment its thumbnail is ready."""

    def __init__(self, register: Register) -> None:
        self._register = register

    async def of(self, sku: str) -> list[Json]:
        """At most 50 images of a product, the newest first; one storage request.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        rows = await self._register.page(of_product(sku), MOST)
        return [_image(row.shown) for row in rows]


def tag_of(images: list[Json]) -> str:
    """What an ETag says of images: another one when any of them is; nothing without any."""
    if not images:
        return ""
    return f"-i{hashlib.sha256(json.dumps(images).encode()).hexdigest()[:12]}"


def _image(shown: Json) -> Json:
    place = f"/api/uploads/{shown['uploadId']}"
    return {
        "name": shown["fileName"],
        "url": f"{place}/original",
        "thumbnailUrl": f"{place}/thumbnail",
    }
