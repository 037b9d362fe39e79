"""Stamps: what was installed from which files, so that nothing is installed twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


class Stamp:
    """The hash of some files, kept in a folder that their installation made.

    It lies inside that folder so that whoever deletes the folder deletes the claim as well.
    """

    def __init__(self, folder: Path, files: Iterable[Path]) -> None:
        """A stamp for `files` in `folder`, named after the first of them."""
        self._files = tuple(files)
        self._path = folder / f".installed-{self._files[0].name}"

    def is_current(self) -> bool:
        """Whether the files are still those that were installed."""
        return self._path.is_file() and self._path.read_text("ascii") == self._hash()

    def set(self) -> None:
        """Say that the files as they are now are installed."""
        self._path.write_text(self._hash(), "ascii")

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for file in self._files:
            digest.update(file.read_bytes())
        return digest.hexdigest()
