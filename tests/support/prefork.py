"""Commands without the wait for imports: a server that has feedd imported and forks for each command.

What runs is a process of its own with its own streams, folder, environment and exit code, as from a shell; only the
half second in which Python reads the same modules again is saved, two hundred times. Starting up from nothing is tested
where it matters (tests/cli/test_start.py).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from typing import Any

# What commands import when they run; one that is forgotten here costs time and nothing else.
_MODULES = (
    "feedd.cli.app",
    "feedd.cli.build",
    "feedd.cli.check",
    "feedd.cli.preview",
    "feedd.cli.status",
    "feedd.wiring",
)
_ENCODING = {"encoding": "utf-8", "errors": "surrogateescape"}


def run(arguments: tuple[str, ...], cwd: str, env: dict[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """`feedd ARGUMENTS` to its end; stdin is /dev/null."""
    with (
        open(os.devnull, "rb") as nothing,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as told,
        socket.socket(socket.AF_UNIX) as line,
    ):
        line.connect(_server())
        line.settimeout(timeout)
        order = json.dumps({"arguments": arguments, "cwd": cwd, "env": env}).encode("utf-8", "surrogateescape")
        streams = [nothing.fileno(), said.fileno(), told.fileno()]
        socket.send_fds(line, [len(order).to_bytes(4, "big")], streams)
        line.sendall(order)
        with line.makefile("r") as answer:
            pid = int(answer.readline())
            try:
                code = int(answer.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
        texts = []
        for stream in (said, told):
            stream.seek(0)
            # As a text pipe has it: line ends of other systems are "\n".
            texts.append(stream.read().decode(**_ENCODING).replace("\r\n", "\n").replace("\r", "\n"))
    return subprocess.CompletedProcess(["feedd", *arguments], code, *texts)


@cache
def _server() -> str:
    """The address of this process's server, started when it is first needed; it ends with us."""
    address = f"\0feedd-prefork-{os.getpid()}"
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(16)
    held, holding = os.pipe()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.prefork", str(listening.fileno()), str(held)],
        pass_fds=(listening.fileno(), held),
        start_new_session=True,
    )
    os.close(held)
    _keep.extend((server, holding))  # the pipe is closed when we end, however that comes; then the server ends
    listening.close()
    return address


_keep: list[Any] = []


def _serve(listening: socket.socket, held: int) -> None:
    for module in _MODULES:
        __import__(module)
    threading.Thread(target=_end_with, args=(held,), daemon=True).start()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        line, _ = listening.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            os.close(held)
            _handle(line)
            os._exit(0)
        line.close()


def _end_with(held: int) -> None:
    os.read(held, 1)
    os._exit(0)


def _handle(line: socket.socket) -> None:
    size, streams, _, _ = socket.recv_fds(line, 4, 3)
    with line.makefile("rb") as rest:
        data = rest.read(int.from_bytes(size, "big"))
    order = json.loads(data.decode("utf-8", "surrogateescape"))
    pid = os.fork()
    if pid == 0:
        line.close()
        _become(order, streams)
    line.sendall(b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(order: dict[str, Any], streams: list[int]) -> None:
    """What the interpreter does between its start and `python -m feedd`, and at its end."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["feedd", *order["arguments"]]
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    code = 1
    try:
        from feedd.cli import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
