"""What the server serves: one mapping of prepared documents, swapped whole.

Everything a request could make us compute is computed here, once, when a document changes: the gzip twin, the tags, the
dates, the header bytes. A reader costs a dictionary lookup.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from types import MappingProxyType
from urllib.parse import quote

from feedd.model import FeedDocument, Publication, digest_of

Header = tuple[bytes, bytes]

_GZIP_WINDOW = 31  # zlib's number for "gzip wrapper": it writes no file name and a zero time, so equal in, equal out
_GZIP_LEVEL = 4  # on 376 kB feeds: 6.6 ms and 35.7 % of the size; 6 takes 18.7 ms for 33.8 %
_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"  # what RFC 3986 allows; anything else would end or split the header
_PAGE_POLICY: tuple[Header, ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
)
# A feed is public and read by pages of other sites; ETag and Link are not readable there unless we say so.
_SHARED: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a document, ready to send. `headers` go with a 200, `revalidated` with a 304."""

    etag: bytes
    headers: tuple[Header, ...]
    revalidated: tuple[Header, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """One document in memory. `path` is relative to the output root; `gzip` is None where it would not be smaller."""

    path: str
    digest: str
    modified: datetime
    last_modified: bytes
    identity: Variant
    gzip: Variant | None


@dataclass(frozen=True, slots=True)
class _Shelf:
    documents: Mapping[str, CachedDocument]
    gone: frozenset[str]


class DocumentCache:
    """The documents by path, and the paths that are gone for good. One thread writes, any number read without a lock:
    a reader sees the shelf before a change or after it, never in between."""

    def __init__(self) -> None:
        self._shelf = _Shelf(MappingProxyType({}), frozenset())

    def get(self, path: str) -> CachedDocument | None:
        return self._shelf.documents.get(path)

    def is_gone(self, path: str) -> bool:
        """Did a document stand here that was retired? (410 makes readers stop asking, 404 does not.)"""
        return path in self._shelf.gone

    def paths(self) -> tuple[str, ...]:
        return tuple(self._shelf.documents)

    def swap(self, documents: Iterable[CachedDocument], gone: Iterable[str] = ()) -> None:
        """These documents and no others. A path that has a document is not gone, whatever `gone` says."""
        mapping = {document.path: document for document in documents}
        self._shelf = _Shelf(MappingProxyType(mapping), frozenset(gone) - mapping.keys())

    def update(self, documents: Iterable[CachedDocument] = (), gone: Iterable[str] = ()) -> None:
        """Add or replace these documents and retire the paths in `gone`; the others stay. One swap for all of it."""
        retired = frozenset(gone)
        kept = (document for path, document in self._shelf.documents.items() if path not in retired)
        self.swap([*kept, *documents], self._shelf.gone | retired)


def cached(document: FeedDocument, publication: Publication, max_age: timedelta) -> CachedDocument:
    """A document that was just published. ValueError if the publication is another document's."""
    if document.digest != publication.digest or document.path != publication.path:
        raise ValueError(f"the publication of {publication.path} is not that of {document.path}")
    return _prepared(document.data, publication, max_age)


def restored(data: bytes, publication: Publication, max_age: timedelta) -> CachedDocument | None:
    """A document found standing after a restart. None if `data` is not what was published: a tag must never lie."""
    if digest_of(data) != publication.digest:
        return None
    return _prepared(data, publication, max_age)


def cached_page(path: str, media_type: str, data: bytes, modified: datetime, max_age: timedelta) -> CachedDocument:
    """A page for people or its style sheet: no feed, so no Link header and a strict content policy."""
    return _document(path, digest_of(data), data, modified, (*_common(media_type, modified, max_age), *_PAGE_POLICY))


def _prepared(data: bytes, publication: Publication, max_age: timedelta) -> CachedDocument:
    headers = (
        *_common(publication.media_type, publication.published_at, max_age),
        (b"link", link_header(publication.url, publication.hubs).encode("ascii")),
        *_SHARED,
    )
    return _document(publication.path, publication.digest, data, publication.published_at, headers)


def link_header(url: str, hubs: Iterable[str]) -> str:
    """Every hub and exactly one self, as WebSub §4 asks. The addresses are those in the document's body, byte for byte:
    hubs and readers use the string itself as the key."""
    links = [f'<{quote(hub, safe=_URL_SAFE)}>; rel="hub"' for hub in hubs]
    return ", ".join([*links, f'<{quote(url, safe=_URL_SAFE)}>; rel="self"'])


def _common(media_type: str, modified: datetime, max_age: timedelta) -> tuple[Header, ...]:
    content_type = media_type if "charset" in media_type else f"{media_type}; charset=utf-8"
    return (
        (b"content-type", content_type.encode("ascii")),
        (b"last-modified", _http_date(modified)),
        (b"cache-control", b"public, max-age=%d" % max_age.total_seconds()),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
    )


# RFC 9110 §15.4.5: a 304 repeats what a 200 would say about validity, and nothing about the body it does not carry.
_IN_304 = frozenset({b"last-modified", b"cache-control", b"vary", b"link"} | {name for name, _ in _SHARED})


def _document(path: str, digest: str, data: bytes, modified: datetime, headers: tuple[Header, ...]) -> CachedDocument:
    packed = _gzip(data)
    return CachedDocument(
        path=path,
        digest=digest,
        modified=modified,
        last_modified=_http_date(modified),
        identity=_variant(data, f'"{digest}"', headers),
        # A strong tag names bytes, and these are other bytes (RFC 9110 §8.8.3.3).
        gzip=_variant(packed, f'"{digest}-gzip"', (*headers, (b"content-encoding", b"gzip"))) if packed else None,
    )


def _variant(body: bytes, etag: str, headers: tuple[Header, ...]) -> Variant:
    tag = etag.encode("ascii")
    return Variant(
        etag=tag,
        headers=((b"etag", tag), *headers, (b"content-length", b"%d" % len(body))),
        revalidated=((b"etag", tag), *(header for header in headers if header[0] in _IN_304)),
        body=body,
    )


def _gzip(data: bytes) -> bytes | None:
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    packed = packer.compress(data) + packer.flush()
    return packed if len(packed) < len(data) else None


def _http_date(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode("ascii")
