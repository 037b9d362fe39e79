"""The storage account the app is told to use: where it is, whether it answers."""

from urllib.parse import urlsplit

from workbench import ports
from workbench.azurite import SERVICES
from workbench.trouble import Trouble

SETTING = "AzureWebJobsStorage"
DATA_SETTING = "OrdersData"  # the app's own account, which may be the same (shared/names.py)
DEVELOPMENT = "UseDevelopmentStorage=true"
DEVELOPMENT_PORT = 10000  # blobs; queues and tables follow (reference/host-triggers.md 1.8)
CONNECT_SECONDS = 5.0
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_development(connection: str) -> bool:
    """Whether it is the short form for an emulator on its usual ports."""
    return connection.strip().rstrip(";").lower() == DEVELOPMENT.lower()


def endpoints(connection: str) -> list[tuple[str, int]]:
    """Host and port of its blobs, queues and tables.

    Raises Trouble if the connection string names no account.
    """
    if is_development(connection):
        return [(ports.LOOPBACK, DEVELOPMENT_PORT + n) for n in range(len(SERVICES))]
    parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
    if "AccountName" not in parts:
        raise Trouble(
            f"{SETTING} is no connection string: it names no AccountName. "
            f"Write {DEVELOPMENT} for the emulator."
        )
    return [_address(parts, service) for service in SERVICES]


def check(connection: str, setting: str = SETTING) -> None:
    """Raise Trouble, with the cure, unless the account of this setting accepts connections."""
    if not connection:
        raise Trouble(
            f"{setting} is not set: put a connection string into local.settings.json or the "
            "environment, or leave out --no-azurite."
        )
    for host, port in endpoints(connection):
        if not ports.answers(host, port, timeout=CONNECT_SECONDS):
            raise Trouble(
                f"The storage account of {setting} does not answer at {host}:{port}. "
                "Start it, correct the setting, or leave out --no-azurite."
            )


def _address(parts: dict[str, str], service: str) -> tuple[str, int]:
    scheme = parts.get("DefaultEndpointsProtocol", "https")
    suffix = parts.get("EndpointSuffix", "core.windows.net")
    usual = f"{scheme}://{parts['AccountName']}.{service}.{suffix}"
    url = urlsplit(parts.get(f"{service.capitalize()}Endpoint", usual))
    return url.hostname or "", url.port or _DEFAULT_PORTS.get(url.scheme, 443)
