"""The files of a folder, some of them as if somebody had written them otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Sources:
    """`changed` holds the other text of a file, or None where it is as if there were none."""

    root: Path
    changed: Mapping[Path, str | None] = field(default_factory=dict)

    def text(self, path: Path) -> str:
        """The text of a file; raises FileNotFoundError if there is none."""
        if path not in self.changed:
            return path.read_text("utf-8")
        text = self.changed[path]
        if text is None:
            raise FileNotFoundError(path)
        return text

    def has(self, path: Path) -> bool:
        """Whether there is such a file."""
        return self.changed[path] is not None if path in self.changed else path.is_file()

    def under(self, folder: Path) -> list[Path]:
        """The files in a folder and in those inside it, in order."""
        there = {path for path in folder.rglob("*") if path.is_file()}
        there |= {path for path in self.changed if path.is_relative_to(folder)}
        return sorted(path for path in there if self.has(path))

    def written(self, path: Path, text: str | None) -> "Sources":
        """The same files, one of them written anew or taken away."""
        return Sources(self.root, {**self.changed, path: text})
