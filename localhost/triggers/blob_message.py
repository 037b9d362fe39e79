"""The messages by which a found blob reaches its function (reference/host-triggers.md 4.2)."""

import base64
import json
from dataclasses import dataclass

from localhost.triggers.queue_message import decoded

FUNCTION_ID = "Host.Functions."


@dataclass(frozen=True, slots=True)
class BlobMessage:
    """One version of one blob, for one function."""

    function: str
    container: str
    name: str
    etag: str
    kind: str

    def text(self) -> str:
        """Return it as the real host writes it into its control queue."""
        document = {
            "Type": "BlobTrigger",
            "FunctionId": f"{FUNCTION_ID}{self.function}",
            "BlobType": self.kind,
            "ContainerName": self.container,
            "BlobName": self.name,
            "ETag": self.etag,
        }
        return base64.b64encode(json.dumps(document, indent=2).encode()).decode()

    @classmethod
    def parse(cls, text: str) -> "BlobMessage":
        """Read it back.

        Raises:
            ValueError: the text is no such message.
        """
        try:
            document = json.loads(decoded(text) or b"")
            values = [
                str(document[name])
                for name in ("FunctionId", "ContainerName", "BlobName", "ETag", "BlobType")
            ]
        except (KeyError, TypeError, ValueError) as unreadable:
            raise ValueError(f"it is no blob trigger message: {unreadable!r}") from unreadable
        return cls(values[0].removeprefix(FUNCTION_ID), *values[1:])
