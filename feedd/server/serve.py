"""A bound socket and the loop's HTTP server. The only door to uvicorn, with the manners it lacks on an open network.

uvicorn speaks HTTP well, but waits for ever for a request that never ends, keeps all that arrives until then, and waits
for ever for a reader that reads nothing. What one client may take:

    waiting for a request   `head_seconds` from its first byte (or from connecting), `head_bytes` in all
    between requests        `idle_seconds`
    answering               `stalled_seconds` in which the reader takes nothing
    asking ahead            `waiting` requests behind the one that is answered; one more is the last we read
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from feedd.errors import EXIT_UNAVAILABLE, FeeddError
from feedd.server.app import App

_BACKLOG = 1024
_GRACE = 5  # seconds that answers under way get when we stop
_LINGER = 2  # seconds for which a client that was refused may go on sending
_SPARE_FILES = 128  # descriptors kept for everything that is not a reader
_LOST_CAUSES = {
    errno.EADDRINUSE: ("is taken", "stop the program that has it (ss -ltnp shows it), or set server.listen"),
    errno.EADDRNOTAVAIL: ("is not an address of this machine", "set server.listen to one (ip address shows them)"),
    errno.EACCES: ("is not allowed", "ports below 1024 need CAP_NET_BIND_SERVICE; behind a proxy any other will do"),
}


class ListenError(FeeddError):
    """The server cannot have the address it was told to listen on."""

    exit_code = EXIT_UNAVAILABLE


def bind(listen: str) -> socket.socket:
    """Listen on "host:port" ("[::1]:8731", port 0 for any free one), or ListenError. Clients may connect from now on
    and wait in the backlog until `Server.serve` runs."""
    host, port = _address(listen)
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(
            address[:2], family=family, backlog=_BACKLOG, dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6()
        )
    except socket.gaierror as error:
        raise ListenError(
            f"cannot listen on {listen}: {error.strerror}", hint="set server.listen to host:port"
        ) from error
    except OSError as error:
        said = os.strerror(error.errno or 0).lower()
        cause, hint = _LOST_CAUSES.get(
            error.errno or 0, (f"cannot be had: {said}", "set server.listen to another address")
        )
        raise ListenError(f"{listen} {cause}", hint=hint) from error


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{listen!r} is no address to listen on", hint="write host:port, as in 127.0.0.1:8731")
    return host.removeprefix("[").removesuffix("]"), int(port)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take. `connections` None: as many as the process may have files open, but a few. `waiting`:
    of those who ask ahead at all, apt goes furthest, with ten requests."""

    head_bytes: int = 32 * 1024
    head_seconds: float = 10
    idle_seconds: int = 30
    stalled_seconds: float = 60
    connections: int | None = None
    waiting: int = 16

    @property
    def most_connections(self) -> int:
        if self.connections is not None:
            return self.connections
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return 65536 if files == resource.RLIM_INFINITY else max(16, files - _SPARE_FILES)


class Server:
    """Serves `app` on a bound socket inside the running event loop; signals are the caller's business."""

    def __init__(self, app: App, sock: socket.socket, limits: Limits | None = None) -> None:
        self._socket = sock
        self.host, self.port = sock.getsockname()[:2]
        config = uvicorn.Config(
            app,
            http=type("Protocol", (_Protocol,), {"limits": limits or Limits()}),
            ws="none",
            lifespan="off",
            interface="asgi3",
            loop="none",
            log_config=None,
            log_level="error",  # a warning for each malformed request would let anybody fill the log
            access_log=False,
            server_header=False,
            date_header=False,  # `app` says it
            proxy_headers=False,  # nothing we say depends on who asks
            timeout_keep_alive=(limits or Limits()).idle_seconds,
            timeout_graceful_shutdown=_GRACE + 1,  # `_Server.shutdown` is there first
        )
        self._server = _Server(config)

    @property
    def url(self) -> str:
        """For people on this machine; what readers are told comes from the settings."""
        return f"http://[{self.host}]:{self.port}/" if ":" in self.host else f"http://{self.host}:{self.port}/"

    @property
    def connections(self) -> int:
        """How many there are now, idle ones included."""
        return len(self._server.server_state.connections)

    async def serve(self) -> None:
        """Answer until `stop`, then close the socket. Cancelling it stops at once."""
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._server.hang_up()
            self._socket.close()

    def stop(self) -> None:
        """Take no more requests, finish those under way within five seconds. From any thread, any number of times."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: the daemon stops its parts in an order of its own."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, but who is left after the grace period loses the connection, which ends his answer
        quietly; cancelling it would fill the log with tracebacks."""
        cut = asyncio.get_running_loop().call_later(_GRACE, self.hang_up)
        try:
            await super().shutdown(sockets)
        finally:
            cut.cancel()

    def hang_up(self) -> None:
        """No new connections, and an end to those there are."""
        for listener in getattr(self, "servers", ()):  # none if we never started
            listener.close()
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()


