"""Foreign feeds: what is read of them is what readers go by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedd.takeover import read

HEAD = '<?xml version="1.0"?>\n'
RSS = (
    HEAD
    + """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>T</title><link>https://old.example/</link>%s
<item><title>Fish &amp;amp; &lt;b&gt;chips&lt;/b&gt;</title><link>/fish</link><guid> 123 </guid>
 <pubDate>Tue, 3 Mar 2026 10:00:00 +0100</pubDate></item>
<item><title>No id</title><link>https://old.example/a?b=1&amp;c=2</link><dc:date>2026-01-01</dc:date></item>
<item><title>No address</title><guid isPermaLink="false">tag:old.example,2020:a b</guid></item>
<item><title>Nothing to know it by</title></item>
</channel></rss>"""
)
ATOM = (
    HEAD
    + """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:x</id><updated>2026-01-01T00:00:00Z</updated>
<link rel="prev-archive" href="archive/2025.atom"/><link rel="next" href="?page=2"/>
<entry><title type="html">A &amp;lt;b&amp;gt;</title><id>tag:old.example,2019:1</id><link href="https://old.example/one"/>
<published>2019-05-01T10:00:00.5+02:00</published><updated>2019-06-01T10:00:00Z</updated></entry>
<entry><title>Two</title><id>https://old.example/x/../two</id><updated>2019-06-01T10:00:00Z</updated></entry></feed>"""
)
RDF = (
    HEAD
    + """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://old.example/"><title>T</title></channel>
<item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link>
<dc:date>2004-02-01T10:00:00Z</dc:date></item></rdf:RDF>"""
)
OLD = (
    HEAD
    + '<rss version="0.91"><channel><item><title>One</title><link>http://old.example/1</link></item></channel></rss>'
)
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "T", "next_url": "/feed-2.json", "items": [
 {"id": 7, "url": "/seven", "title": "Seven", "date_published": "2026-03-03T10:00:00+01:00",
  "date_modified": "2026-03-04T10:00:00Z"}, {"url": "https://old.example/8"}, {"title": "lost"}, 5]}"""


def day(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]


def found(text: str, address: str = "https://old.example/feed/"):
    document = read(text.encode(), address)
    assert document is not None
    return document


def test_rss() -> None:
    """A guid is taken as it stands (a relative one too), else the link; titles are text; dc:date is the date."""
    document = found(RSS % "")
    assert (document.kind, document.older, document.whole) == ("RSS 2.0", None, True)
    assert [item.id for item in document.items] == ["123", "https://old.example/a?b=1&c=2", "tag:old.example,2020:a b"]
    first, second, third = document.items
    assert (first.title, first.links) == ("Fish & chips", ("https://old.example/fish",))
    assert (first.published, first.updated) == (day(2026, 3, 3, 9), None)
    assert (second.published, second.updated) == (day(2026, 1, 1), None)
    assert (third.links, third.published) == ((), None)


def test_atom() -> None:
    """Ids are not normalised; an entry without `published` has none; archives win over pages."""
    document = found(ATOM)
    assert (document.kind, document.older) == ("Atom 1.0", "https://old.example/feed/archive/2025.atom")
    one, two = document.items
    assert (one.id, one.title) == ("tag:old.example,2019:1", "A")
    assert (one.published, one.updated) == (day(2019, 5, 1, 8), day(2019, 6, 1, 10))
    assert (two.id, two.published, two.updated) == ("https://old.example/x/../two", None, day(2019, 6, 1, 10))


def test_json() -> None:
    """An id that is a number is its text; addresses are absolute; what is no item is left out."""
    document = found(JSON)
    assert (document.kind, document.older) == ("JSON Feed 1.1", "https://old.example/feed-2.json")
    assert [(item.id, item.links) for item in document.items] == [
        ("7", ("https://old.example/seven",)),
        ("https://old.example/8", ("https://old.example/8",)),
    ]
    assert (document.items[0].published, document.items[0].updated) == (day(2026, 3, 3, 9), day(2026, 3, 4, 10))


def test_the_old_ones() -> None:
    """RSS 1.0 and 0.91."""
    assert (found(RDF).kind, found(RDF).items[0].published) == ("RSS 1.0", day(2004, 2, 1, 10))
    assert (found(OLD).kind, found(OLD).items[0].id) == ("RSS 0.91", "http://old.example/1")


def test_wordpress_has_pages_that_it_does_not_name() -> None:
    """The next page of its feed is its address with another number; only a fetched one has an address."""
    text = RSS % "<generator>https://wordpress.org/?v=6.4</generator>"
    assert (found(text).older, found(text).sure) == ("https://old.example/feed/?paged=2", False)
    assert found(text, "https://old.example/feed/?x=1&paged=2").older == "https://old.example/feed/?x=1&paged=3"
    assert found(text, "").older is None


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"{", b'{"items": []}', b"<html><p>Hello", b"\x00\xff", b"[" * 100_000, b'{"a":' * 100_000]
)
def test_what_is_no_feed(data: bytes) -> None:
    """None, whatever it is."""
    assert read(data) is None


def test_a_feed_that_breaks_off_says_so() -> None:
    """Its items are read, and it is not whole."""
    document = found((RSS % "")[:420])
    assert (document.whole, document.items[0].id) == (False, "123")
