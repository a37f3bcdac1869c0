"""The command line as people and scripts meet it: a process, with pipes or a terminal, and what it left on disk."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.support import prefork

MINIMAL = "site: https://ann.example\nsource: posts\npublish: public\nserver: {listen: '127.0.0.1:0'}\n"


class Blog:
    """A folder with settings and articles; `run("build")` is what a person would type in it."""

    def __init__(self, folder: Path, settings: str | None = MINIMAL) -> None:
        self.folder = folder
        self.posts = folder / "posts"
        self.public = folder / "public"
        self.settings = folder / "feedd.yaml"
        self.posts.mkdir(parents=True)
        if settings is not None:
            self.settings.write_text(settings)

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.posts / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def run(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return feedd(*arguments, cwd=more.pop("cwd", self.folder), **more)

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The envelope that `--json` prints; stdout must hold nothing else."""
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        envelope = json.loads(done.stdout)
        assert list(envelope) == ["schema", "ok", "code", "data", "messages"]
        assert (envelope["schema"], envelope["ok"], envelope["code"]) == (1, code == 0, code)
        return dict(envelope)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "feedd", *arguments]


def feedd(*arguments: str, env: dict[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run to the end, without a terminal. `env` is on top of a small environment of its own. What Python asks of its
    environment and its streams when it starts is real: then the process is not forked but started."""
    if not more.keys() - {"cwd", "timeout"} and not any(
        name.startswith(("PYTHON", "LC_", "LANG")) for name in env or ()
    ):
        return prefork.run(arguments, str(more.get("cwd") or os.getcwd()), environment(env), more.get("timeout", 60))
    more = {"stdin": subprocess.DEVNULL, "encoding": "utf-8", "errors": "surrogateescape", "timeout": 60} | more
    streams = {} if "stdout" in more else {"stdout": subprocess.PIPE}
    streams |= {} if "stderr" in more else {"stderr": subprocess.PIPE}
    return subprocess.run(command(*arguments), env=environment(env), check=False, **streams, **more)


def environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """What a test decides, and not the machine it runs on."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "VIRTUAL_ENV", "LANG", "TMPDIR")}
    return kept | {"HOME": "/nonexistent", "TERM": "xterm", "COLUMNS": "120"} | (changes or {})


class Terminal:
    """A process with a terminal for stdin, stdout and stderr."""

    def __init__(self, argv: list[str], cwd: Path, env: dict[str, str] | None = None) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=environment(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, text: str, times: int = 1, within: float = 30) -> str:
        """Everything shown so far, once `text` is there (so many times)."""
        deadline = time.monotonic() + within
        while self.seen.count(text) < times:
            assert time.monotonic() < deadline, f"{text!r} was not shown, but {self.seen!r}"
            assert self._read() or self.seen.count(text) >= times, self.seen
        return self.seen

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C, as often as it takes: one that comes between a prompt and Python's waiting for a line is not seen."""
        for _ in range(30):
            self.type("\x03")
            deadline = time.monotonic() + 1
            while time.monotonic() < deadline:
                self._read(within=0.1)
                if self.process.poll() is not None:
                    return self.end()
        raise AssertionError(f"Ctrl-C did not end it; it showed {self.seen!r}")

    def end(self) -> tuple[int, str]:
        """The exit code, and everything that was shown."""
        while self._read():
            pass
        return self.process.wait(timeout=30), self.seen

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        with contextlib.suppress(OSError):
            os.close(self._ours)

    def _read(self, within: float = 30) -> bool:
        if not select.select([self._ours], [], [], within)[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other side is closed
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


def _own_terminal() -> None:
    """In the child: make the terminal its controlling one, so that typing Ctrl-C interrupts it: also where the tests
    themselves run in the background of a shell, which makes all below them deaf to it."""
    import fcntl
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def tree(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Everything below a folder: kind, times, size and bytes. Two equal trees mean that nothing was touched."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(folder))] = (
            status.st_mode,
            status.st_ino,
            status.st_mtime_ns,
            status.st_ctime_ns,
            data,
        )
    return found
