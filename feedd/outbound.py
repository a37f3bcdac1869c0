"""The only door to the network: one request, one answer, and never to an address it should not reach.

What is refused, and where:

1. Before anything is resolved: another scheme than http and https, user names in the URL, control characters.
2. Between resolving and connecting: the name is resolved once, *every* answer is judged by `is_public`, and the
   connection goes to the judged address itself. There is no second look-up that could answer differently, and no
   spelling of an address (2130706433, 0x7f.1, ::ffff:127.0.0.1) that a text filter could miss.
3. Afterwards: redirects are answers, not orders; no proxy from the environment, no cookies, nothing is unpacked; the
   body is read up to a limit; one deadline spans everything.

TLS checks the certificate against the *name*, whichever address was connected to.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from feedd import __version__
from feedd.errors import OutboundError
from feedd.model import HttpRequest, HttpResponse

if TYPE_CHECKING:
    import httpcore2
    import httpx2

MAX_URL = 2048
CONNECT_TIMEOUT = 5.0  # seconds for each address
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_ADDRESSES = 4  # of one name; a name with hundreds of addresses must not use up the deadline with dead ones

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # the only IPv6 range handed out for the public network

# `is_global` of CPython 3.11.7 calls several of these global, so they are named here. IANA special-purpose registries.
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # CGNAT, RFC 6598
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: the metadata services of the clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries any IPv4 address inside
        "3fff::/20",
    )
)

# What `allow_private` opens. Everything that is neither public nor listed here stays closed.
_PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # also the addresses of overlay networks
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


def is_public(address: str) -> bool:
    """Is this numeric address (with or without a scope) one that belongs to the public network?

    An IPv4 address inside an IPv6 one (::ffff:a.b.c.d, NAT64) is judged as the IPv4 address it leads to. For IPv6 only
    2000::/3 without its reserved parts counts.
    """
    return _is_public(_parse(address))


def is_private(address: str) -> bool:
    """Is it a loopback, private, shared or link-local address: what `allow_private` lets through?"""
    return _within(_parse(address), _PRIVATE)


def _parse(address: str) -> Address:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return parsed.ipv4_mapped
        if parsed in _NAT64:
            return ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
    return parsed


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _is_public(address: Address) -> bool:
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not _within(address, _NOT_PUBLIC) and address.is_global and not address.is_multicast


class Client:
    """Keeps `ports.Outbound`. Every request has its own connection: no state, cookie or permission is carried over.

    `user_agent` replaces "feedd/<version>".
    """

    def __init__(self, user_agent: str = f"feedd/{__version__}") -> None:
        self._user_agent = user_agent
        self._default_tls: ssl.SSLContext | None = None

    async def send(self, request: HttpRequest) -> HttpResponse:
        """One try. Raises `OutboundError` if no status line came; `permanent` where policy or the URL forbids it.

        Once a status line has come it is the answer, even if the body breaks off or never ends: whoever answered 202
        and then dropped the line has taken the message, and calling that a failure would announce it twice.
        """
        built = self._build(request)
        answer = _Answer(request.most)
        seconds = request.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                await self._exchange(built, request, answer)
        except TimeoutError:
            if answer.status is None:
                raise OutboundError(f"no answer within {seconds:g} s") from None
        return answer.response()

    async def close(self) -> None:
        """Nothing is kept open between requests; here because the promise has it."""

    def _build(self, request: HttpRequest) -> httpx2.Request:
        import httpx2

        _check_text(request.url)
        try:
            url = httpx2.URL(request.url)
            headers = httpx2.Headers({"User-Agent": self._user_agent, "Accept": "*/*"})
            headers.update(list(request.headers))
            headers.update({"Accept-Encoding": "identity", "Connection": "close"})
            built = httpx2.Request(request.method, url, headers=headers, content=request.body)
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            raise OutboundError(f"the request cannot be made: {_short(error)}", permanent=True) from None
        if url.scheme not in ("http", "https"):
            raise OutboundError("only http and https URLs are fetched", permanent=True)
        if not url.host:
            raise OutboundError("the URL names no host", permanent=True)
        if url.port is not None and not 0 < url.port < 65536:
            raise OutboundError("the URL's port is not between 1 and 65535", permanent=True)
        return built

    def _tls(self, ca_file: str | None) -> ssl.SSLContext:
        """The system's certificates, or only those of `ca_file` (read each time: it may have been renewed)."""
        import httpcore2

        if ca_file is not None:
            try:
                return ssl.create_default_context(cafile=ca_file)
            except OSError as error:  # ssl.SSLError is one too
                raise OutboundError(f"the CA file cannot be used: {error.strerror or 'not a PEM file'}") from None
        if self._default_tls is None:
            self._default_tls = httpcore2.default_ssl_context()
        return self._default_tls

    async def _exchange(self, built: httpx2.Request, request: HttpRequest, answer: _Answer) -> None:
        """Fills `answer` with what comes. Raises unless at least the status came."""
        import httpcore2

        url = built.url
        line = _Line(allow_private=request.allow_private)
        connection = httpcore2.AsyncHTTPConnection(
            httpcore2.Origin(url.raw_scheme, url.raw_host, url.port or DEFAULT_PORTS[url.scheme]),
            ssl_context=self._tls(request.ca_file) if url.scheme == "https" else None,
            network_backend=cast("httpcore2.AsyncNetworkBackend", line),
        )
        call = httpcore2.Request(
            built.method,
            httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=built.headers.raw,
            content=request.body,
            extensions={"timeout": {"connect": CONNECT_TIMEOUT}},
        )
        try:
            await answer.receive(await connection.handle_async_request(call))
        except httpcore2.ConnectTimeout:
            raise OutboundError(f"no connection within {CONNECT_TIMEOUT:g} s") from None
        except httpcore2.LocalProtocolError as error:
            raise OutboundError(f"the request cannot be made: {_short(error)}", permanent=True) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            if answer.status is None:
                raise OutboundError(_in_words(error)) from None
        finally:
            await line.close()


