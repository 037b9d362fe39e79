"""The package that goes to the cloud: what .funcignore keeps, with the host.json of its backend."""

import fnmatch
import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from workbench.trouble import Trouble

IGNORE = ".funcignore"
HOST_JSON = "host.json"
AZURE_STORAGE = "azureStorage"
SCHEDULER = "durableTaskScheduler"
BACKENDS = (AZURE_STORAGE, SCHEDULER)
# reference/infra.md 3.5; the setting is one of infra/modules/functionapp.bicep.
SCHEDULER_PROVIDER = {
    "type": "azureManaged",
    "connectionStringName": "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
}
# One date for all files: the same files then make the same bytes, and the same hash.
EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o644 << 16


def build(root: Path, backend: str) -> bytes:
    """The zip file of the app in `root`, for one of BACKENDS.

    The same files give the same bytes, on every machine with the same zlib.

    Raises:
        Trouble: .funcignore holds a pattern that we do not understand.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(contents(root), key=Path.as_posix):
            entry = zipfile.ZipInfo(path.as_posix(), EPOCH)
            entry.external_attr = MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, _bytes(root, path, backend))
    return content.getvalue()


def digest(package: bytes) -> str:
    """What tells one package from another, short enough for a file's name."""
    return hashlib.sha256(package).hexdigest()[:12]


def contents(root: Path) -> Iterator[Path]:
    """The files that go into the package, relative to `root`; ignored folders are not entered."""
    ignored = _ignored(root)
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not ignored.match(name)]
        for name in files:
            if not ignored.match(name):
                yield Path(folder, name).relative_to(root)


def host_json(text: str, backend: str) -> str:
    """The repository's host.json, which names Azure Storage, as `backend` needs it.

    Made here and not by settings in the app: the platform scales by what the package says
    (docs/decisions/009-infrastructure.md).
    """
    if backend == AZURE_STORAGE:
        return text
    host = json.loads(text)
    host["extensions"]["durableTask"]["storageProvider"] = SCHEDULER_PROVIDER
    return json.dumps(host, indent=2) + "\n"


def _bytes(root: Path, path: Path, backend: str) -> bytes:
    if path == Path(HOST_JSON):
        return host_json((root / path).read_text("utf-8"), backend).encode()
    return (root / path).read_bytes()


def _ignored(root: Path) -> re.Pattern[str]:
    """One pattern for the names of files and folders that stay here."""
    lines = (line.strip() for line in (root / IGNORE).read_text("utf-8").splitlines())
    patterns = [line for line in lines if line and not line.startswith("#")]
    strange = [pattern for pattern in patterns if re.search(r"[/\\!]", pattern)]
    if strange:
        raise Trouble(f"{IGNORE}: {strange[0]} is more than a name. Write names and * only.")
    return re.compile("|".join(map(fnmatch.translate, patterns)))
