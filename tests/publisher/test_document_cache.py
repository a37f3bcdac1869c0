"""What the server finds on its shelf."""

import gzip
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
import zstandard

from feedd.publisher.cache import CachedDocument, DocumentCache, cached, cached_page, link_header, restored
from feedd.publisher.packing import pack
from tests.support.documents import MAX_AGE, document, published, rss
from tests.support.make import NOON, at

HUBS = ("https://hub.example/", "https://hub.example/?a=1&b=2")
FEED = document(data=rss(50), hubs=HUBS)


def shelved(path: str = "feed.xml", items: int = 50) -> CachedDocument:
    made = document(path, rss(items))
    return cached(made, published(made), MAX_AGE)


def test_headers_of_a_feed_are_ready_to_send():
    """Everything a 200 says is prepared, in bytes, with both validators."""
    kept = cached(FEED, published(FEED), MAX_AGE)
    assert dict(kept.identity.headers) == {
        b"etag": f'"{FEED.digest}"'.encode(),
        b"content-type": b"application/rss+xml; charset=utf-8",
        b"last-modified": b"Mon, 23 Nov 2026 12:00:00 GMT",
        b"cache-control": b"public, max-age=300",
        b"vary": b"accept-encoding, sec-fetch-dest",
        b"x-content-type-options": b"nosniff",
        b"link": b'<https://hub.example/>; rel="hub", <https://hub.example/?a=1&b=2>; rel="hub", '
        b'<https://ann.example/feed.xml>; rel="self"',
        b"access-control-allow-origin": b"*",
        b"access-control-expose-headers": b"ETag, Link, IM, Delta-Base",
        b"content-security-policy": b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'",
        b"content-length": str(len(FEED.data)).encode(),
    }
    assert kept.identity.body == FEED.data


def test_a_304_says_what_a_200_says_about_validity():
    """It repeats the validators, Cache-Control, Vary and Link, and nothing about a body it does not carry."""
    kept = cached(FEED, published(FEED), MAX_AGE)
    full, short = dict(kept.identity.headers), dict(kept.identity.revalidated)
    assert {b"etag", b"last-modified", b"cache-control", b"vary", b"link"} <= short.keys()
    assert not {b"content-type", b"content-length", b"content-encoding"} & short.keys()
    assert short.items() <= full.items()


UNPACK = {b"br": brotli.decompress, b"zstd": zstandard.decompress, b"gzip": gzip.decompress}


@pytest.mark.parametrize("coding", sorted(UNPACK))
def test_a_packed_twin_is_the_same_document_with_a_tag_of_its_own(coding):
    """It unpacks to the document, differs in tag, encoding and length only, and is the same bytes on any day."""
    one, two = cached(FEED, published(FEED), MAX_AGE), cached(FEED, published(FEED), MAX_AGE)
    twin = one.variant(coding)
    assert twin is not None
    assert UNPACK[coding](twin.body) == FEED.data
    assert one == two
    assert set(twin.headers) - set(one.identity.headers) == {
        (b"etag", b'"%s-%s"' % (FEED.digest.encode(), coding)),
        (b"content-encoding", coding),
        (b"content-length", str(len(twin.body)).encode()),
    }


def test_the_gzip_header_has_no_time():
    """Four zero bytes where others write when."""
    twin = cached(FEED, published(FEED), MAX_AGE).variant(b"gzip")
    assert twin is not None
    assert twin.body[4:8] == b"\0\0\0\0"


def test_a_page_of_an_archive_takes_little_memory():
    """It is kept in gzip alone, and yet sent as it is to who knows no gzip, with the same headers as any."""
    page, usual = (cached(FEED, published(FEED, page=number), MAX_AGE) for number in (3, 0))
    (twin,) = page.packed
    assert (twin, twin.coding) == (usual.variant(b"gzip"), b"gzip")
    assert page.identity.held is twin.held
    assert len(twin.held) < len(FEED.data) / 3
    assert (page.identity.body, page.identity.headers) == (FEED.data, usual.identity.headers)
    assert restored([(FEED.data, published(FEED, page=3))], MAX_AGE) == [page]


