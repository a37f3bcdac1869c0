"""systemd's notification protocol (sd_notify(3)): one datagram, and nothing at all where nobody listens."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping


def notify(message: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send e.g. "READY=1". A service manager that is not there is no error."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError:
            return


def reloading() -> None:
    """Type=notify-reload wants the moment too, to tell this reload from the last one."""
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_interval(environ: Mapping[str, str] = os.environ) -> float | None:
    """Seconds between two heartbeats: a third of what systemd allows. None: no watchdog asked for."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    limit = environ.get("WATCHDOG_USEC", "")
    return int(limit) / 1e6 / 3 if limit.isdigit() and int(limit) else None
