"""Uploads as answers show them (docs/uploads.md)."""

from blueprints.openapi.pages_shown import page_of
from shared.application.uploads.upload import UploadStatus
from shared.openapi.schema import MOMENT, TEXT, Schema, choice, nullable, record, reference, said

LISTED: dict[str, Schema] = {
    "uploadId": TEXT,
    "status": said(choice(UploadStatus), "docs/uploads.md says what each means"),
    "fileName": TEXT,
    "openedAt": MOMENT,
    "error": said(nullable(reference("Reason")), "Why it was rejected"),
}
UPLOAD: dict[str, Schema] = {
    **LISTED,
    "contentType": said(nullable(TEXT), "As announced; null when nobody announced the file"),
    "sku": said(nullable(TEXT), "The product it is an image of"),
    "changedAt": MOMENT,
    "expiresAt": nullable(MOMENT),
    "thumbnailUrl": said(nullable(TEXT), "Once it is `ready`"),
    "originalUrl": said(nullable(TEXT), "Once it is `ready`"),
}
OPENED: dict[str, Schema] = {
    "uploadId": TEXT,
    "status": {"const": UploadStatus.WAITING.value},
    "uploadUrl": said(TEXT, "Takes this one file with one PUT, once"),
    "uploadHeaders": said(
        {"type": "object", "additionalProperties": TEXT}, "Send these with the PUT"
    ),
    "expiresAt": MOMENT,
}
SCHEMAS: dict[str, Schema] = {
    "UploadOpened": record(OPENED),
    "Upload": record(UPLOAD),
    "UploadListed": record(LISTED),
    "UploadPage": page_of("UploadListed"),
}
