"""Uploads over HTTP: announce a file, follow what becomes of it, list them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import azure.durable_functions as df
import azure.functions as func
from pydantic import Field

from blueprints.answers import answer
from blueprints.bodies import Body, Sku, Text, invalid, read_body
from blueprints.edge import Call, Edge, register
from blueprints.idempotency import once
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from blueprints.upload_access import place_of, visible_upload
from blueprints.upload_sources import uploads_of
from shared.application.aggregates import PRODUCT
from shared.application.uploads.upload import Session, Upload, UploadStatus
from shared.application.uploads.uploads import Uploads
from shared.idempotency.keys import Attempt
from shared.plain import Json, rfc3339, to_plain
from shared.projections.newest_first import PLACE
from shared.wiring import Wiring

WORD = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,62}"  # of a media type (RFC 6838, 4.2)


class UploadBody(Body):
    file_name: Text
    content_type: Annotated[str, Field(pattern=f"^{WORD}/{WORD}$")]
    sku: Sku | None = None


@dataclass(frozen=True, slots=True)
class UploadsApi:
    wiring: Wiring
    uploads: Uploads

    async def post(self, call: Call) -> func.HttpResponse:
        """201 with a link that takes this one file, once; what it is, is seen when it is there."""

        async def work(attempt: Attempt) -> func.HttpResponse:
            body = read_body(UploadBody, call.req)
            await self._require_product(body.sku, call)
            # A link counts whole seconds.
            until = attempt.at.replace(microsecond=0) + self.uploads.life
            kind = body.content_type.lower()
            session = Session(call.principal.id, kind, until, body.sku)
            upload = await self.uploads.open(attempt.subject, body.file_name, session, attempt.at)
            opened = {
                "uploadId": upload.upload_id,
                "status": UploadStatus.WAITING.value,
                "uploadUrl": await self.uploads.link_to_send(upload, until),
                "uploadHeaders": {"x-ms-blob-type": "BlockBlob", "Content-Type": kind},
                "expiresAt": rfc3339(until),
            }
            return answer(opened, 201, {"Location": place_of(upload)})

        return await once(self.wiring.keys, call, "PostUpload", work)

    async def get(self, call: Call) -> func.HttpResponse:
        """200 with what became of the file."""
        return answer(_document(await visible_upload(self.uploads, call)))

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of uploads, the newest first, those that nobody announced included."""
        call.principal.require_operator()
        limit = limit_of(call.req.params)
        cursor = cursor_of(call.req.params, "uploads", PLACE)
        rows = await self.uploads.page(_status(call.req.params), limit + 1, cursor)
        last = rows[limit - 1].place if len(rows) > limit else None
        return answer(page([row.shown for row in rows[:limit]], "uploads", last))

    async def _require_product(self, sku: str | None, call: Call) -> None:
        """Only operators define products, so only they give them images."""
        if sku is None:
            return
        if not call.principal.is_operator:
            raise Problem(403, "forbidden", "Only operators may add an image to a product.")
        if (await self.wiring.aggregates.load(PRODUCT, sku)).state is None:
            raise invalid([Fault("/sku", "there is no such product")])


def _document(upload: Upload) -> Json:
    session, ready = upload.session, upload.status is UploadStatus.READY
    return {
        "uploadId": upload.upload_id,
        "status": upload.status.value,
        "fileName": upload.file_name,
        "contentType": session and session.content_type,
        "sku": session and session.sku,
        "openedAt": rfc3339(upload.opened_at),
        "changedAt": rfc3339(upload.changed_at),
        "expiresAt": session and rfc3339(session.expires_at),
        "thumbnailUrl": f"{place_of(upload)}/thumbnail" if ready else None,
        "originalUrl": f"{place_of(upload)}/original" if ready else None,
        "error": to_plain(upload.error),
    }


def _status(params: Mapping[str, str]) -> UploadStatus | None:
    text = params.get("status")
    if text is not None and text not in set(UploadStatus):
        raise invalid([Fault("/status", f"status is one of {', '.join(UploadStatus)}")])
    return None if text is None else UploadStatus(text)


def blueprint(wiring: Wiring) -> Any:
    """The routes of uploads."""
    routes, edge = df.Blueprint(), Edge(wiring.settings, wiring.new_id)
    api = UploadsApi(wiring, uploads_of(wiring))
    register(routes, "PostUpload", "POST uploads", edge.guarded(api.post))
    register(routes, "GetUpload", "GET uploads/{uploadId}", edge.guarded(api.get))
    register(routes, "ListUploads", "GET uploads", edge.guarded(api.page))
    return routes
