"""Request + shelf -> Response. Pure: it opens nothing, reads no clock, and believes nothing the Host header says.

The order of the questions:

    1. Is it HTTP as we speak it?         400, 505
    2. May this be asked at all?          405, or 204 for OPTIONS
    3. Is it about us?                    /healthz, /readyz
    4. Does it stand elsewhere?           301, 308
    5. Does the document stand here?      404, 410
    6. Is it a person's browser?          303 to the feed's page
    7. Is it what was asked for?          412
    8. Does the reader have it already?   304
    9. Does it want the changes only?     226
   10. Here it is, packed if wished.      200
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import ceil
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

Header = tuple[bytes, bytes]


class Variant(Protocol):
    """One encoding of a document: the headers of its 200 and of its 304, and the body, which may have to be unpacked
    first; `size` is its length."""

    @property
    def coding(self) -> bytes: ...
    @property
    def etag(self) -> bytes: ...
    @property
    def headers(self) -> tuple[Header, ...]: ...
    @property
    def revalidated(self) -> tuple[Header, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def body(self) -> bytes: ...


class Document(Protocol):
    """`digest` is what is between the quotes of the tag; `last_modified` is `modified` as the header says it, and
    `has_own_date` whether no other version had the same; `packed` are the encodings, the smallest first; `page` is the
    path of the page for people, where the document has one."""

    @property
    def digest(self) -> str: ...
    @property
    def modified(self) -> datetime: ...
    @property
    def last_modified(self) -> bytes: ...
    @property
    def has_own_date(self) -> bool: ...
    @property
    def identity(self) -> Variant: ...
    @property
    def packed(self) -> tuple[Variant, ...]: ...
    @property
    def page(self) -> str | None: ...


class Elsewhere(Protocol):
    """Where a path leads: an absolute address, and the status that says so."""

    @property
    def to(self) -> str: ...
    @property
    def status(self) -> int: ...


D = TypeVar("D", bound=Document)


class Shelf(Protocol[D]):
    """The documents by path, relative to the output root. `since` is the document with only the items that the version
    with this digest lacks, under the tags of the whole; None for a version that is not remembered. `expect` says that
    somebody is going to ask."""

    def get(self, path: str) -> D | None: ...
    def is_gone(self, path: str) -> bool: ...
    def moved(self, path: str) -> Elsewhere | None: ...
    def expect(self, document: D) -> None: ...
    def since(self, document: D, digest: str) -> D | None: ...


@dataclass(frozen=True, slots=True)
class Health:
    """`alive`: the process does its work (else restart it). `ready`: the first build stands (else send nobody here).
    `detail` is shown to whoever asks: small, JSON-shaped and free of secrets."""

    alive: bool
    ready: bool
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is percent-decoded and without the query, `raw_path` is as it was sent; header names are lower case."""

    method: str
    path: str
    headers: Iterable[Header] = ()
    version: str = "1.1"
    query: bytes = b""
    raw_path: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: tuple[Header, ...]
    body: bytes = b""


_METHODS = b"GET, HEAD, OPTIONS"
_CLOSE: Header = (b"connection", b"close")
# A reader in a page of another site follows a feed that moved, and hears that one has ended.
_SHARED: Header = (b"access-control-allow-origin", b"*")
_WANTED = frozenset(
    {b"host", b"if-match", b"if-none-match", b"if-modified-since", b"accept-encoding", b"a-im", b"sec-fetch-dest"}
    | {b"content-length", b"transfer-encoding"}
)
_OPTIONS = Response(
    204,
    (
        (b"allow", _METHODS),
        _SHARED,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since, A-IM"),
        (b"access-control-max-age", b"86400"),
    ),
)


def answer(request: Request, shelf: Shelf[D], health: Callable[[], Health]) -> Response:
    """What we say to this. Never raises for anything a client can send."""
    wanted = _wanted(request.headers)
    if refusal := _malformed(request, wanted):
        return refusal
    if request.method == "HEAD":
        response = _get(request, wanted, shelf, health)
        response = Response(response.status, response.headers)
    elif request.method == "GET":
        response = _get(request, wanted, shelf, health)
    elif request.method == "OPTIONS":
        response = _OPTIONS
    else:
        response = _text(405, "Only GET, HEAD and OPTIONS are answered here.", (b"allow", _METHODS))
    return _closing(response) if _has_body(wanted) else response


def too_many(wait: float) -> Response:
    """To a client that asks more often than the settings allow: come back in so many seconds."""
    after = (b"retry-after", b"%d" % ceil(wait))
    return _text(429, "Please ask less often.", after, (b"access-control-expose-headers", b"Retry-After"))


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


