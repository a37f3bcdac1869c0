"""A real HTTP server on 127.0.0.1 that answers from a script and remembers what it was asked.

    with Loopback(Answer(503), Answer(204)) as server:
        ...                                   # talk to server.url
        assert [r.method for r in server.requests] == ["POST", "POST"]

The script's last answer is repeated; no script at all means 204. `close()` ends every answer that is still being held,
so a test never waits for a delay it does not care about. Answers by path: `server.script["/dead"] = [Answer(503)]`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

TLS = Path(__file__).parent / "tls"  # a throw-away authority and its certificate for "localhost", valid 2020 to 2120
CA_FILE = str(TLS / "ca.pem")


@dataclass(frozen=True)
class Answer:
    """One answer. `delay` is in seconds, before the first byte; `silent` never answers at all.

    `raw` replaces the whole answer. `reset` drops the connection with RST after what was written; `chunk_delay` sends
    the body byte by byte with this pause. Content-Length is added unless `headers` have one.
    """

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0
    silent: bool = False
    raw: bytes | None = None
    reset: bool = False
    chunk_delay: float = 0.0


@dataclass(frozen=True)
class Received:
    """One request as it came in. Header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Loopback:
    def __init__(self, *answers: Answer, tls: bool = False, host: str = "127.0.0.1") -> None:
        self.script: dict[str, list[Answer]] = {"": list(answers) or [Answer()]}
        self.requests: list[Received] = []
        self.connections = 0
        self.server_names: list[str | None] = []  # what TLS clients asked for (SNI)
        self.most_at_once = 0
        self._at_once = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._tls = self._tls_context() if tls else None
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.bind((host, 0))
        self._listener.listen(64)
        self._listener.settimeout(1)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, name="loopback")
        self._acceptor.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._closing.set()
        with contextlib.suppress(OSError), socket.create_connection(self._listener.getsockname()[:2], 1):
            pass  # wakes `accept`
        self._acceptor.join(10)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Received]:
        """Until `count` requests have come in; fails the test otherwise."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.requests) >= count, seconds)
        assert arrived, f"{len(self.requests)} requests instead of {count} within {seconds} s"
        return list(self.requests)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    # --- the server's side

    def _tls_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "localhost.pem", TLS / "localhost.key")
        context.sni_callback = lambda _socket, name, _context: self.server_names.append(name)
        return context

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            if self._closing.is_set():
                connection.close()
                return
            self.connections += 1
            connection.settimeout(10)
            thread = threading.Thread(target=self._serve, args=(connection,), name="loopback-connection")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = _read_request(connection)
            if request is not None:
                self._answer(connection, request)
        except (OSError, ssl.SSLError):
            pass  # the client went away; what it had sent is what the test looks at
        finally:
            connection.close()

    def _answer(self, connection: socket.socket, request: Received) -> None:
        with self._changed:
            answer = self._next_answer(request.path)
            self.requests.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._changed.notify_all()
        try:
            if answer.silent or answer.delay:
                self._closing.wait(None if answer.silent else answer.delay)
            if not answer.silent:
                self._write(connection, answer)
        finally:
            with self._changed:
                self._at_once -= 1

    def _next_answer(self, path: str) -> Answer:
        script = self.script.get(path.partition("?")[0]) or self.script[""]
        return script.pop(0) if len(script) > 1 else script[0]

    def _write(self, connection: socket.socket, answer: Answer) -> None:
        if answer.chunk_delay:
            connection.sendall(_head(answer))
            for byte in answer.body:
                connection.sendall(bytes([byte]))
                if self._closing.wait(answer.chunk_delay):
                    break
        else:
            connection.sendall(answer.raw if answer.raw is not None else _head(answer) + answer.body)
        if answer.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _head(answer: Answer) -> bytes:
    reason = HTTPStatus(answer.status).phrase if answer.status in list(HTTPStatus) else ""
    headers: Iterable[tuple[str, str]] = answer.headers
    if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers) and answer.status != 204:
        headers = (*headers, ("Content-Length", str(len(answer.body))))
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\nConnection: close\r\n\r\n").encode("latin-1")


def _read_request(connection: socket.socket) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        more = connection.recv(65536)
        if not more:
            break
        body += more
    method, path, _ = first.split(" ")
    return Received(method, path, headers, body)


def free_port() -> int:
    """A port on which nothing listens (for "connection refused")."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
