"""One storage account of Azure and how its clients reach it: with a key, or by an identity."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from azure.core.pipeline.transport import AioHttpTransport

# The shorthand every Azure tool knows and these SDKs do not; account and key are the emulator's
# published ones, the same on every machine.
EMULATOR_SHORTHAND = "UseDevelopmentStorage=true"
EMULATOR = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
    "KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
    "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;"
)


# For blobs and queues, whose clients name things otherwise than those of tables: a caller waits for
# seconds, so they bridge only what is over in a moment.
PATIENCE: dict[str, Any] = {
    "initial_backoff": 0.2,
    "increment_base": 0,
    "random_jitter_range": 0.1,
    "retry_total": 3,
    "connection_timeout": 5,
    "read_timeout": 30,
}


class Service(StrEnum):
    """The services of an account, as settings name them: `OrdersData__blobServiceUri`."""

    BLOB = "blobServiceUri"
    QUEUE = "queueServiceUri"
    TABLE = "tableServiceUri"


@dataclass(frozen=True, slots=True)
class ByIdentity:
    """An account without keys (reference/infra.md 3.2): its endpoints, and who asks there."""

    endpoints: dict[Service, str]
    client_id: str


Address: TypeAlias = str | ByIdentity
"""A connection string, or where an identity is let in."""


class Closable(Protocol):
    """What every client and credential of the SDKs can do."""

    async def close(self) -> None:
        """Let go of the connections."""
        ...


C = TypeVar("C", bound=Closable)


class StorageAccount:
    """Makes clients, which connect when first used; they share one credential and its tokens."""

    def __init__(self, address: Address) -> None:
        self._address = spelled_out(address) if isinstance(address, str) else address
        self._credential: Any = None

    @property
    def is_by_identity(self) -> bool:
        """Whether links must be signed by a key that the identity asks for."""
        return isinstance(self._address, ByIdentity)

    def client(self, kind: type[C], service: Service, **options: Any) -> C:
        """A service's client, such as `BlobServiceClient`."""
        # Reading proxies from the environment costs every request 0.7 ms (perf.md 2.1).
        options["transport"] = AioHttpTransport(use_env_settings=False)
        made: Any = kind
        if isinstance(self._address, str):
            return cast(C, made.from_connection_string(self._address, **options))
        endpoint = self._address.endpoints[service]
        return cast(C, made(endpoint, credential=self._identity(self._address), **options))

    async def close(self) -> None:
        """Let go of the credential; a later use makes it again."""
        credential, self._credential = self._credential, None
        if credential is not None:
            await credential.close()

    def _identity(self, address: ByIdentity) -> Any:
        if self._credential is None:
            # 200 ms of a cold start that a connection string does not need.
            from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415

            self._credential = ManagedIdentityCredential(client_id=address.client_id)
        return self._credential


def spelled_out(connection: str) -> str:
    """A connection string that the SDKs understand."""
    return EMULATOR if connection.strip().rstrip(";") == EMULATOR_SHORTHAND else connection
