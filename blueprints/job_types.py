"""The types of jobs this app knows, each with what it needs."""

from collections.abc import Mapping

from blueprints.upload_sources import processing_of
from shared.application import regenerate_images
from shared.application.jobs import export_orders, rebuild_read_models
from shared.application.jobs.export_orders import ExportOrders
from shared.application.jobs.job_records import JobRecords
from shared.application.jobs.rebuild_read_models import RebuildReadModels
from shared.application.jobs.turns import Turns
from shared.application.jobs.work import Work
from shared.application.rebuild import Rebuild
from shared.application.regenerate_images import RegenerateImages
from shared.wiring import Wiring


def works_of(wiring: Wiring) -> Mapping[str, Work]:
    """The work of each type (design/api.md, jobs)."""
    turns = Turns(wiring.records("turns"), JobRecords(wiring.records("jobs")))
    rebuild = Rebuild(wiring.aggregates, wiring.read_models.views)
    return {
        export_orders.TYPE: ExportOrders(wiring.orders, wiring.blobs, wiring.now),
        rebuild_read_models.TYPE: RebuildReadModels(rebuild, turns),
        regenerate_images.TYPE: RegenerateImages(processing_of(wiring), wiring.blobs),
    }
