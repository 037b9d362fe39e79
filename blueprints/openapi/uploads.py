"""The routes of uploads, described (docs/uploads.md)."""

from blueprints.openapi.orders_examples import page
from blueprints.openapi.parameters import PAGED, one_of, place
from blueprints.openapi.route import Answer, Route, Who
from shared.application.uploads.upload import UploadStatus

UPLOAD_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ITEM = {
    "uploadId": UPLOAD_ID,
    "status": "ready",
    "fileName": "mug.jpg",
    "openedAt": "2026-11-23T09:00:00.123Z",
    "error": None,
}
EXAMPLE = {
    **ITEM,
    "contentType": "image/jpeg",
    "sku": "MUG-BLUE",
    "changedAt": "2026-11-23T09:00:02.456Z",
    "expiresAt": "2026-11-23T09:15:00.000Z",
    "thumbnailUrl": f"/api/uploads/{UPLOAD_ID}/thumbnail",
    "originalUrl": f"/api/uploads/{UPLOAD_ID}/original",
}
PATH = {"uploadId": place("The upload's id", UPLOAD_ID)}
LOOK = (Answer(302, "`Location` is good for five minutes.", headers=("Location", "Cache-Control")),)
ROUTES = (
    Route(
        "PostUpload",
        "POST uploads",
        "Announce a file",
        (
            Answer(
                201,
                "Send the file to `uploadUrl`, with `uploadHeaders`, until `expiresAt`.",
                "UploadOpened",
                {
                    "uploadId": UPLOAD_ID,
                    "status": "waiting",
                    "uploadUrl": f"https://storage.example.com/uploads/{UPLOAD_ID}/mug.jpg?sig=secret",
                    "uploadHeaders": {"x-ms-blob-type": "BlockBlob", "Content-Type": "image/jpeg"},
                    "expiresAt": EXAMPLE["expiresAt"],
                },
                ("Location",),
            ),
        ),
        "The file goes straight to storage. `sku` makes it an image of a product that exists"
        " (operators, else 403).",
        body="UploadBody",
        example={"fileName": "mug.jpg", "contentType": "image/jpeg", "sku": "MUG-BLUE"},
        refuses=("forbidden",),
        keyed=True,
    ),
    Route(
        "ListUploads",
        "GET uploads",
        "List uploads",
        (Answer(200, "The newest first, also those nobody announced.", "UploadPage", page(ITEM)),),
        parameters=(one_of("status", "In this state", UploadStatus), *PAGED),
        who=Who.OPERATORS,
    ),
    Route(
        "GetUpload",
        "GET uploads/{uploadId}",
        "What became of a file",
        (Answer(200, "How it stands.", "Upload", EXAMPLE),),
        path=PATH,
        refuses=("upload_not_found",),
    ),
    Route(
        "GetUploadThumbnail",
        "GET uploads/{uploadId}/thumbnail",
        "See the thumbnail",
        LOOK,
        path=PATH,
        refuses=("upload_not_found", "image_not_found"),
    ),
    Route(
        "GetUploadOriginal",
        "GET uploads/{uploadId}/original",
        "See the file as it was sent",
        LOOK,
        path=PATH,
        refuses=("upload_not_found", "image_not_found"),
    ),
)
