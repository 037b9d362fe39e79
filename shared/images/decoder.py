"""The program that decodes one file: `python -m shared.images.decoder <media type>`.

It reads the file from its input and writes a line of JSON, then the thumbnail if there is one.
Started by shared/images/isolated.py, with nothing in its environment that is worth stealing.
"""

import json
import sys
from typing import Any

from shared.images.refusal import Code, Refused
from shared.images.thumbnail import thumbnail

# The largest photo takes 0.4 GB and a second; whatever takes this much is no photo.
MEMORY = 768 * 1024 * 1024
SECONDS = 20


def limit() -> None:
    """Let the system end this process before it harms others, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def decode(content: bytes, declared: str) -> tuple[dict[str, Any], bytes]:
    """What the two parts of the output hold."""
    try:
        made = thumbnail(content, declared)
    except Refused as refused:
        return {"refused": refused.code, "more": refused.more}, b""
    except MemoryError:
        return {"refused": Code.TOO_COMPLEX, "more": "memory"}, b""
    return {"width": made.width, "height": made.height, "kind": made.kind}, made.content


def main() -> None:
    """Decode what stands on the input."""
    limit()
    said, content = decode(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
