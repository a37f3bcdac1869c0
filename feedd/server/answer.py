"""Request + shelf -> Response. Pure: it opens nothing, reads no clock, and believes nothing the Host header says.

The order of the questions:

    1. Is it HTTP as we speak it?         400, 505
    2. May this be asked at all?          405, or 204 for OPTIONS
    3. Is it about us?                    /healthz, /readyz
    4. Does the document stand here?      404, 410
    5. Does the reader have it already?   304
    6. Here it is, gzipped if wished.     200
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Protocol

Header = tuple[bytes, bytes]


class Variant(Protocol):
    """One encoding of a document: the headers of its 200 and of its 304, and the body."""

    @property
    def headers(self) -> tuple[Header, ...]: ...
    @property
    def revalidated(self) -> tuple[Header, ...]: ...
    @property
    def body(self) -> bytes: ...


class Document(Protocol):
    """`digest` is what is between the quotes of the tag; `last_modified` is `modified` as the header says it."""

    @property
    def digest(self) -> str: ...
    @property
    def modified(self) -> datetime: ...
    @property
    def last_modified(self) -> bytes: ...
    @property
    def identity(self) -> Variant: ...
    @property
    def gzip(self) -> Variant | None: ...


class Shelf(Protocol):
    """The documents by path, relative to the output root."""

    def get(self, path: str) -> Document | None: ...
    def is_gone(self, path: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Health:
    """`alive`: the process does its work (else restart it). `ready`: the first build stands (else send nobody here).
    `detail` is shown to whoever asks: small, JSON-shaped and free of secrets."""

    alive: bool
    ready: bool
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is percent-decoded and without the query; header names are lower case."""

    method: str
    path: str
    headers: Iterable[Header] = ()
    version: str = "1.1"


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: tuple[Header, ...]
    body: bytes = b""


_METHODS = b"GET, HEAD, OPTIONS"
_CLOSE: Header = (b"connection", b"close")
_WANTED = frozenset(
    {b"host", b"if-none-match", b"if-modified-since", b"accept-encoding", b"content-length", b"transfer-encoding"}
)
_OPTIONS = Response(
    204,
    (
        (b"allow", _METHODS),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since"),
        (b"access-control-max-age", b"86400"),
    ),
)


def answer(request: Request, shelf: Shelf, health: Callable[[], Health]) -> Response:
    """What we say to this. Never raises for anything a client can send."""
    wanted = _wanted(request.headers)
    if refusal := _malformed(request, wanted):
        return refusal
    if request.method == "HEAD":
        response = _get(request.path, wanted, shelf, health)
        response = Response(response.status, response.headers)
    elif request.method == "GET":
        response = _get(request.path, wanted, shelf, health)
    elif request.method == "OPTIONS":
        response = _OPTIONS
    else:
        response = _text(405, "Only GET, HEAD and OPTIONS are answered here.", (b"allow", _METHODS))
    return _closing(response) if _has_body(wanted) else response


