"""The door to the network: what it refuses to reach, and what it makes of every way a peer can behave."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from feedd.errors import OutboundError
from feedd.model import HttpRequest, HttpResponse
from feedd.outbound import Client, is_private, is_public
from tests.support.loopback import CA_FILE, Answer, Loopback, free_port

MOST = 64 * 1024  # bytes of a body, unless more is asked for


def request(url: str, *, allow_private: bool = True, seconds: float = 5, **more: Any) -> HttpRequest:
    headers = more.pop("headers", (("Content-Type", "text/plain"),))
    return HttpRequest("POST", url, headers, b"hello", timedelta(seconds=seconds), allow_private, **more)


def send(what: HttpRequest) -> HttpResponse:
    return asyncio.run(Client().send(what))


def refusal(what: HttpRequest) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        send(what)
    return caught.value


# --- addresses

PUBLIC = ("93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:4700::6810:1", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8",
          "64:ff9b::808:808", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0")  # fmt: skip

PRIVATE = ("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
           "169.254.169.254", "100.64.0.1", "100.127.255.255", "::1", "fc00::1", "fd00:ec2::254", "fe80::1",
           "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
           "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe")  # fmt: skip

NEVER = ("0.0.0.0", "0.1.2.3", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
         "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
         "::", "::127.0.0.1", "::ffff:0.0.0.0", "::ffff:224.0.0.1", "64:ff9b::", "64:ff9b::e000:1", "64:ff9b:1::1",
         "64:ff9b:1::7f00:1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:db8::1",
         "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fec0::1", "ff02::1", "ff0e::1",
         "4000::1", "8000::1", "::ffff:0:7f00:1")  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    """An address of the public network is reachable without permission, also inside a mapped or NAT64 one."""
    assert (is_public(address), is_private(address)) == (True, False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address: str) -> None:
    """Loopback, private, shared and link-local addresses are not public, and `allow_private` opens exactly them."""
    assert (is_public(address), is_private(address)) == (False, True)


@pytest.mark.parametrize("address", NEVER)
def test_addresses_that_are_never_reached(address: str) -> None:
    """Unspecified, multicast, reserved, documentation and tunnel addresses are reached with no permission at all."""
    assert (is_public(address), is_private(address)) == (False, False)


def test_public_is_stricter_than_the_standard_library() -> None:
    """Nothing that CPython calls non-global is public, over one address of every /8 and every IPv6 /8 in use."""
    spread = [f"{n}.1.2.3" for n in range(256)] + [f"{n:x}00::1" for n in range(1, 256)]
    assert [a for a in spread if is_public(a) and not ipaddress.ip_address(a).is_global] == []


# --- no spelling of a local address gets through

HOSTS = (
    # dotted, short, decimal, octal, hexadecimal, mixed
    "127.0.0.1", "127.0.1", "127.1", "127.1.1.1", "127.255.255.254", "2130706433", "017700000001", "0x7f000001",
    "0x7F000001", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01", "0177.1", "0x7f.1", "127.0x1", "00000177.0.0.1",
    "127.000.000.001", "0", "0.0", "0.0.0.0", "00", "0x0", "000.000.000.000",
    # with a trailing dot, percent-encoded, in other digits and shapes
    "127.0.0.1.", "2130706433.", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①",
    "⓵⓶⓻.0.0.1", "127．0．0．1",
    # IPv6
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::]", "[::127.0.0.1]", "[::7f00:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0:0]", "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[fe80::1]", "[fec0::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[::1%25lo]", "[::1%lo]",
    # names
    "localhost", "LOCALHOST", "LocalHost", "localhost.", "ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "%6cocalhost",
    # private networks, shared space, metadata services
    "10.0.0.1", "10.1", "167772161", "172.16.0.1", "192.168.0.1", "192.168.1", "0xc0.0xa8.0.1", "100.64.0.1",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
)  # fmt: skip

SHAPES = (
    "http://user@127.0.0.1:{port}/", "http://user:secret@127.0.0.1:{port}/", "http://@127.0.0.1:{port}/",
    "http://example.org@127.0.0.1:{port}/", "http://127.0.0.1:{port}@example.org/", "http://example.org\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.org/", "http://example.org%40127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/", "http:127.0.0.1:{port}", "//127.0.0.1:{port}/", "http:///127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nX: y", "http://127.0.0.1\t:{port}/", "http://127.0.0.1 :{port}/", " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@example.org/", "http://127.0.0.1:{port}?@example.org/", "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "unix:///run/x.sock", "HTTP://127.0.0.1:{port}/", "ws://127.0.0.1:{port}/",
)  # fmt: skip


@pytest.mark.timeout(120)
def test_no_spelling_of_a_local_address_reaches_anything() -> None:
    """Of all the ways to write an address that is not public, none opens a connection; each is an `OutboundError`."""

    async def reached(port: int) -> list[str]:
        client, through = Client(), []
        urls = [f"http://{host}:{port}/" for host in HOSTS] + [shape.format(port=port) for shape in SHAPES]
        for url in urls:
            try:
                await client.send(request(url, allow_private=False, seconds=5))
                through.append(url)
            except OutboundError:
                pass
        return through

    with Loopback() as server, Loopback(host="::1") as server6:
        assert asyncio.run(reached(server.port)) == []
        assert asyncio.run(reached(server6.port)) == []
        assert (server.connections, server6.connections) == (0, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433"])
def test_permission_is_by_address_not_by_spelling(host: str) -> None:
    """With `allow_private` the same spellings do reach the server: it is the address that is judged."""
    with Loopback() as server:
        assert send(request(f"http://{host}:{server.port}/")).status == 204


def test_a_block_is_permanent_and_says_what_to_do() -> None:
    """A blocked address is final, names the setting that would allow it, and does not tell the address."""
    error = refusal(request("http://127.0.0.1:9/", allow_private=False))
    assert error.permanent
    assert "allow_private" in error.hint
    assert "127" not in error.message


def test_unspecified_and_multicast_stay_closed_with_permission() -> None:
    """`allow_private` does not open 0.0.0.0 or multicast."""
    for host in ("0.0.0.0", "224.0.0.1", "[::]", "[ff02::1]"):
        error = refusal(request(f"http://{host}:9/"))
        assert (error.permanent, error.hint) == (True, "")


def answers(*addresses: str) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


@pytest.mark.parametrize("found", [("127.0.0.1", "93.184.215.14"), ("93.184.215.14", "127.0.0.1")])
def test_one_private_answer_among_public_ones_blocks_the_name(
    found: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to a public and a private address is refused before any connection is made."""
    with Loopback() as server:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers(*found))
        error = refusal(request(f"http://rebind.example:{server.port}/", allow_private=False))
        assert (error.permanent, server.connections) == (True, 0)


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judged address is the connected one: a second look-up that would answer differently never happens."""
    asked: list[str] = []

    def resolver(host: str, *_a: object, **_k: object) -> list[Any]:
        asked.append(host)
        return answers("127.0.0.1") if len(asked) == 1 else answers("127.0.0.2")

    with Loopback() as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        assert send(request(f"http://rebind.example:{server.port}/")).status == 204
        assert asked == ["rebind.example"]
        assert server.requests[0].headers["host"] == f"rebind.example:{server.port}"


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the first address of a name refuses, the second is connected."""
    with Loopback(host="127.0.0.1") as server:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers("127.0.0.9", "127.0.0.1"))
        assert send(request(f"http://two.example:{server.port}/")).status == 204


