"""Real sockets: the server as readers, proxies and attackers meet it."""

import asyncio
import contextlib
import gzip
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO

import feedparser
import pytest
import uvloop

from feedd.errors import EXIT_UNAVAILABLE
from feedd.publisher.cache import DocumentCache, cached
from feedd.server.answer import Health
from feedd.server.app import make_app
from feedd.server.serve import Limits, ListenError, Server, bind
from tests.support.documents import MAX_AGE, document, published, rss

FEED = document(data=rss(50), hubs=("https://hub.example/",))
HUGE = document("huge.json", b'{"_feedd": "' + b" " * 30_000_000 + b'"}', media_type="application/json")
TAG = f'"{FEED.digest}"'
DEADLINE = 10  # seconds after which a test that waits for a socket has failed


def shelf() -> DocumentCache:
    made = DocumentCache()
    made.swap([cached(FEED, published(FEED), MAX_AGE)], gone=["old.xml"])
    return made


@contextmanager
def running(documents: DocumentCache | None = None, limits: Limits | None = None, loop=None) -> Iterator[Server]:
    """A server in a thread of its own, stopped at the end; an error in it is raised here."""
    app = make_app(documents or shelf(), lambda: Health(alive=True, ready=True))
    server = Server(app, bind("127.0.0.1:0"), limits)
    errors: list[BaseException] = []

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=loop) as runner:
                runner.run(server.serve())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(DEADLINE)
        assert not thread.is_alive()
        assert errors == []


@pytest.fixture(scope="module", params=[None, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def server(request):
    with running(loop=request.param) as server:
        yield server


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), DEADLINE)


def get(server: Server, path: str = "/feed.xml", method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection(server.host, server.port, DEADLINE)) as connection:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()


def raw(server: Server, data: bytes) -> bytes:
    """All that comes back until the server hangs up."""
    with connect(server) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return until_closed(client)


def until_closed(client: socket.socket) -> bytes:
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while data := client.recv(65536):
            received += data
    return bytes(received)


def status(reply: bytes) -> int:
    return int(reply.split(b" ", 2)[1])


# --- readers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "method", "headers", "code"),
    [
        ("/feed.xml", "GET", {}, 200),
        ("/feed.xml?utm_source=x", "GET", {}, 200),
        ("/feed%2Exml", "GET", {}, 200),
        ("/feed.xml", "HEAD", {}, 200),
        ("/feed.xml", "GET", {"If_None_Match": TAG}, 304),
        ("/feed.xml", "HEAD", {"If_None_Match": TAG}, 304),
        ("/feed.xml", "POST", {}, 405),
        ("/feed.xml", "OPTIONS", {}, 204),
        ("/old.xml", "GET", {}, 410),
        ("/none.xml", "GET", {}, 404),
        ("/", "GET", {}, 404),
        ("/healthz", "GET", {}, 200),
    ],
)
def test_the_answers(server, path, method, headers, code):
    """The rules of `answer`, over the wire; no server name, no cookie, and a date."""
    response, body = get(server, path, method, **headers)
    assert response.status == code
    assert (response.getheader("server"), response.getheader("set-cookie")) == (None, None)
    assert response.getheader("date")
    if method == "GET" and code == 200 and path != "/healthz":
        assert body == FEED.data
    if method == "HEAD" or code in (204, 304):
        assert body == b""


def test_gzip_over_the_wire(server):
    """The packed bytes unpack to the feed, with the length that was said."""
    response, body = get(server, Accept_Encoding="gzip, deflate")
    assert response.getheader("content-encoding") == "gzip"
    assert int(response.getheader("content-length")) == len(body) < len(FEED.data)
    assert gzip.decompress(body) == FEED.data


def test_a_hub_finds_its_links_on_every_answer(server):
    """One self and the hub, on GET, HEAD and 304 alike (WebSub §4)."""
    for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"If_None_Match": TAG})):
        response, _ = get(server, method=method, **headers)
        link = response.getheader("link")
        assert link.count('rel="self"') == link.count('rel="hub"') == 1
        assert f"<{FEED.url}>" in link