def test_a_tiny_page_of_an_archive_is_kept_as_it_is():
    """There is nothing to gain."""
    made = document(data=b"{}")
    page = cached(made, published(made, page=1), MAX_AGE)
    assert (page.packed, page.identity.body) == ((), b"{}")


def test_the_smallest_twin_comes_first():
    """So the server takes the first that a reader can unpack."""
    packed = cached(FEED, published(FEED), MAX_AGE).packed
    assert sorted(UNPACK) == sorted(each.coding for each in packed)
    assert [len(each.body) for each in packed] == sorted(len(each.body) for each in packed)


def test_what_packing_would_make_larger_is_left():
    """A tiny document has no twin."""
    made = document(data=b"{}")
    assert cached(made, published(made), MAX_AGE).packed == ()


def test_packing_alone_or_with_help_gives_the_same_bytes():
    """A feed among many large ones, packed by several threads, and on its own."""
    large = [rss(items) for items in (400, 401, 402)]
    assert pack([*large, FEED.data])[-1] == pack([FEED.data])[0]


def test_last_modified_is_that_of_the_publication():
    """It survives a restart: it comes from the record, not from a file's mtime."""
    kept = cached(FEED, published(FEED, published_at=at(days=1)), MAX_AGE)
    assert (kept.modified, kept.last_modified) == (at(days=1), b"Tue, 24 Nov 2026 12:00:00 GMT")


def test_a_publication_of_other_bytes_is_an_error():
    """A tag that names other bytes than it travels with would poison every cache on the way."""
    with pytest.raises(ValueError, match=r"feed\.xml"):
        cached(document(data=rss(2)), published(FEED), MAX_AGE)


def test_after_a_restart_only_what_was_published_is_served():
    """The bytes that stand are taken if they are those on record, and not if somebody edited them."""
    other = document("other.xml", rss(9))
    found = [(other.data + b" ", published(other)), (FEED.data, published(FEED))]
    assert restored(found, MAX_AGE) == [cached(FEED, published(FEED), MAX_AGE)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://ann.example/feed.xml?a=%20b&c=d", "https://ann.example/feed.xml?a=%20b&c=d"),
        ("https://ann.example/~ann/(x)!$'*;,@:+=", "https://ann.example/~ann/(x)!$'*;,@:+="),
        ("https://ann.example/ü>\r\nSet-Cookie: x", "https://ann.example/%C3%BC%3E%0D%0ASet-Cookie:%20x"),
    ],
)
def test_a_link_says_the_address_byte_for_byte(url, said):
    """Whatever is an address stays as it is; what is none cannot end the header."""
    assert link_header(url, ()) == f'<{said}>; rel="self"'


def test_pages_are_strict_and_no_topics():
    """A page brings a content policy and no Link, and counts by its own bytes."""
    page = cached_page("index.html", "text/html", b"<!DOCTYPE html>" * 20, NOON, timedelta(seconds=60))
    headers = dict(page.identity.headers)
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert b"link" not in headers
    assert headers[b"etag"] == f'"{page.digest}"'.encode()


def test_a_feeds_landing_page_is_a_page():
    """Strict like the others, and it leads nowhere else."""
    made = document("feed.html", b"<!DOCTYPE html>" * 20, format="html", media_type="text/html")
    page = cached(made, published(made), MAX_AGE)
    headers = dict(page.identity.headers)
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert (headers[b"vary"], page.page) == (b"accept-encoding", None)
    assert shelved("tags/a.xml").page == "tags/a.html"


def test_what_is_no_feed_has_no_page():
    """Who clicks the list of the feeds, or a style sheet, gets that."""
    for format, media_type in (("opml", "text/x-opml"), ("css", "text/css")):
        made = document(f"feeds.{format}", b"<opml/>" * 20, format=format, media_type=media_type)
        kept = cached(made, published(made), MAX_AGE)
        assert (kept.page, dict(kept.identity.headers)[b"vary"]) == (None, b"accept-encoding")