def test_a_slow_name_server_keeps_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline spans the name look-up too, and a hanging look-up does not keep the loop from closing."""
    go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: go.wait(20) and answers("127.0.0.1"))
    begun = time.monotonic()
    error = refusal(request("http://slow.example/", seconds=0.2))
    go.set()
    assert (error.message, error.permanent) == ("no answer within 0.2 s", False)
    assert time.monotonic() - begun < 5


# --- what is sent


def test_the_request_on_the_wire() -> None:
    """Method, path, body and headers arrive as given, with our name, no cookie, and no wish for compression."""
    with Loopback() as server:
        send(request(f"{server.url}/a%20b?x=1&y=%C3%A9#part", headers=(("Content-Type", "text/x"), ("X-One", "1"))))
        (got,) = server.requests
    assert (got.method, got.path, got.body) == ("POST", "/a%20b?x=1&y=%C3%A9", b"hello")
    assert got.headers["user-agent"].startswith("feedd/")
    expected = {"content-type": "text/x", "x-one": "1", "accept-encoding": "identity", "content-length": "5"}
    assert expected.items() <= got.headers.items()
    assert "cookie" not in got.headers


def test_environment_proxies_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would bypass the address check, so it is not asked."""
    with Loopback() as server, Loopback(Answer(200)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert send(request(server.url)).status == 204
        assert proxy.connections == 0


def test_cookies_are_not_kept() -> None:
    """A cookie set by one answer is not sent with the next request."""
    with Loopback(Answer(200, (("Set-Cookie", "a=b; Path=/"),))) as server:

        async def twice() -> None:
            client = Client()
            await client.send(request(server.url))
            await client.send(request(server.url))

        asyncio.run(twice())
        assert all("cookie" not in got.headers for got in server.requests)


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "a\0b"])
def test_a_header_cannot_inject_another(value: str) -> None:
    """A line break in a header value is refused for good, and nothing reaches the server."""
    with Loopback() as server:
        error = refusal(request(server.url, headers=(("X-Title", value),)))
        assert error.permanent
        assert server.requests == []


