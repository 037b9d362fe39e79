"""Remembers on disk which messages this process holds, for the next start after a kill.

The pop receipts of a killed process die with it, and its messages stay hidden for ten minutes. A
journal is one small file per process and queue: a slot for each held message, written before its
function runs and cleared when the message is settled. The process may die, not the machine, so
nothing is flushed to the disk. The file is locked as long as its process lives; one that can be
locked is a dead process's.
"""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import uuid
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from localhost.file_lock import locked
from localhost.queues import Message

log = logging.getLogger(__name__)

SLOT = 1024
"""Bytes of a slot; what the service tells of a message, without its text, takes about 300."""
EMPTY = b"\n"
"""The first byte of a slot that holds nothing."""


class Journal(Protocol):
    """What one loop of this process holds."""

    def note(self, message: Message) -> None:
        """Remember a message, or its new receipt."""

    def drop(self, message: Message) -> None:
        """Forget a message that has been seen off."""

    def left(self) -> Generator[list[Message]]:
        """Yield what each dead process held; what is not put back in full is yielded next time.

        A process is forgotten when the iteration goes on, and kept when it breaks off.
        """

    def close(self) -> None:
        """Forget everything: it has been seen off."""


class Journals(Protocol):
    """Opens the journals of one app."""

    def of(self, endpoint: str, queue: str) -> Journal:
        """Return the journal of a queue of the service at ``endpoint``."""


class NoJournal:
    """For loops whose messages nobody gives back: both protocols, doing nothing."""

    def of(self, endpoint: str, queue: str) -> Journal:
        del endpoint, queue
        return self

    def note(self, message: Message) -> None:
        """Nothing is kept."""

    def drop(self, message: Message) -> None:
        """Nothing was kept."""

    def left(self) -> Generator[list[Message]]:
        yield from ()

    def close(self) -> None:
        """Nothing to close."""


class FileJournals:
    """Journals in a folder of this machine's user, told apart by app, account and queue."""

    def __init__(self, host_id: str, folder: Path | None = None) -> None:
        """``folder`` is made when it is missing; without one it is below the temporary folder."""
        self._host_id = host_id
        self._folder = folder or Path(tempfile.gettempdir(), f"localhost-leases-{_user()}")

    def of(self, endpoint: str, queue: str) -> Journal:
        """As the protocol says; a journal that cannot be kept is told of, and done without."""
        named = "\n".join((self._host_id, endpoint, queue))
        key = hashlib.sha256(named.encode()).hexdigest()[:32]
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return FileJournal(self._folder, key)
        except OSError as refused:
            log.warning(
                "No journal can be kept in %s (%s): after a kill of this host its messages of '%s' "
                "stay hidden for up to ten minutes.", self._folder, refused, queue,
            )  # fmt: skip
            return NoJournal()


class FileJournal:
    """One process's journal of one queue."""

    def __init__(self, folder: Path, key: str) -> None:
        """Open a file of this process's own. Raises OSError when there can be none."""
        self._folder, self._key = folder, key
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._broken = False
        file = None
        while file is None:  # somebody may take it for a dead one before it is locked
            self._path = folder / f"{key}-{uuid.uuid4().hex}"
            file = _claimed(self._path, "x+b")
        self._file = file

    def note(self, message: Message) -> None:
        slot = self._slots.get(message.id)
        if slot is None:
            slot = self._free.pop() if self._free else len(self._slots)
            self._slots[message.id] = slot
        # One that does not fit is not kept, and stays hidden after a kill for its ten minutes.
        text = _text(message)
        self._write(slot, text.ljust(SLOT) if len(text) <= SLOT else EMPTY)

    def drop(self, message: Message) -> None:
        slot = self._slots.pop(message.id, None)
        if slot is not None:
            self._free.append(slot)
            self._write(slot, EMPTY)

    def left(self) -> Generator[list[Message]]:
        for path in sorted(self._folder.glob(f"{self._key}-*")):
            file = None if path == self._path else _claimed(path, "r+b")
            if file is not None:
                with file:
                    yield _messages(file.read())
                    _remove(path)

    def close(self) -> None:
        _remove(self._path)
        self._file.close()

    def _write(self, slot: int, text: bytes) -> None:
        if self._broken:
            return
        try:
            self._file.seek(slot * SLOT)
            self._file.write(text)
        except OSError as refused:
            self._broken = True
            log.warning("The journal %s cannot be written any more: %s", self._path, refused)


def _claimed(path: Path, mode: str) -> BinaryIO | None:
    """Open and lock a file; None when a living process has it or when it is gone."""
    try:
        file: BinaryIO = path.open(mode, buffering=0)  # type: ignore[assignment]
    except (FileNotFoundError, PermissionError):  # Windows says so of a file that is being removed
        if "x" in mode:
            raise
        return None
    with contextlib.ExitStack() as stack:
        stack.enter_context(file)
        if not locked(file) or not _is_still(path, file):
            return None
        stack.pop_all()
    return file


def _is_still(path: Path, file: BinaryIO) -> bool:
    """Whether nobody removed it between our opening and our locking it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except (
        OSError
    ) as held:  # Windows removes no file that is open; what stays is settled and harmless
        log.debug("The journal %s stays: %s", path, held)


def _text(message: Message) -> bytes:
    moments = (message.inserted, message.expires, message.next_visible)
    facts = (message.id, message.pop_receipt, message.dequeue_count)
    return json.dumps([*facts, *(moment.isoformat() for moment in moments)]).encode()


def _messages(content: bytes) -> list[Message]:
    slots = (content[at : at + SLOT] for at in range(0, len(content), SLOT))
    return [message for slot in slots if (message := _message(slot)) is not None]


def _message(slot: bytes) -> Message | None:
    if slot.startswith(EMPTY):
        return None
    try:
        identity, receipt, count, *moments = json.loads(slot)
        inserted, expires, visible = (datetime.fromisoformat(moment) for moment in moments)
    except (TypeError, ValueError) as torn:  # the kill came while it was written
        log.debug("A slot of a dead host's journal is unreadable: %s", torn)
        return None
    return Message(identity, "", receipt, count, inserted, expires, visible)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
