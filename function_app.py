"""The composition root: settings from the environment, adapters behind ports, every blueprint."""

import os

import azure.durable_functions as df
import azure.functions as func

from blueprints import (
    approval_http,
    cleanup,
    cleanups_http,
    compensation_http,
    dead_letters_http,
    fulfilment,
    health,
    job_queue,
    jobs_http,
    openapi_http,
    order_lists_http,
    order_reads_http,
    orders_http,
    poison_queues,
    products_http,
    ready,
    redrives_http,
    reports_http,
    schedules,
    upload_images_http,
    upload_sources,
    uploads_http,
    user_lists_http,
    users_http,
    weekly_report,
)
from shared import logs, settings, wiring

configured = settings.read(os.environ)
logs.configure(configured.log_level)
wired = wiring.wire(configured)

# Anonymous: who may do what is decided by blueprints/identity.py, not by function keys.
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for part in (
    orders_http,
    approval_http,
    compensation_http,
    order_reads_http,
    order_lists_http,
    products_http,
    users_http,
    user_lists_http,
    reports_http,
    weekly_report,
    dead_letters_http,
    redrives_http,
    poison_queues,
    jobs_http,
    job_queue,
    uploads_http,
    upload_images_http,
    upload_sources,
    cleanup,
    cleanups_http,
    schedules,
    health,
    ready,
    openapi_http,
    fulfilment,
):
    app.register_functions(part.blueprint(wired))
