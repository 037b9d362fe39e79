"""The files of a deployment, each read once, and how they refer to each other."""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.infra.bicep.reader import read_text
from tests.infra.bicep.sources import Sources
from tests.infra.bicep.syntax import File, Type
from tests.infra.bicep.tokens import BadSyntax
from tests.infra.bicep.values import Unevaluable


class BadTemplate(ValueError):
    """A deployment that cannot be brought up; the message says where and why."""


class Library:
    """Reads files when they are first asked for; what is changed later is not seen."""

    def __init__(self, sources: Sources) -> None:
        """Of these files; none is read yet."""
        self.sources = sources
        self._files: dict[Path, File] = {}

    def load(self, path: Path) -> File:
        """The file at `path`.

        Raises:
            BadTemplate: it is not there, or is no Bicep.
        """
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def sibling(self, file: File, target: str) -> File:
        """The file that `target` means where it is written in `file`; raises as load() does."""
        return self.load(beside(file, target))

    def _read(self, path: Path) -> File:
        try:
            return replace(_parsed(self.sources.text(path), path.name), path=path)
        except FileNotFoundError as missing:
            raise BadTemplate(f"{path.name} is not there") from missing
        except BadSyntax as wrong:
            raise BadTemplate(f"{path.name}: {wrong}") from wrong

    def aliases(self, file: File) -> dict[str, Type]:
        """The types that a file declares and imports."""
        found = {name: alias.type for name, alias in file.types.items()}
        for each in file.imports:
            found |= self.aliases(self.sibling(file, each.path))
        return found


def beside(file: File, target: str) -> Path:
    """The path that `target` means where it is written in `file`."""
    return Path(os.path.normpath(file.path.parent / target))


@contextmanager
def at(file: File, line: int) -> Iterator[None]:
    """Say where it was that something could not be evaluated."""
    try:
        yield
    except Unevaluable as why:
        raise BadTemplate(f"{file.path.name}:{line}: {why}") from why


@functools.lru_cache(maxsize=256)
def _parsed(text: str, name: str) -> File:
    """Parsed once for each content: the tests deploy the same files a hundred times over."""
    return read_text(text, Path(name))
