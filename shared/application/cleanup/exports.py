"""Which exports nobody can ask for any more."""

import re
from dataclasses import dataclass
from datetime import datetime

from shared.application.cleanup.sweep import Fate
from shared.blobs.port import BlobInfo
from shared.records import Records

EXPORT = re.compile(r"[a-z]+/([A-Za-z0-9-]{1,64})\.[a-z]+")  # shared/application/jobs/export_orders


@dataclass(frozen=True, slots=True)
class Exports:
    """Every `GET /jobs/{id}` makes a new link, so an export lives as long as its job."""

    jobs: Records

    async def judge(self, blob: BlobInfo, _at: datetime) -> Fate:
        """Whether the job is still kept; a file that is called otherwise is doubtful.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        export = EXPORT.fullmatch(blob.name)
        if export is None:
            return Fate.DOUBTFUL
        return Fate.USELESS if await self.jobs.read(export[1]) is None else Fate.NEEDED
