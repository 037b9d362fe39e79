"""The upload a request names, if it exists for the caller."""

from blueprints.edge import Call
from blueprints.problems import Problem
from shared.application.uploads.upload import Upload, UploadStatus
from shared.application.uploads.uploads import Uploads


async def visible_upload(uploads: Uploads, call: Call, *, published: bool = False) -> Upload:
    """The upload of the route's `uploadId` as it stands now.

    `published`: also somebody else's, once it is an image of a product.

    Raises:
        Problem: 404, there is none, or it is somebody else's.
        StoreUnavailable: the storage did not answer.
    """
    upload_id = call.req.route_params["uploadId"]
    upload = await uploads.find(upload_id)
    if upload and (_is_of(upload, call) or (published and _is_published(upload))):
        return upload
    missing = "There is no such upload. Check the id."
    raise Problem(404, "upload_not_found", missing, members={"uploadId": upload_id})


def place_of(upload: Upload) -> str:
    """Where clients find an upload."""
    return f"/api/uploads/{upload.upload_id}"


def _is_of(upload: Upload, call: Call) -> bool:
    """A file that nobody announced is the operators'."""
    if upload.session is None:
        return call.principal.is_operator
    return call.principal.may_see(upload.session.owner_id)


def _is_published(upload: Upload) -> bool:
    is_image = upload.session is not None and upload.session.sku is not None
    return is_image and upload.status is UploadStatus.READY