def test_feedparser_reads_it_once(server):
    """A real reader gets the items, and a 304 the second time, by tag or by date."""
    url = f"{server.url}feed.xml"
    first = feedparser.parse(url)
    assert (first.status, first.bozo, len(first.entries)) == (200, False, 50)
    assert feedparser.parse(url, etag=first.etag).status == 304
    assert feedparser.parse(url, modified=first.modified).status == 304


def test_one_connection_takes_many_requests(server):
    """Keep-alive, also after a 404, a 304 and a HEAD."""
    with closing(HTTPConnection(server.host, server.port, DEADLINE)) as connection:
        for method, path in [("GET", "/none"), ("HEAD", "/feed.xml"), ("GET", "/feed.xml"), ("GET", "/feed.xml")]:
            connection.request(method, path)
            if connection.sock:
                used = connection.sock.getsockname()
            response = connection.getresponse()
            response.read()
            assert response.getheader("connection") != "close"
        assert connection.sock.getsockname() == used


def test_what_is_swapped_is_served_at_once():
    """A hub that fetches right after the swap sees the new document (WebSub: ping only what can be fetched)."""
    documents = shelf()
    with running(documents) as server:
        new = document(data=rss(51))
        documents.update([cached(new, published(new), MAX_AGE)])
        response, body = get(server)
        assert (response.getheader("etag"), body) == (f'"{new.digest}"', new.data)


# --- proxies, scanners, attackers ------------------------------------------------------------------------------------

HOST = b"Host: ann.example\r\n"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (b"/feed.xml", 200),
        (b"http://evil.example/feed.xml", 200),
        (b"/../feed.xml", 404),
        (b"/../../../../etc/passwd", 404),
        (b"/%2e%2e/%2e%2e/etc/passwd", 404),
        (b"/..%2f..%2fetc/passwd", 404),
        (b"/feed.xml%00.html", 404),
        (b"/feed.xml\x00.html", 400),
        (b"/%c0%ae%c0%ae/etc/passwd", 404),
        (b"/%zz", 404),
        (b"/\xff\xfe", 400),
        (b"feed.xml", 400),
        (b"*", 404),
        (b"/a" * 40_000, 431),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else value,
)
def test_targets_of_all_kinds(server, target, code):
    """Absolute form is an address like another (RFC 9112 §3.2.2), and no way up leads anywhere."""
    reply = raw(server, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert status(reply) == code
    assert b"root:" not in reply


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"GET /feed.xml HTTP/1.1\r\n\r\n", 400),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST * 2 + b"\r\n", 400),
        (b"GET /feed.xml HTTP/1.0\r\n\r\n", 200),
        (b"GET /feed.xml HTTP/9.9\r\n" + HOST + b"\r\n", 400),
        (b"GET /feed.xml\r\n\r\n", 505),
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS on the plain port
        (b"GET /feed.xml HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"X\r\n\r\n", 400),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 10_000 + b"\r\n", 431),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 20_000 + b"\r\nConnection: close\r\n\r\n", 200),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\nhello", 405),
        (b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
    ids=range(20),
)
def test_requests_of_all_kinds(server, head, code):
    """Malformed heads, smuggling, floods and other protocols get one short answer."""
    assert status(raw(server, head)) == code


def test_what_follows_a_body_is_never_a_request(server):
    """Bytes that a body might hide are not answered: the connection ends with the answer before them."""
    hidden = b"GET /old.xml HTTP/1.1\r\n" + HOST + b"\r\n"
    for framing in (
        b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden,
        b"Transfer-Encoding: chunked\r\n\r\n" + hidden,
    ):
        reply = raw(server, b"GET /feed.xml HTTP/1.1\r\n" + HOST + framing)
        assert reply.count(b"HTTP/1.1 ") == 1
        assert b" 410 " not in reply


def test_requests_that_come_together_are_answered_in_order(server):
    """Pipelining, as old proxies do it."""
    first, second = (b"GET %s HTTP/1.1\r\n" % path + HOST for path in (b"/none.xml", b"/old.xml"))
    reply = raw(server, first + b"\r\n" + second + b"Connection: close\r\n\r\n")
    assert reply.index(b" 404 ") < reply.index(b" 410 ")


