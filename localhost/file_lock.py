"""Locks a file for as long as this process keeps it open, or lives, on every system."""

import sys
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    BEYOND = 2**30
    """The locked byte: Windows lets nobody else read what is locked, so it is none of the text."""

    def locked(file: BinaryIO) -> bool:
        """Lock an open file; False when somebody else has it locked."""
        file.seek(BEYOND)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def locked(file: BinaryIO) -> bool:
        """Lock an open file; False when somebody else has it locked.

        Raises:
            OSError: the file system knows no locks.
        """
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