UNUSABLE = ("http://", "http:///path", "", "nonsense", "http://a:b/", "http://x:70000/", "http://[::1",
            "http://" + "a" * 64 + "/", "http://x/" + "a" * 3000)  # fmt: skip


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_url_that_cannot_work_is_permanent(url: str) -> None:
    """A malformed URL is final: trying again would not mend it."""
    assert refusal(request(url)).permanent


# --- what comes back


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_not_orders(status: int) -> None:
    """A redirect is handed back and its target is never asked."""
    with Loopback() as other, Loopback(Answer(status, (("Location", f"{other.url}/x"),))) as server:
        response = send(request(server.url))
        assert (response.status, response.headers["location"]) == (status, f"{other.url}/x")
        assert (len(server.requests), other.connections) == (1, 0)


def test_header_names_are_lower_case_and_repeats_are_joined() -> None:
    """Headers come back under lower-case names; a repeated one is joined with commas."""
    with Loopback(Answer(200, (("X-Thing", "1"), ("x-thing", "2")), b"body")) as server:
        response = send(request(server.url))
    assert (response.headers["x-thing"], response.body) == ("1, 2", b"body")


def test_a_long_body_is_cut_at_64_kib() -> None:
    """Of a 10 MB answer the first 64 KiB are kept and the line is dropped."""
    with Loopback(Answer(200, body=b"x" * 10_000_000)) as server:
        assert len(send(request(server.url)).body) == MOST
        assert len(send(request(server.url, most=3_000_000)).body) == 3_000_000


def test_a_compressed_body_is_not_unpacked() -> None:
    """A gzip bomb comes back as the few bytes it was sent as."""
    bomb = gzip.compress(b"\0" * 50_000_000, 9)
    with Loopback(Answer(200, (("Content-Encoding", "gzip"),), bomb)) as server:
        assert send(request(server.url)).body == bomb[:MOST]


def test_an_answer_whose_body_never_ends_counts() -> None:
    """A status line followed by a dripping body is that status once the deadline has come."""
    with Loopback(Answer(202, body=b"slowly" * 100, chunk_delay=0.05)) as server:
        response = send(request(server.url, seconds=0.5))
        assert response.status == 202
        assert b"slowly".startswith(response.body[:6])


def test_an_answer_that_breaks_off_counts() -> None:
    """A 200 whose body is cut short by a reset is a 200: the message was taken."""
    with Loopback(Answer(200, (("Content-Length", "1000"),), b"partial", reset=True)) as server:
        assert send(request(server.url)).status == 200


