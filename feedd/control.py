"""A line to the running daemon: one JSON object each way over a UNIX socket that only its owner may open.

Linux limits socket paths to 107 bytes; a state folder may be deeper than that, so both ends go through its descriptor.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from feedd.errors import EXIT_FINDINGS, FeeddError, NoDaemonError, SettingsError
from feedd.telling import told, untold

log = logging.getLogger(__name__)

NAME = "control.sock"
MOST_BYTES = 1_000_000
Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


@contextlib.contextmanager
def _short_path(state_dir: str) -> Iterator[str]:
    folder = os.open(state_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)


async def serve(state_dir: str, handle: Handler) -> asyncio.Server:
    """Answer requests until the server is closed. The caller holds the lock of `state_dir`: an old socket is litter."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(json.dumps(await _answer(reader, handle)).encode() + b"\n")
            await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(state_dir, NAME))
    with _short_path(state_dir) as path:
        before = os.umask(0o177)  # from the first moment on, not from a later chmod
        try:
            return await asyncio.start_unix_server(connected, path, limit=MOST_BYTES)
        finally:
            os.umask(before)


async def _answer(reader: asyncio.StreamReader, handle: Handler) -> dict[str, Any]:
    try:
        request = json.loads(await asyncio.wait_for(reader.readline(), 10))
        return {"ok": True, "data": await handle(request)}
    except SettingsError as error:
        return {"ok": False, "problems": [told(problem) for problem in error.problems]}
    except FeeddError as error:
        return {"ok": False, "message": error.message, "hint": error.hint, "code": error.exit_code}
    except (ValueError, TypeError, KeyError, TimeoutError) as error:
        return {"ok": False, "message": f"not understood: {error}", "hint": "", "code": EXIT_FINDINGS}
    except Exception as error:
        log.exception("a request over the control socket failed")
        message = f"the running feedd failed ({type(error).__name__}: {error})"
        return {"ok": False, "message": message, "hint": "this is a bug; its log has more", "code": EXIT_FINDINGS}


def ask(state_dir: str, request: dict[str, Any], timeout: float = 600) -> Any:
    """Send one request to the daemon that uses this state folder and return its answer's data. NoDaemonError when none
    answers; the daemon's own error as FeeddError."""
    try:
        with _short_path(state_dir) as path, socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(timeout)
            sock.connect(path)
            sock.sendall(json.dumps(request).encode() + b"\n")
            with sock.makefile("rb") as stream:
                line = stream.readline()
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        raise NoDaemonError(f"no feedd is running on the state in {state_dir}", hint="start one: feedd run") from error
    except TimeoutError as error:
        raise NoDaemonError("the running feedd does not answer", hint="look at its log") from error
    except PermissionError as error:
        hint = "use the account that it runs under, as in: sudo -u feedd feedd status"
        raise NoDaemonError(f"the feedd on {state_dir} is not yours to talk to", hint=hint) from error
    except OSError as error:
        raise NoDaemonError(f"the running feedd hung up: {error.strerror}", hint="look at its log") from error
    if not line.endswith(b"\n"):
        raise NoDaemonError("the running feedd hung up", hint="look at its log")
    answer = json.loads(line)
    if answer["ok"]:
        return answer["data"]
    if "problems" in answer:
        raise SettingsError(tuple(map(untold, answer["problems"])))
    refusal = FeeddError(answer["message"], hint=answer["hint"])
    refusal.exit_code = answer["code"]
    raise refusal