def _get(request: Request, wanted: Mapping[bytes, bytes], shelf: Shelf[D], health: Callable[[], Health]) -> Response:
    path = request.path
    # A key of the shelf or nothing: no name a client sends is ever looked for on a disk, so "/../" is just a 404.
    name = path[1:] + "index.html" if path.endswith("/") else path[1:]
    elsewhere = shelf.moved(name)
    if elsewhere is not None:
        return _sent_to(elsewhere)
    document = shelf.get(name)
    if document is not None:
        return _document(document, request, wanted, shelf)
    if path == "/healthz":
        state = health()
        return _health(state, state.alive)
    if path == "/readyz":
        state = health()
        return _health(state, state.alive and state.ready)
    if shelf.is_gone(name):
        return _text(410, "This feed has ended. The feeds of this site are listed at /")
    return _text(404, "Nothing stands here. The feeds of this site are listed at /")


def _document(document: D, request: Request, wanted: Mapping[bytes, bytes], shelf: Shelf[D]) -> Response:
    page, is_raw = document.page, document.page is not None and _asks_raw(request.query)
    if page is not None and not is_raw and wanted.get(b"sec-fetch-dest") == b"document" and shelf.get(page) is not None:
        return _to_page(page, request)
    if b"if-match" in wanted and not _matches(document, wanted[b"if-match"]):
        return _text(412, "This is another version by now.")
    variant = _chosen(document, wanted)
    wants_changes = page is not None and not is_raw and _wants_changes(wanted)
    if wants_changes:
        shelf.expect(document)
    held = _revalidated(document, variant, wanted)
    if held is not None:
        return Response(304, held.revalidated)
    if wants_changes and b"if-none-match" in wanted:
        changes = _changes(document, wanted, variant, shelf)
        if changes is not None:
            return changes
    headers = _shown(variant.headers) if is_raw else variant.headers
    return Response(200, headers, b"" if request.method == "HEAD" else variant.body)


# --- People -----------------------------------------------------------------------------------------------------------


def _to_page(page: str, request: Request) -> Response:
    """A person followed a link to the feed: what to do with it is said on its page. Only the browser's own word about
    a navigation counts, never Accept: an address has one representation. 303 is "here is something about it"."""
    # From our root, but relative: a proxy may have put us below a path. The browser counts the slashes it sent, of
    # which "%2F" is none. "./" keeps a colon in the first step from reading as a scheme (RFC 3986 §4.2).
    up = (request.raw_path or request.path.encode()).count(b"/") - 1
    return _text(
        303,
        "This is a feed. It has a page of its own.",
        (b"location", (b"../" * up or b"./") + quote(page).encode()),
        (b"vary", b"accept-encoding, sec-fetch-dest"),
    )


def _asks_raw(query: bytes) -> bool:
    return any(part.partition(b"=")[0] == b"raw" for part in query.split(b"&"))