class _TooLargeError(Exception):
    """A head of more than `head_bytes`; raised through the parser, which then gives up on the connection."""


class _TooManyError(Exception):
    """More requests than may wait; raised through the parser as well, before the request costs anything."""


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol with ceilings. Two clocks may run: `head` while we wait for a request to become whole, and
    `stalled` while the reader takes nothing, be it during an answer or at the end of the last one."""

    limits: Limits

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._clocks: dict[str, asyncio.TimerHandle] = {}
        self._in_head = True
        self._received = 0  # bytes since the read in which this head began
        self._parsed = 0  # bytes of its target and fields
        self._asked_all = False  # the client closed its side
        self._deaf = False  # we refused, and throw away what still comes
        self._current: RequestResponseCycle | None = None  # what is answered; `cycle` is what was asked last

    # --- the transport's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.limits.most_connections:
            self._say(503, b"retry-after: 60\r\n")
            self._close()
        else:
            self._start_head()

    def connection_lost(self, exc: Exception | None) -> None:
        for name in tuple(self._clocks):
            self._stop(name)
        if self._current is not None:
            self._current.disconnected = True  # or it would write into what is closed; uvicorn tells the last one only
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A head that comes byte by byte, and a body nobody reads, must not keep the connection: the clock that runs is
        not started anew by more of the same."""
        if self._deaf or self.transport.is_closing():
            return
        if self._in_head:
            self._received += len(data)
        super().data_received(data)
        if self._deaf or self.transport.is_closing():
            return
        if self._in_head and self._received > self.limits.head_bytes:
            self._end(431)
        elif self._in_head or not self._answering():
            self._start_head()

    def eof_received(self) -> bool:  # type: ignore[override]
        """True keeps our side open: who has nothing more to ask may still wait for the answer (RFC 9112 §9.6)."""
        self._asked_all = True
        return self._answering()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start_stalled()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop("stalled")

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._start_stalled()

    # --- the parser's side

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= self.limits.waiting:
            raise _TooManyError
        super().on_message_begin()
        self._in_head, self._received, self._parsed = True, 0, 0

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop("head")
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()  # uvicorn reads on after each answer, as if that had been the last
        if self._asked_all and not self._answering():
            self.transport.close()
        if self.transport.is_closing():
            self._start_stalled()

    def send_400_response(self, msg: str) -> None:
        """The parser gave up."""
        self._end(431 if self._parsed > self.limits.head_bytes else 400)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._current = cycle
        super()._start_asgi_task(cycle, app)

    # --- ours

    def _end(self, status: int) -> None:
        """No request is taken any more. Those before the bad one still get their answers, and nothing is written into
        them; the last of them ends the connection."""
        if self._answering():
            self.cycle.keep_alive = False
            self._deaf = True
        else:
            self._refuse(status)

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _count(self, size: int) -> None:
        self._parsed += size
        if self._parsed > self.limits.head_bytes:
            raise _TooLargeError

    def _refuse(self, status: int) -> None:
        """Say it, then listen a moment longer: to close on unread bytes is a reset, which takes the answer with it."""
        self._say(status)
        self._deaf = True
        self.transport.write_eof()
        self._start("linger", _LINGER, self.transport.abort)

    def _say(self, status: int, more: bytes = b"") -> None:
        reason = HTTPStatus(status).phrase.encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\n%scontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%s\n" % (status, reason, more, len(reason) + 1, reason)
        )

    def _close(self) -> None:
        self.transport.close()  # once the reader took what is written
        self._start_stalled()

    def _give_up(self) -> None:
        """Half a request does not cost the answer to the one before it."""
        if self._answering():
            self.cycle.keep_alive = False
        else:
            self._close()

    def _start_head(self) -> None:
        self._start("head", self.limits.head_seconds, self._give_up)

    def _start_stalled(self) -> None:
        self._start("stalled", self.limits.stalled_seconds, self.transport.abort)

    def _start(self, name: str, seconds: float, then: Callable[[], None]) -> None:
        if name not in self._clocks:
            self._clocks[name] = self.loop.call_later(seconds, then)

    def _stop(self, name: str) -> None:
        if clock := self._clocks.pop(name, None):
            clock.cancel()
