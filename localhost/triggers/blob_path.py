"""Which blobs a trigger's path means, and what its names stand for in each.

See reference/host-triggers.md 4.4.
"""

import re
from dataclasses import dataclass

CONTAINER = re.compile(r"\$root|\$web|\$logs|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]")


@dataclass(frozen=True, slots=True)
class BlobPattern:
    """A trigger's path: a container, and what its blobs' names must look like."""

    container: str
    names: tuple[str, ...]
    """Its tokens, in order."""
    shape: re.Pattern[str]

    @classmethod
    def parse(cls, path: str) -> "BlobPattern":
        """Read ``container/pattern``, or ``container`` for any blob in it.

        Raises:
            ValueError: it is neither, in the host's own words.
        """
        container, slash, rest = path.partition("/")
        if not CONTAINER.fullmatch(container.lower()) or (slash and not rest):
            raise ValueError(
                f"Invalid blob trigger path '{path}'. Paths must be in the format 'container/blob'."
            )
        names: list[str] = []
        shape = [_shape(path, piece, names) for piece in PIECE.finditer(rest)]
        every = "".join(shape) if slash else ".*"
        return cls(container.lower(), tuple(names), re.compile(every, re.DOTALL))

    def match(self, blob: str) -> dict[str, str] | None:
        """Return what each token stands for in a blob's name; None when the name does not fit.

        Tokens are greedy and take slashes, too.
        """
        found = self.shape.fullmatch(blob)
        return None if found is None else dict(zip(self.names, found.groups(), strict=True))


def split_path(path: str) -> tuple[str, str]:
    """Return container and blob of a path without tokens.

    Raises:
        ValueError: it is not of the form ``container/blob``.
    """
    container, _, name = path.partition("/")
    if not CONTAINER.fullmatch(container.lower()) or not name:
        raise ValueError(
            f"Invalid blob path '{path}'. Paths must be in the format 'container/blob'."
        )
    return container.lower(), name


def _shape(path: str, piece: re.Match[str], names: list[str]) -> str:
    text = piece[0]
    if text in ("{{", "}}"):
        return re.escape(text[0])
    if text in ("{", "}") or piece[1] == "":
        raise ValueError(f"Invalid blob trigger path '{path}': a brace has no partner or no name.")
    if piece[1] is not None:
        names.append(piece[1])
        return "(.*)"
    return re.escape(text)