FAILURES = {
    "nothing at all": (Answer(raw=b""), "without sending a response"),
    "reset": (Answer(raw=b"", reset=True), "reset"),
    "half a status line": (Answer(raw=b"HTTP/1.1 20"), "without sending a response"),
    "garbage": (Answer(raw=b"\x00\x01\x02 what\r\n\r\n"), ""),
    "endless headers": (Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000), ""),
}


@pytest.mark.parametrize("name", FAILURES)
def test_no_answer_is_a_passing_error(name: str) -> None:
    """Whatever is not an HTTP answer is an error in words that may pass."""
    answer, words = FAILURES[name]
    with Loopback(answer) as server:
        error = refusal(request(server.url))
    assert not error.permanent
    assert words in error.message
    assert error.message


def test_refused() -> None:
    """A port on which nothing listens is said to refuse."""
    error = refusal(request(f"http://127.0.0.1:{free_port()}/"))
    assert (error.message, error.permanent) == ("the connection was refused", False)


def test_name_not_found() -> None:
    """A name that does not exist may exist later."""
    error = refusal(request("http://feedd.invalid/"))
    assert (error.message, error.permanent) == ("the name was not found", False)


def test_silence() -> None:
    """A server that takes the request and says nothing is given up at the deadline."""
    with Loopback(Answer(silent=True)) as server:
        assert refusal(request(server.url, seconds=0.3)).message == "no answer within 0.3 s"


def test_cancelling_leaves_nothing_open() -> None:
    """A request that is cancelled closes its connection (an open socket would be a warning, and thus an error)."""

    async def cancelled(url: str, server: Loopback) -> None:
        task = asyncio.create_task(Client().send(request(url, seconds=30)))
        await asyncio.to_thread(server.wait_for, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with Loopback(Answer(silent=True)) as server:
        asyncio.run(cancelled(server.url, server))


# --- TLS


def test_tls_is_checked_against_the_name() -> None:
    """With the right authority, HTTPS works, and the name is what the server is asked for (SNI)."""
    with Loopback(Answer(200, body=b"ok"), tls=True) as server:
        response = send(request(f"https://localhost:{server.port}/", ca_file=CA_FILE))
        assert (response.body, server.server_names) == (b"ok", ["localhost"])


def test_tls_for_another_name_is_refused() -> None:
    """A certificate for another name is not accepted, although authority and address are right."""
    with Loopback(tls=True) as server:
        error = refusal(request(f"https://127.0.0.1:{server.port}/", ca_file=CA_FILE))
        assert error.message.startswith("TLS: the certificate is not accepted")
        assert (error.permanent, server.requests) == (False, [])


def test_tls_of_an_unknown_authority_is_refused() -> None:
    """Without its authority the certificate is not accepted; there is no way to switch that off."""
    with Loopback(tls=True) as server:
        error = refusal(request(f"https://localhost:{server.port}/"))
        assert error.message.startswith("TLS: the certificate is not accepted")
        assert server.requests == []


def test_plain_text_on_a_tls_url() -> None:
    """A server that does not speak TLS is said to fail at TLS."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        error = refusal(request(f"https://localhost:{listener.getsockname()[1]}/", ca_file=CA_FILE))
        thread.join()
        assert error.message.startswith("TLS failed")


def test_a_silent_tls_handshake_is_bounded() -> None:
    """A server that accepts and never shakes hands is given up at the deadline with its socket closed."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"https://localhost:{listener.getsockname()[1]}/"
        assert refusal(request(url, seconds=0.3, ca_file=CA_FILE)).message == "no answer within 0.3 s"


def test_a_missing_ca_file_is_said() -> None:
    """A CA file that is not there is an error the operator can mend, so it may pass."""
    error = refusal(request("https://localhost:9/", ca_file="/nonexistent/ca.pem"))
    assert ("CA file" in error.message, error.permanent) == (True, False)


def test_importing_the_door_does_not_load_the_http_library() -> None:
    """`is_public` can be asked without paying 0.1 s for the HTTP client."""
    code = "import sys, feedd.outbound; sys.exit(any(m.startswith('http') and m.endswith('2') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