def test_a_bad_request_does_not_cost_the_good_one_before_it(server):
    """The first gets its whole answer, then the server hangs up."""
    reply = raw(server, b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"\r\n" + b"\x00 nonsense\r\n\r\n")
    assert status(reply) == 200
    assert reply.endswith(FEED.data)


def test_the_server_outlives_all_that(server):
    """After a thousand connections that come and go without a word, a reader is served."""
    for _ in range(1000):
        connect(server).close()
    assert get(server)[0].status == 200


# --- limits ----------------------------------------------------------------------------------------------------------

LOOPS = pytest.mark.parametrize("loop", [None, uvloop.new_event_loop], ids=["asyncio", "uvloop"])


@LOOPS
@pytest.mark.parametrize("start", [b"", b"GET /feed.xml HT", b"GET / HTTP/1.1\r\nX: y\r\n", b"\r\n"])
def test_a_request_that_never_ends_is_dropped(loop, start):
    """Slow senders lose their connection; the bytes they add do not buy them time."""
    with running(limits=Limits(head_seconds=0.2), loop=loop) as server, connect(server) as client:
        client.sendall(start)
        assert until_closed(client) == b""


@LOOPS
def test_trickling_does_not_buy_time(loop):
    """One byte now and then does not start the clock anew, in a head or after an answer."""
    whole = b"GET /old.xml HTTP/1.1\r\n" + HOST + b"\r\n"
    with running(limits=Limits(head_seconds=0.3), loop=loop) as server:
        for before, drop in ((b"GET /", b"a"), (whole, b"\r\n")):
            with connect(server) as client:
                client.sendall(before)
                client.settimeout(0.05)
                end = time.monotonic() + DEADLINE
                closed = False
                while not closed and time.monotonic() < end:
                    try:
                        client.sendall(drop)
                        closed = client.recv(65536) == b""
                    except TimeoutError:
                        continue
                    except OSError:
                        closed = True
                assert closed


