"""The ASGI callable: a request comes in, `answer` decides, prepared bytes go out. No framework, opens no file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from feedd.server.answer import D, Header, Health, Request, Response, Shelf, answer, too_many
from feedd.server.limit import NOT_MODIFIED_COSTS, Limiter, client_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# A larger body goes out in pieces, each waiting until the reader took the one before: a slow reader of a large feed
# then holds one piece of memory, not a copy of the feed.
PIECE = 65536
_FOR_MACHINES = frozenset({"/healthz", "/readyz"})  # whoever watches over us is never turned away


def make_app(shelf: Shelf[D], health: Callable[[], Health], limiter: Limiter | None = None) -> App:
    """`health` is called for /healthz and /readyz only, on the event loop: it must not block."""

    def respond(scope: Scope) -> Response:
        headers = scope["headers"]
        request = Request(
            scope["method"],
            scope["path"],
            headers,
            scope["http_version"],
            scope.get("query_string", b""),
            scope.get("raw_path") or b"",
        )
        limit = limiter.limit if limiter is not None else None  # a reload may take it away at any moment
        if limiter is None or limit is None or request.path in _FOR_MACHINES:
            return answer(request, shelf, health)
        forwarded = b",".join(value for name, value in headers if name == b"x-forwarded-for")
        client = client_of((scope.get("client") or ("",))[0], forwarded, limit.proxies)
        if client is None:
            return answer(request, shelf, health)
        now = time.monotonic()
        wait = limiter.wait(client, now)
        if wait > 0:
            return too_many(wait)
        response = answer(request, shelf, health)
        limiter.count(client, now, NOT_MODIFIED_COSTS if response.status == 304 else 1)
        return response

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _respond(respond(scope), send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})  # before accept: the server makes it a 403
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            raise ValueError(f"unknown ASGI scope {scope['type']!r}")

    return app


async def _respond(response: Response, send: Send) -> None:
    headers = (*response.headers, _date(int(time.time())))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    body = response.body
    start = 0
    while len(body) - start > PIECE:
        await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
        start += PIECE
        await asyncio.sleep(0)  # others have their turn, and it is heard whether the reader is still there
    await send({"type": "http.response.body", "body": body[start:] if start else body})


@lru_cache(maxsize=1)
def _date(second: int) -> Header:
    """The server below sets its clock once a second, so that a document of this second would be younger than the
    answer: no Last-Modified may be later than Date (RFC 9110 §8.8.2.1)."""
    return b"date", formatdate(second, usegmt=True).encode("ascii")


async def _lifespan(receive: Receive, send: Send) -> None:
    """We have nothing to start or stop; servers that ask get a yes."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
