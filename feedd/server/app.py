"""The ASGI callable: a request comes in, `answer` decides, prepared bytes go out. No framework, opens no file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from feedd.server.answer import Health, Request, Response, Shelf, answer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# A larger body goes out in pieces, each waiting until the reader took the one before: a slow reader of a large feed
# then holds one piece of memory, not a copy of the feed.
PIECE = 65536


def make_app(shelf: Shelf, health: Callable[[], Health]) -> App:
    """`health` is called for /healthz and /readyz only, on the event loop: it must not block."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope["method"], scope["path"], scope["headers"], scope["http_version"])
            await _respond(answer(request, shelf, health), send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})  # before accept: the server makes it a 403
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            raise ValueError(f"unknown ASGI scope {scope['type']!r}")

    return app


async def _respond(response: Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    body = response.body
    start = 0
    while len(body) - start > PIECE:
        await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
        start += PIECE
    await send({"type": "http.response.body", "body": body[start:] if start else body})


async def _lifespan(receive: Receive, send: Send) -> None:
    """We have nothing to start or stop; servers that ask get a yes."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