def _wanted(headers: Iterable[Header]) -> dict[bytes, bytes]:
    """The headers we act on. Repeated ones are one list (RFC 9110 §5.3), which makes a second Host visible, too."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _WANTED:
            found[name] = found[name] + b", " + value if name in found else value
    return found


def _malformed(request: Request, wanted: Mapping[bytes, bytes]) -> Response | None:
    if request.version not in ("1.1", "1.0"):
        return _closing(_text(505, "HTTP/1.1 is spoken here."))
    host = wanted.get(b"host")
    # RFC 9112 §3.2: none or two of them is a 400; what it says does not matter to us.
    if (host is None and request.version == "1.1") or (host is not None and (b"," in host or b" " in host)):
        return _closing(_text(400, "A request has exactly one Host header."))
    return None


def _has_body(wanted: Mapping[bytes, bytes]) -> bool:
    return wanted.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in wanted


def _closing(response: Response) -> Response:
    """No request we answer needs a body: rather than read it to find where the next request begins, hang up."""
    return Response(response.status, (*response.headers, _CLOSE), response.body)


def _get(path: str, wanted: Mapping[bytes, bytes], shelf: Shelf, health: Callable[[], Health]) -> Response:
    # A key of the shelf or nothing: no name a client sends is ever looked for on a disk, so "/../" is just a 404.
    name = path[1:] + "index.html" if path.endswith("/") else path[1:]
    document = shelf.get(name)
    if document is not None:
        return _document(document, wanted)
    if path == "/healthz":
        state = health()
        return _health(state, state.alive)
    if path == "/readyz":
        state = health()
        return _health(state, state.alive and state.ready)
    if shelf.is_gone(name):
        return _text(410, "This feed has ended. The feeds of this site are listed at /")
    return _text(404, "Nothing stands here. The feeds of this site are listed at /")


def _document(document: Document, wanted: Mapping[bytes, bytes]) -> Response:
    variant = document.identity
    if document.gzip is not None and accepts_gzip(wanted.get(b"accept-encoding", b"")):
        variant = document.gzip
    tags = wanted.get(b"if-none-match")
    if tags is not None:
        held = _held(document, tags, variant)
        return Response(200, variant.headers, variant.body) if held is None else Response(304, held.revalidated)
    since = wanted.get(b"if-modified-since")
    if since is not None and _same_moment(document, since):
        return Response(304, variant.revalidated)
    return Response(200, variant.headers, variant.body)


# --- Conditional requests ---------------------------------------------------------------------------------------------

# A quoted tag with or without W/, or a bare word from a client that lost the quotes.
_TAG = re.compile(rb'(?:W/)?"([^"]*)"|([^\s,"]+)')
# Proxies that compress mark the tag: Apache "x-gzip", Jetty "x--gzip", others "x;gzip" or "x:gzip".
_ENCODED = re.compile(rb"(?:--?|[;:])(gzip|br|zstd|deflate)\Z")


def _held(document: Document, tags: bytes, chosen: Variant) -> Variant | None:
    """Which variant the reader has, None for neither. Weak comparison (RFC 9110 §13.1.2): the bytes behind either tag
    unpack to the same document. The 304 names the tag that was asked about, so that a cache finds what it stored."""
    if tags.strip() == b"*":
        return chosen
    digest = document.digest.encode("ascii")
    for quoted, bare in _TAG.findall(tags):
        tag = quoted or bare
        if tag == digest:
            return document.identity
        if _ENCODED.sub(b"", tag) == digest:
            return document.gzip or document.identity
    return None


def _same_moment(document: Document, since: bytes) -> bool:
    """Is it the very date we gave out? Any other date is the client's invention (its own clock, the epoch) and says
    nothing about what it holds, so it gets the document; nginx has the same default (`if_modified_since exact`)."""
    if since == document.last_modified:
        return True
    try:
        moment = parsedate_to_datetime(since.decode("latin-1"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) == document.modified
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


@lru_cache(maxsize=256)  # a few dozen readers' libraries send all the values there are
def accepts_gzip(accept_encoding: bytes) -> bool:
    """RFC 9110 §12.5.3: by name or by `*`, not with q=0, and not if identity is explicitly liked better."""
    weights = dict(_weight(item) for item in accept_encoding.lower().split(b",") if item.strip())
    gzip = weights.get(b"gzip", weights.get(b"x-gzip", weights.get(b"*", 0.0)))
    return gzip > 0 and gzip >= weights.get(b"identity", 0.0)


def _weight(item: bytes) -> tuple[bytes, float]:
    coding, *parameters = (part.strip() for part in item.split(b";"))
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"q":
            # Not a number as the grammar has it (RFC 9110 §12.4.2) means not wanted: identity is always right.
            return coding, float(value) if _QVALUE.fullmatch(value.strip()) else 0.0
    return coding, 1.0


_QVALUE = re.compile(rb"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


# --- Short answers ----------------------------------------------------------------------------------------------------


def _health(state: Health, good: bool) -> Response:
    said = {"alive": state.alive, "ready": state.ready, "detail": dict(state.detail)}
    body = json.dumps(said, sort_keys=True, default=str).encode() + b"\n"
    return _plain(200 if good else 503, b"application/json", body)


def _text(status: int, text: str, *headers: Header) -> Response:
    return _plain(status, b"text/plain; charset=utf-8", text.encode() + b"\n", *headers)


def _plain(status: int, content_type: bytes, body: bytes, *headers: Header) -> Response:
    """Not to be stored by anybody: it may be otherwise in a second."""
    return Response(
        status,
        (
            (b"content-type", content_type),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *headers,
            (b"content-length", b"%d" % len(body)),
        ),
        body,
    )