def _shown(headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """For the page's "see the feed itself": as a type that browsers show and do not save."""
    known = next(value for name, value in headers if name == b"content-type")
    shown = b"application/json" if b"json" in known else b"application/xml; charset=utf-8"
    return _with(headers, {b"content-type": shown})


# --- Moved ------------------------------------------------------------------------------------------------------------


def _sent_to(elsewhere: Elsewhere) -> Response:
    """For good: readers note the new address. No cache does, because a person may take it back."""
    location = quote(elsewhere.to, safe=_URL_SAFE).encode()
    return _text(elsewhere.status, f"This feed has moved to {elsewhere.to}", (b"location", location))


_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


# --- Only the changes (RFC 3229) --------------------------------------------------------------------------------------


def _wants_changes(wanted: Mapping[bytes, bytes]) -> bool:
    return b"a-im" in wanted and bool(_weights(wanted[b"a-im"]).get(b"feed"))


def _changes(document: D, wanted: Mapping[bytes, bytes], whole: Variant, shelf: Shelf[D]) -> Response | None:
    """The entries that came after the version the reader has, if that is less than the whole document; both packed."""
    for tag, base, _ in _named(wanted[b"if-none-match"]):
        newer = shelf.since(document, base.decode("latin-1"))
        variant = _chosen(newer, wanted) if newer is not None else whole
        if variant.size < whole.size:
            # RFC 3229 §10.8.2: whoever knows what 226 is may store it, everybody else must not.
            other = {
                b"cache-control": b"no-store, im",
                b"vary": b"accept-encoding, sec-fetch-dest, a-im, if-none-match",
            }
            # §10.5.1: the tag as it was sent, by which the reader knows what it has.
            said = ((b"im", b"feed"), (b"delta-base", tag))
            return Response(226, (*_with(variant.headers, other), *said), variant.body)
    return None


def _with(headers: tuple[Header, ...], other: Mapping[bytes, bytes]) -> tuple[Header, ...]:
    return tuple((name, other.get(name, value)) for name, value in headers)


# --- Conditional requests ---------------------------------------------------------------------------------------------

# A quoted tag with or without W/, or a bare word from a client that lost the quotes.
_TAG = re.compile(rb'(?:W/)?"([^"]*)"|([^\s,"]+)')
# Our own "x-gzip", and how proxies that compress mark a tag: Apache "x-gzip", Jetty "x--gzip", others "x;gzip".
_ENCODED = re.compile(rb"(?:--?|[;:])(gzip|br|zstd|deflate)\Z")


def _named(tags: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(tag, digest, coding) of each tag, the coding empty for a tag without mark."""
    for found in _TAG.finditer(tags):
        quoted, bare = found.groups()
        digest, *coding = _ENCODED.split(bare if quoted is None else quoted, maxsplit=1)
        yield b'"%s"' % bare if quoted is None else found[0], digest, coding[0] if coding else b""


def _matches(document: Document, tags: bytes) -> bool:
    """Is one of these tags that of the document? Strong comparison (RFC 9110 §13.1.1): a weak one is none."""
    ours = document.digest.encode("ascii")
    named = [digest for tag, digest, _ in _named(tags) if not tag.startswith(b"W/")]
    return tags.strip() == b"*" or ours in named


def _revalidated(document: Document, chosen: Variant, wanted: Mapping[bytes, bytes]) -> Variant | None:
    """Which variant the reader has already, None for none. The date counts only where no tag is sent (RFC 9110
    §13.2.2)."""
    tags, since = wanted.get(b"if-none-match"), wanted.get(b"if-modified-since")
    if tags is not None:
        return _held(document, tags, chosen)
    return chosen if since is not None and _same_moment(document, since) else None


def _held(document: Document, tags: bytes, chosen: Variant) -> Variant | None:
    """Which variant the reader has, None for none. Weak comparison (RFC 9110 §13.1.2): the bytes behind each tag
    unpack to the same document. The 304 names the tag that was asked about, so that a cache finds what it stored."""
    for variant in (chosen, document.identity, *document.packed):
        if tags == variant.etag:
            return variant  # nearly everybody: one tag, as we gave it
    if tags.strip() == b"*":
        return chosen
    ours = document.digest.encode("ascii")
    for _, digest, coding in _named(tags):
        if digest == ours:
            return next((each for each in document.packed if each.coding == coding), document.identity)
    return None


def _same_moment(document: Document, since: bytes) -> bool:
    """Is it the very date we gave out, and for this version only? Any other date is the client's invention (its own
    clock, the epoch) and says nothing about what it holds, so it gets the document; nginx has the same default
    (`if_modified_since exact`)."""
    if not document.has_own_date:
        return False
    if since == document.last_modified:
        return True
    try:
        moment = parsedate_to_datetime(since.decode("latin-1"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) == document.modified
    except (ValueError, TypeError, IndexError, OverflowError):
        return False


# --- Encodings --------------------------------------------------------------------------------------------------------


def _chosen(document: Document, wanted: Mapping[bytes, bytes]) -> Variant:
    """What the reader likes best; of what it likes equally, the smallest."""
    for liked in accepted(wanted.get(b"accept-encoding", b"")):
        for variant in document.packed:
            if variant.coding in liked:
                return variant
    return document.identity


@lru_cache(maxsize=256)  # a few dozen readers' libraries send all the values there are
def accepted(accept_encoding: bytes) -> tuple[frozenset[bytes], ...]:
    """The codings that may be sent, grouped by how much they are liked (RFC 9110 §12.5.3): not with q=0, and not if
    identity is explicitly liked better. `*` is taken for gzip, which everybody can unpack who says so."""
    weights = _weights(accept_encoding)
    least = weights.get(b"identity", 0.0)
    gzip = weights.get(b"gzip", weights.get(b"x-gzip", weights.get(b"*", 0.0)))
    liked = {b"gzip": gzip, b"br": weights.get(b"br", 0.0), b"zstd": weights.get(b"zstd", 0.0)}
    levels = sorted({q for q in liked.values() if q > 0 and q >= least}, reverse=True)
    return tuple(frozenset(coding for coding, q in liked.items() if q == level) for level in levels)


@lru_cache(maxsize=256)
def _weights(field: bytes) -> Mapping[bytes, float]:
    """What a list with q values says: how much each name is liked, 0 for not at all."""
    return dict(_weight(item) for item in field.lower().split(b",") if item.strip())


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
    return _plain(status, b"text/plain; charset=utf-8", text.encode() + b"\n", _SHARED, *headers)


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