@LOOPS
def test_an_endless_head_is_refused_while_it_comes(loop):
    """Not when memory is full: after the limit the connection is closed with a 431."""
    with running(limits=Limits(head_bytes=4096), loop=loop) as server, connect(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        reply = b""
        client.settimeout(0.05)
        for _ in range(200):
            client.sendall(b"y" * 1024)
            with contextlib.suppress(TimeoutError):
                reply += client.recv(4096)
            if reply:
                break
        assert status(reply) == 431


@LOOPS
def test_an_idle_connection_is_closed(loop):
    """After an answer a connection may wait for its next request, but not for ever."""
    with running(limits=Limits(idle_seconds=1), loop=loop) as server, connect(server) as client:
        client.sendall(b"GET /old.xml HTTP/1.1\r\n" + HOST + b"\r\n")
        assert status(until_closed(client)) == 410


@LOOPS
def test_a_reader_that_takes_nothing_is_cut_and_others_are_served_meanwhile(loop):
    """A stalled download of 30 MB holds a piece of it in memory, disturbs nobody, and ends."""
    documents = shelf()
    documents.update([cached(HUGE, published(HUGE), MAX_AGE)])
    with running(documents, Limits(stalled_seconds=0.5), loop) as server, connect(server) as client:
        client.sendall(b"GET /huge.json HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.recv(1, socket.MSG_PEEK)
        assert get(server)[1] == FEED.data
        wait_until(lambda: server.connections == 0)
        assert len(until_closed(client)) < len(HUGE.data)


@LOOPS
def test_a_client_may_close_its_side_before_the_answer(loop):
    """`nc -N` and its like ask, hang up their half and listen: they get everything, then the end."""
    documents = shelf()
    documents.update([cached(HUGE, published(HUGE), MAX_AGE)])
    with running(documents, loop=loop) as server:
        reply = raw(server, b"GET /huge.json HTTP/1.1\r\n" + HOST + b"\r\n")
        assert reply.endswith(HUGE.data[-1000:])
        assert len(reply) > len(HUGE.data)


@LOOPS
def test_a_slow_reader_gets_all_of_it(loop):
    """Who takes his time but takes something is served to the end."""
    documents = shelf()
    documents.update([cached(HUGE, published(HUGE), MAX_AGE)])
    with running(documents, Limits(stalled_seconds=5), loop) as server, connect(server) as client:
        client.sendall(b"GET /huge.json HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        received = BytesIO()
        while data := client.recv(262_144):
            received.write(data)
        assert received.getvalue().endswith(HUGE.data)


def wait_until(condition) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


@LOOPS
def test_one_connection_too_many_is_told_to_come_back(loop):
    """The others stay served; the one too many gets a 503 with a time."""
    with running(limits=Limits(connections=2), loop=loop) as server, connect(server) as one, connect(server) as two:
        wait_until(lambda: server.connections == 2)
        with connect(server) as three:
            reply = until_closed(three)
            assert status(reply) == 503
            assert b"retry-after: " in reply
        for client in (one, two):
            client.sendall(b"GET /old.xml HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
            assert status(until_closed(client)) == 410


ASK = b"GET /feed.xml HTTP/1.1\r\n" + HOST + b"\r\n"


@LOOPS
def test_who_asks_far_ahead_is_answered_so_far_and_hung_up_on(loop):
    """A thousand requests at once make seventeen of work: the one that is answered and those that may wait."""
    with running(loop=loop) as server, connect(server) as client:
        client.sendall(ASK * 1000)
        assert 1 <= until_closed(client).count(b"HTTP/1.1 200 OK") <= Limits().waiting + 1


@LOOPS
def test_who_asks_ahead_in_bursts_is_not_read_faster_than_answered(loop):
    """Ten requests, and ten more while the first is answered: all twenty are, because the others wait in the socket."""
    large = document("large.json", b'{"_feedd": "' + b" " * 2_000_000 + b'"}', media_type="application/json")
    documents = shelf()
    documents.update([cached(large, published(large), MAX_AGE)])
    ask = b"GET /large.json HTTP/1.1\r\n" + HOST + b"\r\n"
    with running(documents, loop=loop) as server, connect(server) as client:
        client.sendall(ask * 10)
        received = bytearray(client.recv(1))
        client.sendall(ask * 10)
        client.shutdown(socket.SHUT_WR)
        received += until_closed(client)
        assert received.count(b"HTTP/1.1 200 OK") == 20


@LOOPS
@pytest.mark.parametrize("end", [b"", b"\x00 nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000, ASK[:-10]])
def test_a_burst_that_is_not_waited_for_leaves_no_word_in_the_log(loop, end, caplog):
    """Whoever hangs up in the middle of it, says nonsense, or begins a head without end: no traceback for anybody."""
    documents = shelf()
    documents.update([cached(HUGE, published(HUGE), MAX_AGE)])
    with running(documents, Limits(stalled_seconds=0.3), loop) as server:
        for ask in (ASK, ASK.replace(b"feed.xml", b"huge.json")):
            for count in (1, 3, 17, 3000):
                with connect(server) as client:
                    for part in (ask * count, end, end):
                        with contextlib.suppress(OSError):
                            client.settimeout(0.1)
                            client.sendall(part)
                    if count == 3:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset
        wait_until(lambda: server.connections == 0)
        assert get(server)[0].status == 200
    assert caplog.records == []


# --- start and stop --------------------------------------------------------------------------------------------------


def test_a_taken_port_is_told_with_the_next_step():
    """Not a traceback: who has it, how to see it, what to set."""
    with bind("127.0.0.1:0") as taken, pytest.raises(ListenError, match="is taken") as caught:
        bind(f"127.0.0.1:{taken.getsockname()[1]}")
    assert "server.listen" in caught.value.hint
    assert caught.value.exit_code == EXIT_UNAVAILABLE


@pytest.mark.parametrize(
    "listen", ["", "8731", ":8731", "localhost", "localhost:", "localhost:http", "localhost:65536", "[::1]", "a:b:c"]
)
def test_what_is_no_address_is_told(listen):
    """With the form that is wanted."""
    with pytest.raises(ListenError, match="no address"):
        bind(listen)


@pytest.mark.parametrize("listen", ["192.0.2.1:0", "no-such-host.invalid:0"])
def test_addresses_that_are_not_ours(listen):
    """Another machine's address, a name nobody knows: the settings key is named."""
    with pytest.raises(ListenError) as caught:
        bind(listen)
    assert "server.listen" in caught.value.hint


@pytest.mark.parametrize(
    ("listen", "url"), [("127.0.0.1:0", "http://127.0.0.1:{}/"), ("localhost:0", None), ("[::1]:0", "http://[::1]:{}/")]
)
def test_a_free_port_is_found(listen, url):
    """Port 0 binds any free port, and the server can say which."""
    try:
        sock = bind(listen)
    except ListenError:
        if "::" in listen:
            pytest.skip("no IPv6 here")
        raise
    with sock:
        server = Server(make_app(shelf(), lambda: Health(True, True)), sock)
        assert server.port == sock.getsockname()[1] > 0
        if url:
            assert server.url == url.format(server.port)


def test_clients_may_connect_before_the_loop_runs():
    """From `bind` on nobody is refused: they wait and are served."""
    sock = bind("127.0.0.1:0")
    with socket.create_connection(sock.getsockname(), DEADLINE) as client:
        client.sendall(b"GET /old.xml HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")

        async def serve() -> None:
            server = Server(make_app(shelf(), lambda: Health(True, True)), sock)
            task = asyncio.create_task(server.serve())
            reply = await asyncio.to_thread(until_closed, client)
            assert status(reply) == 410
            server.stop()
            await task

        asyncio.run(serve())


def test_signals_are_the_callers():
    """In the main thread, too, the server leaves SIGINT and SIGTERM as they are."""

    async def serve() -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        server = Server(make_app(shelf(), lambda: Health(True, True)), bind("127.0.0.1:0"))
        task = asyncio.create_task(server.serve())
        await asyncio.to_thread(get, server)
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
        server.stop()
        await task

    asyncio.run(serve())


@LOOPS
def test_stopping_hangs_up_on_the_idle_at_once(loop):
    """A reader's kept connection does not hold the daemon, and the port is free again."""
    with running(loop=loop) as server, connect(server) as client:
        client.sendall(b"HEAD /old.xml HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.recv(65536).endswith(b"\r\n\r\n")
        begun = time.monotonic()
        server.stop()
        server.stop()
        assert until_closed(client) == b""
        assert time.monotonic() - begun < 3
    with bind(f"127.0.0.1:{server.port}"):
        pass


@LOOPS
def test_stopping_does_not_wait_for_a_stalled_reader_for_ever(loop, monkeypatch, caplog):
    """After the grace period what is left is cut, without a word in the log."""
    monkeypatch.setattr("feedd.server.serve._GRACE", 1)
    documents = shelf()
    documents.update([cached(HUGE, published(HUGE), MAX_AGE)])
    with connected_but_stalled(documents, loop) as client:
        pass
    with client:
        assert len(until_closed(client)) < len(HUGE.data)
    assert caplog.records == []


@contextmanager
def connected_but_stalled(documents: DocumentCache, loop) -> Iterator[socket.socket]:
    """A server that is stopped at the end while this client has taken a single byte."""
    with running(documents, loop=loop) as server:
        client = connect(server)
        client.sendall(b"GET /huge.json HTTP/1.1\r\n" + HOST + b"\r\n")
        assert client.recv(1)
        yield client


def test_cancelling_stops_at_once():
    """The daemon may also end its task: the port is free afterwards."""

    async def serve() -> int:
        server = Server(make_app(shelf(), lambda: Health(True, True)), bind("127.0.0.1:0"))
        task = asyncio.create_task(server.serve())
        await asyncio.to_thread(get, server)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return server.port

    with bind(f"127.0.0.1:{asyncio.run(serve())}"):
        pass
