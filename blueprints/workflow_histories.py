"""The histories that the durable engine keeps, by its HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from blueprints.workflow_client import ENDED
from shared.application.cleanup.old_histories import History, HistoryPage
from shared.eventstore.port import StoreUnavailable
from shared.plain import Json, rfc3339

CONTINUATION = "x-ms-continuation-token"
PATIENCE = aiohttp.ClientTimeout(total=60)
OK, NOT_FINISHED = 200, 412


@dataclass(frozen=True, slots=True)
class WorkflowHistories:
    """Listed by a request of our own: the SDK's `get_status_by` drops the continuation token.

    So it sees the first page only (host-durable.md 7.5), which may even be empty. One by one they
    are purged because a purge by filter asks nobody, and is known to time out (features.md 2.4,
    trap 15).
    """

    client: Any  # the SDK's

    async def page(self, before: datetime, cursor: str | None, limit: int) -> HistoryPage:
        """At most `limit` instances that were made before then and have ended."""
        query = {
            "createdTimeTo": rfc3339(before),
            "runtimeStatus": ",".join(ENDED),
            "showInput": "false",
            "top": str(limit),
        }
        headers = {CONTINUATION: cursor} if cursor else {}
        found, following = await self._asked(query, headers)
        return HistoryPage([_history(each) for each in found], following or None)

    async def purge(self, instance_id: str) -> bool:
        """Forget an ended instance; False when it was gone, or is running again."""
        try:
            purged = await self.client.purge_instance_history(instance_id)
        except Exception as error:
            # The SDK raises plain Exception for every refusal, and aiohttp's errors for no answer.
            if f"status code {NOT_FINISHED}" in str(error):
                return False
            raise StoreUnavailable(f"the workflow engine did not purge: {error!r}") from error
        return bool(purged.instances_deleted)

    async def _asked(
        self, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[list[Json], str]:
        # Where the SDK asks, too: the public addresses may stand behind the platform's login.
        base = self.client._orchestration_bindings.rpc_base_url  # noqa: SLF001
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE) as session,
                session.get(f"{base}instances/", params=query, headers=headers) as response,
            ):
                if response.status != OK:
                    raise StoreUnavailable(f"the workflow engine answered {response.status}")
                return await response.json(), response.headers.get(CONTINUATION, "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise StoreUnavailable(f"the workflow engine did not answer: {error!r}") from error


def _history(status: Json) -> History:
    ended_at = datetime.fromisoformat(status["lastUpdatedTime"])
    return History(status["instanceId"], status["name"], ended_at)