class _Answer:
    """What has come so far; complete enough to be judged as soon as `status` is there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.status: int | None = None
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    async def receive(self, response: httpcore2.Response) -> None:
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            self._headers[name] = f"{self._headers[name]}, {value}" if name in self._headers else value
        self.status = response.status
        async with contextlib.aclosing(response.aiter_stream()) as chunks:
            async for chunk in chunks:
                self._body += chunk
                if len(self._body) >= self._most:
                    return

    def response(self) -> HttpResponse:
        assert self.status is not None
        return HttpResponse(self.status, self._headers, bytes(self._body[: self._most]))


class _Line:
    """One guarded connection, given to httpcore2 as its (public) `network_backend`: resolve once, judge all answers,
    connect to what was judged, close whatever was opened.

    It closes its own streams because a request that is cancelled in the middle of a TLS handshake leaves nobody else
    to do it. It has the shape of `httpcore2.AsyncNetworkBackend` without the base class, which would load httpcore2
    for everybody who only asks `is_public`.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._streams: list[httpcore2.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        import httpcore2

        addresses = await _resolve(host, port)
        for address in addresses:
            _judge(address, allow_private=self._allow_private)
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for address in addresses[:MAX_ADDRESSES]:
            try:
                stream = await httpcore2.AnyIOBackend().connect_tcp(address, port, timeout=timeout)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                self._streams.append(stream)
                return stream
        raise failure

    async def close(self) -> None:
        for stream in self._streams:
            await stream.aclose()


def _judge(address: str, *, allow_private: bool) -> None:
    if is_public(address) or (allow_private and is_private(address)):
        return
    # The address itself is not told: the message reaches people who may not know our network.
    hint = "set allow_private: true for this endpoint" if is_private(address) else ""
    raise OutboundError("blocked: the name leads to an address that is not public", permanent=True, hint=hint)


async def _resolve(host: str, port: int) -> list[str]:
    """All addresses of a name in the system's order (RFC 6724), each once.

    On a thread of its own: asyncio's default pool also runs the database calls, and a dead name server keeps a thread
    for up to half a minute. A daemon thread, so that it does not keep the process either.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def report(addresses: list[str], error: Exception | None) -> None:
        if found.done():
            return
        if error is not None:
            found.set_exception(error)
        else:
            found.set_result(addresses)

    def look_up() -> None:
        addresses: list[str] = []
        error: Exception | None = None
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as problem:
            error = problem
        # The loop may be closed by now; then nobody waits for the answer.
        if not loop.is_closed():
            loop.call_soon_threadsafe(report, addresses, error)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    try:
        return await found
    except socket.gaierror:
        raise OutboundError("the name was not found") from None
    except UnicodeError:
        raise OutboundError("the URL's host is not a name", permanent=True) from None


def _check_text(url: str) -> None:
    """What a URL parser would silently drop or repair is refused before one sees it."""
    if len(url) > MAX_URL:
        raise OutboundError(f"the URL is longer than {MAX_URL} characters", permanent=True)
    if any(ord(char) <= 0x20 or ord(char) == 0x7F or char == "\\" for char in url):
        raise OutboundError("the URL contains a space, a backslash or a control character", permanent=True)
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]:
        raise OutboundError("the URL carries a user name or password", permanent=True, hint="take it out")


def _in_words(error: BaseException) -> str:
    """A network failure as a person would say it. Walks down the causes: the libraries wrap what the system said."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"TLS: the certificate is not accepted ({seen.verify_message or 'wrong name'})"
        if isinstance(seen, ssl.SSLError):
            return f"TLS failed ({(seen.reason or 'handshake').lower().replace('_', ' ')})"
        if isinstance(seen, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(seen, ConnectionResetError | BrokenPipeError):
            return "the connection was reset"
        seen = seen.__cause__ or seen.__context__
    return _short(error) or "the connection failed"


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]
