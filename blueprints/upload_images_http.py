"""What was uploaded, to look at over HTTP: ways that stay, to links that pass."""

from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.edge import Call, Edge, register
from blueprints.problems import Problem
from blueprints.upload_access import visible_upload
from blueprints.upload_sources import uploads_of
from shared.application.uploads.upload import UploadStatus
from shared.application.uploads.uploads import Uploads
from shared.wiring import Wiring

LOOKING = "private, max-age=240"  # a little less than the link is good for
PENDING = (UploadStatus.WAITING, UploadStatus.PROCESSING)


@dataclass(frozen=True, slots=True)
class UploadImagesApi:
    uploads: Uploads

    async def thumbnail(self, call: Call) -> func.HttpResponse:
        """302 to where the thumbnail may be seen for some minutes."""
        return await self._look(call, thumbnail=True)

    async def original(self, call: Call) -> func.HttpResponse:
        """302 to where the file may be seen for some minutes."""
        return await self._look(call, thumbnail=False)

    async def _look(self, call: Call, *, thumbnail: bool) -> func.HttpResponse:
        # The images of a product are for everybody who may see the product.
        upload = await visible_upload(self.uploads, call, published=True)
        if upload.status is not UploadStatus.READY:
            unready = f"There is no image to see: the upload is {upload.status}."
            members = {"uploadId": upload.upload_id, "uploadStatus": upload.status.value}
            pending = upload.status in PENDING
            raise Problem(404, "image_not_found", unready, pending, members=members)
        link = await self.uploads.link_to_look(upload, thumbnail=thumbnail)
        headers = {"Location": link, "Cache-Control": LOOKING}
        return func.HttpResponse(status_code=302, headers=headers)


def blueprint(wiring: Wiring) -> Any:
    """The routes of images."""
    routes, edge = df.Blueprint(), Edge(wiring.settings, wiring.new_id)
    api, one = UploadImagesApi(uploads_of(wiring)), "GET uploads/{uploadId}"
    register(routes, "GetUploadThumbnail", f"{one}/thumbnail", edge.guarded(api.thumbnail))
    register(routes, "GetUploadOriginal", f"{one}/original", edge.guarded(api.original))
    return routes
