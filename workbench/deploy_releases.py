"""What was published to an environment, kept so that a roll-back has something to go back to."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from workbench import deploy_package, places
from workbench.trouble import Trouble

FOLDER = f"{places.DATA}/releases"
RECORD = "releases.json"
KEPT = 5  # packages; each is a few hundred kB


@dataclass(frozen=True, slots=True)
class Release:
    """One package that was published; `works` is what the smoke test said of it."""

    package: str
    backend: str
    published: str
    works: bool = False


class Releases:
    """The releases of one environment, the oldest first, in a folder of this checkout."""

    def __init__(self, root: Path, environment: str) -> None:
        self._folder = root / FOLDER / environment

    def all(self) -> list[Release]:
        """Every release that is on record; raises Trouble if the record cannot be read."""
        record = self._folder / RECORD
        if not record.is_file():
            return []
        try:
            return [Release(**release) for release in json.loads(record.read_text("utf-8"))]
        except (ValueError, TypeError) as error:
            raise Trouble(f"{record} cannot be read ({error}). Delete the folder.") from error

    def keep(self, package: bytes, backend: str, now: datetime) -> Release:
        """Keep a package that is about to be published, and forget those that are too old.

        The same package once more takes the place of its last release: it is still the same step
        in the history, and has to prove itself again.
        """
        before = self.all()
        if before and _digest(before[-1]) == deploy_package.digest(package):
            self.path(before.pop()).unlink(missing_ok=True)
        name = f"{now:%Y%m%dT%H%M%SZ}-{deploy_package.digest(package)}.zip"
        release = Release(name, backend, now.isoformat(timespec="seconds"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self.path(release).write_bytes(package)
        self._write([*before, release])
        return release

    def works(self, release: Release) -> None:
        """Note that the smoke test passed."""
        seen = self.all()
        self._write([replace(each, works=True) if each == release else each for each in seen])

    def previous(self) -> Release:
        """The newest release that worked and is not the package that is published now.

        Raises Trouble if there is none.
        """
        releases = self.all()
        if releases:
            now = _digest(releases[-1])
            for release in reversed(releases):
                if release.works and _digest(release) != now and self.path(release).is_file():
                    return release
        raise Trouble(
            f"No earlier release that worked is kept in {self._folder}. Check out the commit that"
            " worked and deploy it, or fetch its package from the pipeline that built it."
        )

    def path(self, release: Release) -> Path:
        """Where the package lies."""
        return self._folder / release.package

    def _write(self, releases: Sequence[Release]) -> None:
        kept = _kept(releases)
        record = json.dumps([asdict(release) for release in kept], indent=2) + "\n"
        (self._folder / RECORD).write_text(record, "utf-8")
        for release in releases:
            if release not in kept:
                self.path(release).unlink(missing_ok=True)


def _kept(releases: Sequence[Release]) -> list[Release]:
    """The last ones, and the last two that worked, however long ago that was."""
    good = [release for release in releases if release.works][-2:]
    return [*(release for release in good if release not in releases[-KEPT:]), *releases[-KEPT:]]


def _digest(release: Release) -> str:
    return Path(release.package).stem.rpartition("-")[2]
