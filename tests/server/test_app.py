"""The ASGI callable, spoken to without a server."""

import asyncio

import pytest

from feedd.publisher.cache import DocumentCache, cached
from feedd.server.answer import Health
from feedd.server.app import PIECE, make_app
from tests.support.documents import MAX_AGE, document, published, rss

LARGE = document("large.xml", rss(3000))


def app():
    shelf = DocumentCache()
    shelf.swap([cached(each, published(each), MAX_AGE) for each in (document(), LARGE)])
    return make_app(shelf, lambda: Health(alive=True, ready=True))


def talk(scope: dict, *events: dict) -> list[dict]:
    """What the app sends when it receives these events."""
    said: list[dict] = []
    waiting = list(events)

    async def receive() -> dict:
        return waiting.pop(0)

    async def send(message: dict) -> None:
        said.append(dict(message))

    asyncio.run(app()(scope, receive, send))
    return said


def http(path: str, method: str = "GET") -> list[dict]:
    headers = [(b"host", b"ann.example")]
    return talk({"type": "http", "method": method, "path": path, "headers": headers, "http_version": "1.1"})


def test_a_document_is_sent_in_two_messages():
    """Head, then the very bytes that lie on the shelf."""
    start, body = http("/feed.xml")
    assert (start["type"], start["status"]) == ("http.response.start", 200)
    assert body == {"type": "http.response.body", "body": rss()}


def test_a_large_document_is_sent_in_pieces():
    """Nothing is lost between them, all but the last say that more comes, and none is larger than a piece."""
    _, *pieces = http("/large.xml")
    assert b"".join(piece["body"] for piece in pieces) == LARGE.data
    assert [piece.get("more_body", False) for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    assert max(len(piece["body"]) for piece in pieces) == PIECE
    assert pieces[-1]["body"]


def test_head_sends_no_body():
    """Only the headers differ from nothing."""
    assert [message.get("body") for message in http("/large.xml", "HEAD")] == [None, b""]


def test_servers_with_a_lifespan_are_told_yes():
    """We start and stop nothing, and say so."""
    said = talk({"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    assert [message["type"] for message in said] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_websocket_is_closed_before_it_opens():
    """Which servers turn into a 403."""
    assert talk({"type": "websocket"}, {"type": "websocket.connect"}) == [{"type": "websocket.close", "code": 1000}]


def test_an_unknown_scope_is_an_error():
    """As the ASGI specification asks for."""
    with pytest.raises(ValueError, match="pigeon"):
        talk({"type": "carrier.pigeon"})