def test_an_empty_shelf_has_nothing():
    """Before the first build everything is unknown, and nothing is gone."""
    shelf = DocumentCache()
    assert shelf.get("feed.xml") is None
    assert not shelf.is_gone("feed.xml")
    assert shelf.paths() == ()


def test_update_replaces_adds_and_retires():
    """The others stay; what is retired is gone, until it comes back."""
    shelf = DocumentCache()
    shelf.swap([shelved("a.xml"), shelved("b.xml")])
    shelf.update([shelved("b.xml", 60), shelved("c.xml")], gone=["a.xml", "never.xml"])
    assert shelf.paths() == ("b.xml", "c.xml")
    assert found(shelf, "b.xml").digest == shelved("b.xml", 60).digest
    assert shelf.is_gone("a.xml")
    assert shelf.is_gone("never.xml")
    shelf.update([shelved("a.xml")])
    assert shelf.get("a.xml") is not None
    assert not shelf.is_gone("a.xml")
    assert shelf.is_gone("never.xml")


def found(shelf: DocumentCache, path: str) -> CachedDocument:
    document = shelf.get(path)
    assert document is not None
    return document


def test_a_date_that_two_versions_have_is_neithers():
    """Until one comes in another second; to show the same version again changes nothing."""

    def version_of(data: bytes, **later: float) -> CachedDocument:
        made = document(data=data)
        return cached(made, published(made, published_at=NOON + timedelta(**later)), MAX_AGE)

    shelf = DocumentCache()
    for version, own in (
        (version_of(rss(9)), True),
        (version_of(rss(9)), True),
        (version_of(rss(10), milliseconds=900), False),
        (version_of(rss(10), milliseconds=900), False),
        (version_of(rss(9), milliseconds=950), False),
        (version_of(rss(11), milliseconds=1000), True),
        (version_of(rss(12), milliseconds=2900), True),
    ):
        shelf.update([version, shelved("other.xml")])
        assert found(shelf, "feed.xml").has_own_date is own
        assert found(shelf, "other.xml").has_own_date


@pytest.mark.parametrize(
    ("head", "styles"),
    [
        (b"", b"'self'"),
        (b'<?xml-stylesheet type="text/css" href="../feed.css"?>\n', b"'self'"),
        (
            b'<?xml-stylesheet type="text/css" href="https://a.example/feed.css?a=1&amp;b=2"?>\n',
            b"'self' https://a.example",
        ),
        (b'<?xml-stylesheet type="text/css" href="http://a.example:8080/x"?>\n', b"'self' http://a.example:8080"),
    ],
)
def test_a_feed_that_is_shown_gets_its_style_and_nothing_else(head, styles):
    """Wherever the style is: what the articles hold is not to run, or to fetch, where feeds come from."""
    made = document(data=b'<?xml version="1.0"?>\n' + head + rss(3).partition(b"?>")[2])
    for variant in (cached(made, published(made), MAX_AGE).identity, *cached(made, published(made), MAX_AGE).packed):
        policy = dict(variant.headers)[b"content-security-policy"]
        assert policy.startswith(b"default-src 'none'; style-src " + styles + b"; base-uri")


def test_a_page_of_an_archive_leads_to_the_page_of_its_feed():
    """It has none of its own."""
    made = replace(document("a/feed/archive/3.xml"), feed="a/feed")
    assert cached(made, published(made, page=3), MAX_AGE).page == "a/feed.html"


def test_swap_forgets_what_is_not_in_it():
    """The new shelf is the whole truth, for the documents and for the gone."""
    shelf = DocumentCache()
    shelf.swap([shelved("a.xml")], gone=["b.xml"])
    shelf.swap([shelved("c.xml")], gone=["c.xml"])
    assert shelf.paths() == ("c.xml",)
    assert not shelf.is_gone("a.xml")
    assert not shelf.is_gone("b.xml")
    assert not shelf.is_gone("c.xml")


def test_the_media_type_may_name_its_charset():
    """A charset that is there already is not said twice."""
    made = replace(FEED, media_type="text/plain; charset=utf-8")
    assert (b"content-type", b"text/plain; charset=utf-8") in cached(made, published(made), MAX_AGE).identity.headers
