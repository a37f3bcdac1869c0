"""What the server serves: one mapping of prepared documents, swapped whole.

Everything a request could make us compute is computed here, once, when a document changes: the packed twins, the tags,
the dates, the header bytes. A reader costs a dictionary lookup. Only the pages of archives, which few ask for, are kept
packed alone: whoever wants one plain waits for it to be unpacked (1 ms for 400 kB).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from posixpath import splitext
from types import MappingProxyType
from urllib.parse import quote

from feedd.model import FeedDocument, Moved, Publication, digest_of
from feedd.publisher import changes
from feedd.publisher.packing import CODINGS, Packed, pack, unpack_gzip

Header = tuple[bytes, bytes]

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
    (b"access-control-expose-headers", b"ETag, Link, IM, Delta-Base"),
)
# A browser that is shown a feed shows its style and nothing else that is in it: no pictures, no scripts.
_FEED_POLICY = b"default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLESHEET = re.compile(rb"""<\?xml-stylesheet [^>]*href=["'](https?://[^/"'?#;,\s]+)""")
_HEAD = 1024  # bytes in which a document names its style
# What a document of one feed names for all the world, by a name that other bytes never get (RFC 8246).
_FOR_GOOD = b"public, max-age=31536000, immutable"
PAGE = "html"  # the format of a feed's landing page
# An archive's pages are many, and each is fetched once by each reader: they wait in the one coding that all know.
_PAGE_CODINGS = (b"gzip",)
_FEEDS = frozenset({"rss", "atom", "json"})  # the formats that such a page is about


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a document, ready to send. `headers` go with a 200, `revalidated` with a 304; `held` are the
    bytes in memory: the body, or, `folded`, what it is unpacked from each time it is asked for."""

    coding: bytes
    etag: bytes
    headers: tuple[Header, ...]
    revalidated: tuple[Header, ...]
    size: int
    held: bytes
    folded: bool = False

    @property
    def body(self) -> bytes:
        return unpack_gzip(self.held) if self.folded else self.held


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """One document in memory. `path` is relative to the output root; `packed` are its encodings that are smaller than
    it, the smallest first; `page` is where its feed's page for people would stand, None for what is no feed. It shares
    its date, `has_own_date` says, with the version before if that came in the same second (RFC 9110 §8.8.2.2)."""

    path: str
    digest: str
    media_type: str
    modified: datetime
    last_modified: bytes
    identity: Variant
    packed: tuple[Variant, ...]
    page: str | None = None
    has_own_date: bool = True

    def variant(self, coding: bytes) -> Variant | None:
        return next((each for each in self.packed if each.coding == coding), None)


@dataclass(frozen=True, slots=True)
class _Shelf:
    documents: Mapping[str, CachedDocument]
    gone: frozenset[str]


class DocumentCache:
    """The documents by path, and the paths that are gone for good. One thread writes, any number read without a lock:
    a reader sees the shelf before a change or after it, never in between."""

    def __init__(self) -> None:
        self._shelf = _Shelf(MappingProxyType({}), frozenset())
        self._moved: Mapping[str, Moved] = MappingProxyType({})
        self._expecting: set[str] = set()  # documents of which somebody wants to know the changes
        self._lineages: dict[str, changes.Lineage] = {}
        self._since: dict[str, dict[str, CachedDocument]] = {}  # by path and version: many readers have the same one

    def get(self, path: str) -> CachedDocument | None:
        return self._shelf.documents.get(path)

    def is_gone(self, path: str) -> bool:
        """Did a document stand here that was retired? (410 makes readers stop asking, 404 does not.)"""
        return path in self._shelf.gone

    def moved(self, path: str) -> Moved | None:
        return self._moved.get(path)

    def move(self, moved: Iterable[Moved]) -> None:
        """These addresses, and no others, lead elsewhere."""
        self._moved = MappingProxyType({each.path: each for each in moved})

    def expect(self, document: CachedDocument) -> None:
        """Somebody has this version, or is about to, and will ask what changed since. Versions are remembered from
        then on: few readers ask, and whoever does comes back."""
        self._expecting.add(document.path)

    def since(self, document: CachedDocument, digest: str) -> CachedDocument | None:
        """The document with only the items that came after this version of it; None where that version is not
        remembered."""
        lineage, known = self._lineages.get(document.path), self._since.setdefault(document.path, {})
        # Another thread may have put the next version there: then the whole document is the answer, this once.
        if lineage is None or lineage.digest != document.digest:
            return None
        found = known.get(digest)
        if found is None or found.digest != document.digest:
            body = lineage.since(digest)
            if body is None:
                return None
            found = known[digest] = _part_of(document, body)
        return found

    def paths(self) -> tuple[str, ...]:
        return tuple(self._shelf.documents)

    def swap(self, documents: Iterable[CachedDocument], gone: Iterable[str] = ()) -> None:
        """These documents and no others. A path that has a document is not gone, whatever `gone` says."""
        mapping = {document.path: self._dated(document) for document in documents}
        for path in tuple(self._expecting):
            self._remember(path, self._shelf.documents.get(path), mapping.get(path))
        self._shelf = _Shelf(MappingProxyType(mapping), frozenset(gone) - mapping.keys())

    def _dated(self, new: CachedDocument) -> CachedDocument:
        """The document, knowing whether its date is its own."""
        old = self._shelf.documents.get(new.path)
        if old is None or old is new or old.last_modified != new.last_modified:
            return new
        return replace(new, has_own_date=old.has_own_date and old.digest == new.digest)

    def _remember(self, path: str, old: CachedDocument | None, new: CachedDocument | None) -> None:
        """Keep the lineage of a document that is replaced."""
        if old is not new:
            self._since.pop(path, None)
        if old is None or new is None:
            self._lineages.pop(path, None)
            self._expecting.discard(path)
        elif old.digest != new.digest:
            before = self._lineages.pop(path, None) or changes.begin(old.identity.body, old.digest, old.media_type)
            after = before and changes.follow(before, new.identity.body, new.digest, new.media_type)
            if after is not None:
                self._lineages[path] = after

    def update(self, documents: Iterable[CachedDocument] = (), gone: Iterable[str] = ()) -> None:
        """Add or replace these documents and retire the paths in `gone`; the others stay. One swap for all of it."""
        retired = frozenset(gone)
        kept = (document for path, document in self._shelf.documents.items() if path not in retired)
        self.swap([*kept, *documents], self._shelf.gone | retired)


def cached(document: FeedDocument, publication: Publication, max_age: timedelta) -> CachedDocument:
    """A document that was just published. ValueError if the publication is another document's."""
    if document.digest != publication.digest or document.path != publication.path:
        raise ValueError(f"the publication of {publication.path} is not that of {document.path}")
    codings = _PAGE_CODINGS if publication.page else CODINGS
    return _prepared(document.data, publication, max_age, pack([document.data], codings)[0])


def restored(found: Sequence[tuple[bytes, Publication]], max_age: timedelta) -> list[CachedDocument]:
    """Documents found standing, prepared together. Without those whose data is not what was published: a tag must
    never lie."""
    sound = [(data, publication) for data, publication in found if digest_of(data) == publication.digest]
    pages = [each for each in sound if each[1].page]
    others = [each for each in sound if not each[1].page]
    packed = pack([data for data, _ in others]) + pack([data for data, _ in pages], _PAGE_CODINGS)
    prepared = zip([*others, *pages], packed, strict=True)
    return [_prepared(data, publication, max_age, each) for (data, publication), each in prepared]


def cached_page(path: str, media_type: str, data: bytes, modified: datetime, max_age: timedelta) -> CachedDocument:
    """A page for people or its style sheet: no feed, so no Link header and a strict content policy. What is for
    programs, as a list in OPML, may be read by pages of other sites."""
    shared = () if media_type == "text/html" else _SHARED
    headers = (*_common(media_type, modified, max_age, _VARY), *_PAGE_POLICY, *shared)
    return _document(path, digest_of(data), media_type, data, modified, headers, pack([data])[0])


def cached_part(publication: Publication, data: bytes) -> CachedDocument:
    """The cover or the chapters of a recording. A picture is packed already."""
    media_type = publication.media_type
    is_picture = media_type.startswith("image/")
    headers = _with_age(_common(media_type, publication.published_at, timedelta(0), _VARY), _FOR_GOOD)
    packed = pack([data], () if is_picture else CODINGS)[0]
    return _document(
        publication.path,
        publication.digest,
        media_type,
        data,
        publication.published_at,
        (*headers, *_SHARED),
        packed,
    )


def _with_age(headers: tuple[Header, ...], control: bytes) -> tuple[Header, ...]:
    return tuple((name, control if name == b"cache-control" else value) for name, value in headers)


def _prepared(data: bytes, publication: Publication, max_age: timedelta, packed: Packed) -> CachedDocument:
    is_page, is_feed = publication.format == PAGE, publication.format in _FEEDS
    link = (b"link", link_header(publication.url, publication.hubs).encode("ascii"))
    headers = (
        *_common(publication.media_type, publication.published_at, max_age, _VARY_FEED if is_feed else _VARY),
        *(_PAGE_POLICY if is_page else (link, *_SHARED, *([_feed_policy(data)] if is_feed else ()))),
    )
    stem = publication.feed if publication.page else splitext(publication.path)[0]
    page = f"{stem}.{PAGE}" if is_feed else None
    modified = publication.published_at
    return _document(
        publication.path,
        publication.digest,
        publication.media_type,
        data,
        modified,
        headers,
        packed,
        page,
        is_folded=publication.page > 0,
    )


def _feed_policy(data: bytes) -> Header:
    """Our own style, or the site's, wherever that is."""
    elsewhere = _STYLESHEET.search(data[:_HEAD])
    return b"content-security-policy", _FEED_POLICY % (b"'self' " + elsewhere[1] if elsewhere else b"'self'")


def _part_of(document: CachedDocument, body: bytes) -> CachedDocument:
    """The document with less in it, under its own tags and headers. gzip is enough: it is made while somebody waits."""
    headers = tuple(each for each in document.identity.headers if each[0] not in (b"etag", b"content-length"))
    packed = pack([body], _PAGE_CODINGS)[0]
    return _document(document.path, document.digest, document.media_type, body, document.modified, headers, packed)


def link_header(url: str, hubs: Iterable[str]) -> str:
    """Every hub and exactly one self, as WebSub §4 asks. The addresses are those in the document's body, byte for byte:
    hubs and readers use the string itself as the key."""
    links = [f'<{quote(hub, safe=_URL_SAFE)}>; rel="hub"' for hub in hubs]
    return ", ".join([*links, f'<{quote(url, safe=_URL_SAFE)}>; rel="self"'])


_VARY = b"accept-encoding"
_VARY_FEED = b"accept-encoding, sec-fetch-dest"  # a browser that navigates is sent to the page (`server.answer`)


def _common(media_type: str, modified: datetime, max_age: timedelta, vary: bytes) -> tuple[Header, ...]:
    is_text = "charset" not in media_type and not media_type.startswith("image/")
    content_type = f"{media_type}; charset=utf-8" if is_text else media_type
    return (
        (b"content-type", content_type.encode("ascii")),
        (b"last-modified", _http_date(modified)),
        (b"cache-control", b"public, max-age=%d" % max_age.total_seconds()),
        (b"vary", vary),
        (b"x-content-type-options", b"nosniff"),
    )


# RFC 9110 §15.4.5: a 304 repeats what a 200 would say about validity, and nothing about the body it does not carry.
_IN_304 = frozenset({b"last-modified", b"cache-control", b"vary", b"link"} | {name for name, _ in _SHARED})


def _document(
    path: str,
    digest: str,
    media_type: str,
    data: bytes,
    modified: datetime,
    headers: tuple[Header, ...],
    packed: Packed,
    page: str | None = None,
    is_folded: bool = False,
) -> CachedDocument:
    identity = _variant(b"identity", data, f'"{digest}"', headers)
    if is_folded and packed:
        identity = replace(identity, held=packed[0][1], folded=True)
    return CachedDocument(
        path=path,
        digest=digest,
        media_type=media_type,
        modified=modified,
        last_modified=_http_date(modified),
        identity=identity,
        # A strong tag names bytes, and these are other bytes (RFC 9110 §8.8.3.3).
        packed=tuple(
            _variant(coding, body, f'"{digest}-{coding.decode()}"', (*headers, (b"content-encoding", coding)))
            for coding, body in packed
        ),
        page=page,
    )


def _variant(coding: bytes, body: bytes, etag: str, headers: tuple[Header, ...]) -> Variant:
    tag = etag.encode("ascii")
    return Variant(
        coding=coding,
        etag=tag,
        headers=((b"etag", tag), *headers, (b"content-length", b"%d" % len(body))),
        revalidated=((b"etag", tag), *(header for header in headers if header[0] in _IN_304)),
        size=len(body),
        held=body,
    )


def _http_date(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode("ascii")
