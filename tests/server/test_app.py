"""The ASGI callable, spoken to without a server."""

import asyncio
from datetime import timedelta

import pytest

from feedd.model import ClientLimit
from feedd.publisher.cache import DocumentCache, cached
from feedd.server.answer import Health
from feedd.server.app import PIECE, make_app
from feedd.server.limit import Limiter
from tests.support.documents import MAX_AGE, document, published, rss

LARGE = document("large.xml", rss(3000))


def app(limiter: Limiter | None = None):
    shelf = DocumentCache()
    shelf.swap([cached(each, published(each), MAX_AGE) for each in (document(), LARGE)])
    return make_app(shelf, lambda: Health(alive=True, ready=True), limiter)


def talk(scope: dict, *events: dict, limiter: Limiter | None = None) -> list[dict]:
    """What the app sends when it receives these events."""
    said: list[dict] = []
    waiting = list(events)

    async def receive() -> dict:
        return waiting.pop(0)

    async def send(message: dict) -> None:
        said.append(dict(message))

    asyncio.run(app(limiter)(scope, receive, send))
    return said


def http(
    path: str, method: str = "GET", limiter: Limiter | None = None, query: bytes = b"", **headers: str
) -> list[dict]:
    lines = [(b"host", b"ann.example"), *((name.replace("_", "-").encode(), v.encode()) for name, v in headers.items())]
    scope = {"type": "http", "method": method, "path": path, "headers": lines, "http_version": "1.1"}
    return talk(scope | {"query_string": query, "client": ("192.0.2.1", 4711)}, limiter=limiter)


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


def test_the_query_is_handed_on():
    """A browser that asks for the feed itself gets it under a type that it shows."""
    start, _ = http("/feed.xml", query=b"raw")
    assert (b"content-type", b"application/xml; charset=utf-8") in start["headers"]


def test_a_client_that_asks_too_often_is_told_when_to_come_back():
    """Health is never refused, a 304 costs a tenth, and without a limit nobody is counted."""
    limiter = Limiter(ClientLimit(2, timedelta(hours=1)))
    tag = f'"{document().digest}"'
    statuses = [http("/feed.xml", limiter=limiter, if_none_match=tag)[0]["status"] for _ in range(5)]
    statuses += [http(path, limiter=limiter)[0]["status"] for path in ("/feed.xml", "/none", "/feed.xml", "/healthz")]
    assert statuses == [304] * 5 + [200, 429, 429, 200]
    start, body = http("/feed.xml", limiter=limiter)
    wait = int(dict(start["headers"])[b"retry-after"])
    assert 0 < wait <= 900
    assert (b"cache-control", b"no-store") in start["headers"]
    assert body["body"] == b"Please ask less often.\n"
    assert {http("/feed.xml", limiter=Limiter(None))[0]["status"] for _ in range(5)} == {200}


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
