"""The real daemon as a process, on a folder of the test's."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], what: str, within: float = 20) -> T:
    """The first true value of `look`; a bounded wait for something that another process does."""
    deadline = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s")
        time.sleep(0.01)
    return found


def _environment() -> dict[str, str]:
    """Ours, except that a process that is started often may keep its bytecode: a third of its start is compiling."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Site:
    """A folder with settings, articles and an output folder; `start` runs the daemon on it."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.posts = folder / "posts"
        self.public = folder / "public"
        self.posts.mkdir(parents=True, exist_ok=True)
        self.settings = folder / "feedd.yaml"
        self.settings.write_text(
            "site: https://ann.example\nsource: posts\npublish: public\nserver: {listen: '127.0.0.1:0'}\n" + settings
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""
        self.log = folder / "log"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "feedd", *arguments]

    def cli(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, timeout=60, **more
        )

    def start(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        with self.log.open("ab") as log:
            start = log.tell()
            self.process = subprocess.Popen(
                self.command("run", *arguments), cwd=self.folder, stderr=log, env=_environment() | (env or {})
            )
        self.address = until(lambda: self._address(start), f"the daemon serves; it said {self.log.read_text()}")

    def _address(self, start: int) -> str:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        said = self.log.read_bytes()[start:].decode()
        found = [line.split()[1] for line in said.splitlines() if line.startswith("serving ")]
        return found[0].removeprefix("http://").rstrip("/") if found else ""

    def ready(self) -> None:
        until(lambda: self.get("/readyz").status == 200, f"the first build; it said {self.log.read_text()}")

    def get(self, path: str, method: str = "GET", **headers: str) -> Any:
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            response.body = response.read()  # type: ignore[attr-defined]
            return response
        except OSError as error:
            return type("NoAnswer", (), {"status": 0, "body": b"", "error": error})
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        done = self.cli("status", "--json")
        return dict(json.loads(done.stdout)["data"])

    def write(self, path: str, text: str) -> None:
        """As an editor does: a temporary file, then a rename."""
        file = self.posts / path
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{file.name}.tmp")
        temporary.write_text(text)
        temporary.replace(file)

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextlib.contextmanager
def running(site: Site, *arguments: str) -> Iterator[Site]:
    site.start(*arguments)
    try:
        site.ready()
        yield site
    finally:
        site.kill()


class Notifications:
    """What systemd would hear: a datagram socket and the messages that arrived."""

    def __init__(self, folder: Path) -> None:
        import socket

        self.path = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self.messages: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.messages.append(self._socket.recv(4096).decode())

    def close(self) -> None:
        self._socket.close()
