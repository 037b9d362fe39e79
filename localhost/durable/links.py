"""The URLs of the management API, as payloads and as the durable client's binding."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

WEBHOOK_PATH = "/runtime/webhooks/durabletask"


@dataclass(frozen=True, slots=True)
class Links:
    """Builds the URLs of one task hub (reference/host-durable.md 6.1)."""

    hub_name: str
    connection_name: str
    """The connection setting without its ``AzureWebJobs`` prefix, ``Storage`` by default."""
    code: str
    """The system key; nobody checks it on this host, as under ``func start``."""

    def for_instance(
        self, origin: str, instance_id: str, *, rewind: bool = False
    ) -> dict[str, str]:
        """Return the management URLs of an instance; ``origin`` is like http://localhost:7071.

        The real host leaves ``rewindPostUri`` out of its own answers (7.2) and has it in the
        binding, so it is there on demand.
        """
        base = f"{origin}{WEBHOOK_PATH}/instances/{quote_plus(instance_id)}"
        tail = f"taskHub={self.hub_name}&connection={self.connection_name}&code={self.code}"
        links = {
            "id": instance_id,
            "statusQueryGetUri": f"{base}?{tail}",
            "sendEventPostUri": f"{base}/raiseEvent/{{eventName}}?{tail}",
            "terminatePostUri": f"{base}/terminate?reason={{text}}&{tail}",
        }
        if rewind:
            links["rewindPostUri"] = f"{base}/rewind?reason={{text}}&{tail}"
        return links | {
            "purgeHistoryDeleteUri": f"{base}?{tail}",
            "restartPostUri": f"{base}/restart?{tail}",
            "suspendPostUri": f"{base}/suspend?reason={{text}}&{tail}",
            "resumePostUri": f"{base}/resume?reason={{text}}&{tail}",
        }

    def client(self, origin: str, rpc_url: str, options: Mapping[str, Any]) -> str:
        """Return the JSON text a durable client binding receives."""
        base = f"{origin}{WEBHOOK_PATH}"
        start = f"{base}/orchestrators/{{functionName}}[/{{instanceId}}]?"
        return json.dumps(
            {
                "taskHubName": options.get("taskHub", self.hub_name),
                "connectionName": options.get("connectionName"),
                "creationUrls": {
                    "createNewInstancePostUri": f"{start}code={self.code}",
                    "createAndWaitOnNewInstancePostUri": f"{start}timeout={{timeoutInSeconds}}"
                    f"&pollingInterval={{intervalInSeconds}}&code={self.code}",
                },
                "managementUrls": self.for_instance(origin, "INSTANCEID", rewind=True),
                "baseUrl": base,
                "requiredQueryStringParameters": f"code={self.code}",
                "rpcBaseUrl": rpc_url,
                "httpBaseUrl": None,
            }
        )
