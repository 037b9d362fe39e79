"""The composition root: settings from the environment, adapters behind ports, every blueprint."""

import os

import azure.durable_functions as df
import azure.functions as func

from blueprints import fulfilment, health, orders_http, products_http
from shared import logs, settings, wiring

configured = settings.read(os.environ)
logs.configure(configured.log_level)
wired = wiring.wire(configured)

# Anonymous: who may do what is decided by blueprints/identity.py, not by function keys.
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for part in (orders_http, products_http, health, fulfilment):
    app.register_functions(part.blueprint(wired))
