"""TCP ports of this machine: is one free, does somebody answer on it."""

import os
import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on `port`; raises PermissionError for a port kept for root."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # A connection in TIME_WAIT does not count. On Windows the option would let two servers
            # share the port, so it stays off.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def answers(host: str, port: int, *, timeout: float = 1.0) -> bool:
    """Whether somebody accepts a connection within `timeout` seconds."""
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False
