"""What is said to whom: every rule of `server.answer`, in process."""

import gzip
import json
import zlib
from dataclasses import replace
from urllib.parse import unquote, urljoin

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Moved
from feedd.publisher.cache import DocumentCache, cached, cached_page
from feedd.server.answer import Health, Request, Response, accepted, answer, too_many
from tests.support.documents import MAX_AGE, document, published, rss
from tests.support.make import NOON

FEED = document(data=rss(50), hubs=("https://hub.example/",))
TAG = f'"{FEED.digest}"'
GZIP_TAG = f'"{FEED.digest}-gzip"'
MODIFIED = "Mon, 23 Nov 2026 12:00:00 GMT"
WELL = Health(alive=True, ready=True, detail={"feeds": 1})


MOVED = (
    Moved("rss", "https://ann.example/feed.xml"),
    Moved("feed/index.html", "https://ann.example/größe.xml", 308),
    Moved("leaving.xml", "https://elsewhere.example/feed.xml?a=b"),
)


def shelf() -> DocumentCache:
    tiny = document("tiny.json", b"{}", media_type="application/feed+json")
    tagged = document("tags/größe.xml", rss(9))
    older = replace(document("tags/größe/archive/1.xml", rss(9)), feed="tags/größe")
    own = document("own.xml", rss(9))
    own_page = document("own.html", b"<!DOCTYPE html>", format="html", media_type="text/html")
    page = document("tags/größe.html", b"<!DOCTYPE html>", format="html", media_type="text/html")
    made = DocumentCache()
    made.move(MOVED)
    made.swap(
        [
            cached(FEED, published(FEED), MAX_AGE),
            cached(tiny, published(tiny), MAX_AGE),
            cached(tagged, published(tagged), MAX_AGE),
            cached(page, published(page), MAX_AGE),
            cached(older, published(older, page=1), MAX_AGE),
            cached(own, published(own), MAX_AGE),
            cached(own_page, published(own_page), MAX_AGE),
            cached_page("index.html", "text/html", b"<!DOCTYPE html><title>Feeds</title>", NOON, MAX_AGE),
        ],
        gone=["old.xml"],
    )
    return made


SHELF = shelf()


def ask(
    path: str = "/feed.xml",
    method: str = "GET",
    health: Health = WELL,
    version: str = "1.1",
    query: bytes = b"",
    raw_path: bytes = b"",
    **headers: str,
):
    """The answer to a request with these headers (`if_none_match="x"`)."""
    sent = {"host": "ann.example"} | headers
    lines = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in sent.items() if value]
    return answer(Request(method, path, lines, version, query, raw_path), SHELF, lambda: health)


def header(response: Response, name: str) -> str | None:
    values = [value for key, value in response.headers if key == name.encode()]
    assert len(values) <= 1, f"{name} is said twice"
    return values[0].decode() if values else None


# --- documents -------------------------------------------------------------------------------------------------------


def test_a_feed_is_served_as_what_it_is():
    """Whole, typed, tagged, dated, linked."""
    response = ask()
    assert (response.status, response.body) == (200, FEED.data)
    assert header(response, "content-type") == "application/rss+xml; charset=utf-8"
    assert header(response, "etag") == TAG
    assert header(response, "last-modified") == MODIFIED
    assert header(response, "link") == '<https://hub.example/>; rel="hub", <https://ann.example/feed.xml>; rel="self"'
    assert header(response, "set-cookie") is None


@pytest.mark.parametrize("accept", ["text/html", "application/atom+xml", "application/feed+json", "*/*;q=0.1", ""])
@pytest.mark.parametrize("language", ["de", ""])
def test_an_address_has_one_representation(accept, language):
    """Neither Accept nor Accept-Language changes a byte (WebSub §4.1)."""
    assert ask(accept=accept, accept_language=language) == ask()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8731", "[::1]"])
def test_nothing_is_derived_from_the_host(host):
    """Whoever the client believes to talk to, the feed says its own address."""
    assert ask(host=host) == ask()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/index.html", 200),
        ("/feed.xml", 200),
        ("/tags/größe.xml", 200),
        ("/feed", 404),
        ("/feed.xml/", 404),
        ("//feed.xml", 404),
        ("/./feed.xml", 404),
        ("/../feed.xml", 404),
        ("/tags/../feed.xml", 404),
        ("/../../etc/passwd", 404),
        ("/feed.xml\0.html", 404),
        ("/\\feed.xml", 404),
        ("/FEED.XML", 404),
        ("/old.xml", 410),
        ("", 404),
    ],
)
def test_only_what_is_on_the_shelf_is_served(path, status):
    """A path is a key or it is nothing; what was retired is said to be gone."""
    response = ask(path)
    assert response.status == status
    if status != 200:
        assert b"listed at /\n" in response.body
        assert header(response, "cache-control") == "no-store"


def test_a_range_is_not_worth_it():
    """Ranges are ignored, which is always allowed: the whole document comes."""
    assert ask(range="bytes=0-10") == ask()


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/old.xml", "/nothing", "/healthz", "/readyz"])
@pytest.mark.parametrize("tag", ["", TAG])
def test_head_has_the_headers_of_get(path, tag):
    """All of them, the length included, without the body."""
    full, head = ask(path, if_none_match=tag), ask(path, "HEAD", if_none_match=tag)
    assert head == Response(full.status, full.headers, b"")


def test_nothing_is_unpacked_that_is_not_sent():
    """HEAD, a 304 and a comparison of sizes do without the body of a page that is kept packed."""
    made = document("feed/archive/1.xml", rss(50))
    kept = cached(made, published(made, page=1), MAX_AGE)
    assert kept.identity.folded
    shelf = DocumentCache()
    shelf.update([replace(kept, identity=replace(kept.identity, held=b"this cannot be unpacked"))])

    def to(method: str, *headers: tuple[bytes, bytes]) -> Response:
        return answer(Request(method, "/feed/archive/1.xml", [(b"host", b"a"), *headers]), shelf, lambda: WELL)

    assert header(to("HEAD"), "content-length") == str(len(made.data))
    assert to("HEAD", (b"a-im", b"feed"), (b"if-none-match", b'"x"')).status == 200
    assert to("GET", (b"if-none-match", kept.identity.etag)).status == 304
    with pytest.raises(zlib.error):
        to("GET")


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/old.xml", "/nothing", "/healthz"])
def test_every_answer_forbids_sniffing_and_says_its_length(path):
    """No browser may guess that a feed is a page."""
    response = ask(path)
    assert header(response, "x-content-type-options") == "nosniff"
    assert header(response, "content-length") == str(len(response.body))


# --- methods and malformed requests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "BREW"])
@pytest.mark.parametrize("path", ["/feed.xml", "/nothing", "/healthz"])
def test_only_reading_is_allowed(method, path):
    """Any other method gets a 405 that lists the allowed ones."""
    response = ask(path, method)
    assert (response.status, header(response, "allow")) == (405, "GET, HEAD, OPTIONS")


def test_options_lets_pages_of_other_sites_ask_conditionally():
    """If-None-Match in a browser's fetch() needs a preflight."""
    response = ask(method="OPTIONS", origin="https://reader.example")
    assert (response.status, response.body) == (204, b"")
    assert header(response, "access-control-allow-origin") == "*"
    assert "If-None-Match" in (header(response, "access-control-allow-headers") or "")


@pytest.mark.parametrize(
    ("headers", "closes"),
    [({"content_length": "5"}, True), ({"transfer_encoding": "chunked"}, True), ({"content_length": "0"}, False)],
)
def test_a_body_is_not_waited_for(headers, closes):
    """The connection ends with the answer: whatever follows cannot be taken for the next request."""
    for method in ("GET", "POST"):
        assert (header(ask(method=method, **headers), "connection") == "close") is closes


@pytest.mark.parametrize(
    ("version", "hosts", "status"),
    [
        ("1.1", [], 400),
        ("1.1", [b"a", b"a"], 400),
        ("1.1", [b"a b"], 400),
        ("1.1", [b""], 200),
        ("1.0", [], 200),
        ("1.0", [b"a", b"b"], 400),
        ("2.0", [b"a"], 505),
        ("0.9", [], 505),
    ],
)
def test_one_host_and_a_version_we_speak(version, hosts, status):
    """RFC 9112 §3.2 wants exactly one Host from HTTP/1.1 on."""
    request = Request("GET", "/feed.xml", [(b"host", host) for host in hosts], version)
    assert answer(request, SHELF, lambda: WELL).status == status


# --- conditional requests --------------------------------------------------------------------------------------------

D = FEED.digest
SMALLEST = min(
    (each for each in cached(FEED, published(FEED), MAX_AGE).packed), key=lambda each: len(each.body)
).coding.decode()
HELD = [
    TAG,
    GZIP_TAG,
    f"W/{TAG}",
    f"W/{GZIP_TAG}",
    "*",
    " * ",
    f'"other", {TAG}',
    f'"other",{TAG},W/"third"',
    f'"a, b", {TAG}',
    f'"{D};gzip"',
    f'"{D}:br"',
    f'W/"{D}-zstd"',
    f'"{D}-deflate"',
    f'"{D}--gzip"',
    f"{TAG}-gzip",
    D,
]
NOT_HELD = ['"other"', '""', "W/", '"', ",", f'"{D}x"', f'"x{D}"', f'"{D}-gzip-gzip"', f'"x, {D}"', "\xff\xfe"]


@pytest.mark.parametrize("tags", HELD)
def test_a_reader_that_has_it_gets_a_304(tags):
    """Lists, *, weak tags and the marks that proxies add; the 304 repeats what a cache needs."""
    response = ask(if_none_match=tags)
    assert (response.status, response.body) == (304, b"")
    assert header(response, "cache-control") == "public, max-age=300"
    assert header(response, "vary") == "accept-encoding, sec-fetch-dest"
    assert header(response, "last-modified") == MODIFIED
    assert header(response, "link") == header(ask(), "link")
    assert header(response, "etag") in (TAG, GZIP_TAG, f'"{D}-br"', f'"{D}-zstd"')


@pytest.mark.parametrize("tags", NOT_HELD)
def test_a_reader_that_has_something_else_gets_the_document(tags):
    """Other tags and no tags at all."""
    assert ask(if_none_match=tags).status == 200


@pytest.mark.parametrize(
    ("tag", "encoding", "said"),
    [
        (TAG, "gzip", TAG),
        (TAG, "", TAG),
        (GZIP_TAG, "", GZIP_TAG),
        (GZIP_TAG, "gzip", GZIP_TAG),
        ("*", "gzip", GZIP_TAG),
    ],
)
def test_the_304_names_the_tag_that_was_asked_about(tag, encoding, said):
    """A cache finds the response it stored, whichever encoding that was."""
    assert header(ask(if_none_match=tag, accept_encoding=encoding), "etag") == said


def test_a_tag_line_may_come_twice():
    """Repeated header lines are one list."""
    lines = [(b"host", b"a"), (b"if-none-match", b'"other"'), (b"if-none-match", TAG.encode())]
    assert answer(Request("GET", "/feed.xml", lines), SHELF, lambda: WELL).status == 304


@pytest.mark.parametrize(
    ("tags", "since", "status"),
    [(TAG, "Thu, 01 Jan 1970 00:00:00 GMT", 304), ('"other"', MODIFIED, 200), ("", MODIFIED, 304)],
)
def test_the_tag_wins_over_the_date(tags, since, status):
    """Where both are sent only If-None-Match counts (RFC 9110 §13.2.2)."""
    assert ask(if_none_match=tags, if_modified_since=since).status == status


@pytest.mark.parametrize(
    "since",
    [
        MODIFIED,
        "Monday, 23-Nov-26 12:00:00 GMT",
        "Mon Nov 23 12:00:00 2026",
        "Mon, 23 Nov 2026 12:00:00 +0000",
        "Mon, 23 Nov 2026 13:00:00 +0100",
        f"{MODIFIED}; length=4711",
    ],
)
def test_the_date_we_gave_out_in_any_dress(since):
    """The three forms of RFC 9110 §5.6.7, and an offset, name one moment."""
    assert ask(if_modified_since=since).status == 304


@pytest.mark.parametrize(
    "since",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 23 Nov 2026 11:59:59 GMT",
        "Mon, 23 Nov 2026 12:00:01 GMT",
        "Fri, 31 Dec 9999 23:59:59 -1400",
        "Mon, 99 Nov 2026 12:00:00 GMT",
        "Mon, 23 Nov 0000 12:00:00 GMT",
        "Mon, 23 Nov 2026 12:00:00 +999999999999",
        "yesterday",
        "0",
        "-1",
        ",",
        "\xff",
        "Mon, " * 2000,
    ],
)
def test_invented_dates_get_the_document(since):
    """A date that is not ours says nothing about what the client holds, and never fails."""
    assert ask(if_modified_since=since).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("tags", "status"),
    [
        (TAG, 200),
        (GZIP_TAG, 200),
        (f'"other", {TAG}', 200),
        ("*", 200),
        ('"other"', 412),
        (f"W/{TAG}", 412),
        ("", 200),
    ],
)
def test_who_wants_this_version_or_nothing(method, tags, status):
    """If-Match compares strongly (RFC 9110 §13.1.1), and comes before If-None-Match (§13.2.2)."""
    assert ask(method=method, if_match=tags).status == status
    assert ask(method=method, if_match=tags, if_none_match=TAG).status == (304 if status == 200 else 412)


def test_a_date_that_another_version_had_says_nothing():
    """Two versions in one second: who has only the date may have the first one (RFC 9110 §8.8.2.2)."""
    first, second = document(data=rss(9)), document(data=rss(10))
    shelf = DocumentCache()
    lines = [(b"host", b"a"), (b"if-modified-since", MODIFIED.encode())]
    for each, status in ((first, 304), (second, 200)):
        shelf.update([cached(each, published(each), MAX_AGE)])
        assert answer(Request("GET", "/feed.xml", lines), shelf, lambda: WELL).status == status


@given(
    st.binary(max_size=60),
    st.sampled_from([b"if-match", b"if-none-match", b"if-modified-since", b"accept-encoding", b"host"]),
)
def test_no_header_value_is_an_error(value, name):
    """Whatever bytes a client sends, it gets one of the answers we know."""
    response = answer(Request("GET", "/feed.xml", [(b"host", b"a"), (name, value)]), SHELF, lambda: WELL)
    assert response.status in (200, 304, 400, 412)


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_path_and_no_method_is_an_error(path, method):
    """Neither is a file name that we look for."""
    assert ask(path, method).status in (200, 204, 404, 405, 410)


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("gzip", True),
        ("GZip", True),
        ("x-gzip", True),
        ("gzip, deflate", True),
        ("deflate, gzip, br, zstd", True),
        ("br;q=1.0, gzip;q=0.001", True),
        ("*", True),
        ("*;q=0.5", True),
        ("identity, gzip", True),
        ("identity;q=0.5, gzip;q=1", True),
        ("identity;q=0, gzip", True),
        (" gzip ; q=1 ", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=x", False),
        ("gzip;q=nan", False),
        ("gzip;q=1e9", False),
        ("gzipped", False),
        (",;,", False),
    ],
)
def test_gzip_for_those_who_want_it(accept, wants):
    """By name or by *, never with q=0, never where identity is liked better."""
    assert any(b"gzip" in liked for liked in accepted(accept.encode())) is wants
    response = ask(accept_encoding=accept.replace("br", "xx").replace("zstd", "yy"))
    assert (header(response, "content-encoding") == "gzip") is wants
    assert header(response, "etag") == (GZIP_TAG if wants else TAG)


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", SMALLEST),
        ("zstd, br;q=0.9, gzip;q=0.8", "zstd"),
        ("br;q=0.5, gzip;q=0.6", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0.1, zstd", "zstd"),
        ("zstd;q=0, br;q=0, gzip;q=0", None),
        ("identity, br;q=0.9, zstd;q=0.8", None),
        ("identity;q=0.5, br;q=0.4, zstd;q=0.5", "zstd"),
        ("BR", "br"),
        ("br ; q=0.001", "br"),
    ],
)
def test_the_best_liked_coding_and_then_the_smallest(accept, coding):
    """q decides; where it says nothing, what costs the reader least."""
    response = ask(accept_encoding=accept)
    assert header(response, "content-encoding") == coding
    assert header(response, "etag") == (f'"{D}-{coding}"' if coding else TAG)
    assert header(response, "vary") == "accept-encoding, sec-fetch-dest"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
@pytest.mark.parametrize("accept", ["", "br", "zstd", "gzip"])
def test_every_coding_is_revalidated_under_its_own_tag(coding, accept):
    """Whatever the reader would take now; the 304 repeats what the 200 said about validity."""
    full = ask(accept_encoding=coding)
    tag = header(full, "etag")
    for method in ("GET", "HEAD"):
        response = ask(method=method, if_none_match=f'W/"other", {tag}', accept_encoding=accept)
        assert (response.status, header(response, "etag")) == (304, tag)
        for name in ("cache-control", "vary", "last-modified", "link", "access-control-allow-origin"):
            assert header(response, name) == header(full, name)


def test_what_is_not_worth_packing_comes_as_it_is():
    """A tiny document has no gzip twin."""
    response = ask("/tiny.json", accept_encoding="gzip")
    assert (header(response, "content-encoding"), response.body) == (None, b"{}")


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("tag", ["", TAG, "*"])
def test_a_browser_that_navigates_is_sent_to_the_page(method, tag):
    """The feed's landing page; nobody may store that answer."""
    response = ask("/tags/größe.xml", method, sec_fetch_dest="document", sec_fetch_mode="navigate", if_none_match=tag)
    assert (response.status, header(response, "location")) == (303, "../tags/gr%C3%B6%C3%9Fe.html")
    assert header(response, "cache-control") == "no-store"
    assert header(response, "vary") == "accept-encoding, sec-fetch-dest"


@pytest.mark.parametrize(
    ("sent", "leads_to"),
    [
        ("/own.xml", "/own.html"),
        ("/tags/gr%C3%B6%C3%9Fe.xml", "/tags/gr%C3%B6%C3%9Fe.html"),
        ("/tags%2Fgr%C3%B6%C3%9Fe.xml", "/tags/gr%C3%B6%C3%9Fe.html"),
        ("/tags/gr%C3%B6%C3%9Fe/archive/1.xml", "/tags/gr%C3%B6%C3%9Fe.html"),
        ("/tags/gr%C3%B6%C3%9Fe%2Farchive/1.xml", "/tags/gr%C3%B6%C3%9Fe.html"),
    ],
)
@pytest.mark.parametrize("below", ["", "/feeds/x"])
def test_the_page_is_found_from_any_spelling_and_below_any_path(sent, leads_to, below):
    """As the browser works it out, which knows neither that %2F is a slash to us nor what a proxy takes away. An old
    part of a feed leads to the page of the feed."""
    response = ask(unquote(sent), raw_path=sent.encode(), sec_fetch_dest="document")
    assert response.status == 303
    assert urljoin(f"https://ann.example{below}{sent}", header(response, "location")) == (
        f"https://ann.example{below}{leads_to}"
    )


@pytest.mark.parametrize("dest", ["empty", "iframe", "script", "", "Document"])
def test_everybody_else_gets_the_feed(dest):
    """A script's fetch, an extension, a program that sends no such header."""
    assert ask("/tags/größe.xml", sec_fetch_dest=dest, accept="text/html") == ask("/tags/größe.xml")


def test_a_feed_without_a_page_is_served_to_browsers_too():
    """There is nowhere to send them. A page itself is never sent elsewhere."""
    assert ask(sec_fetch_dest="document") == ask()
    assert ask("/tags/größe.html", sec_fetch_dest="document").status == 200


@pytest.mark.parametrize("query", [b"raw", b"raw=1", b"a=b&raw"])
def test_a_browser_may_ask_for_the_feed_itself(query):
    """Under a type that it shows and does not save; the same bytes in the coding it takes."""
    response = ask("/tags/größe.xml", query=query, sec_fetch_dest="document", accept_encoding="br")
    assert (response.status, header(response, "content-type")) == (200, "application/xml; charset=utf-8")
    assert response.body == ask("/tags/größe.xml", accept_encoding="br").body
    shown = ask("/tiny.json", query=query)
    assert (header(shown, "content-type"), shown.body) == ("application/json", b"{}")


@pytest.mark.parametrize("tag", [TAG, "*"])
def test_the_feed_itself_is_revalidated_too(tag):
    """Who opens it again gets no second copy."""
    assert ask(query=b"raw", if_none_match=tag).status == 304
    assert ask(query=b"raw", if_modified_since=MODIFIED).status == 304
    assert ask(query=b"raw", if_none_match='"x"').status == 200


@pytest.mark.parametrize("query", [b"rawest", b"x=raw", b"&", b"utm_source=x", b"%72aw"])
def test_any_other_query_means_nothing(query):
    """As before there were any."""
    assert ask(query=query) == ask()
    assert ask("/tags/größe.xml", query=query, sec_fetch_dest="document").status == 303


# --- moved -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/rss", 301, "https://ann.example/feed.xml"),
        ("/feed/", 308, "https://ann.example/gr%C3%B6%C3%9Fe.xml"),
        ("/leaving.xml", 301, "https://elsewhere.example/feed.xml?a=b"),
    ],
)
def test_what_has_moved_says_where_to(path, status, location):
    """Also where a document still stands; no cache keeps it, so that an error can be taken back."""
    for method in ("GET", "HEAD"):
        response = ask(path, method, if_none_match="*")
        assert (response.status, header(response, "location")) == (status, location)
        assert header(response, "cache-control") == "no-store"


def test_a_reader_in_a_page_of_another_site_hears_every_answer():
    """That a feed moved, has ended, was never there, or is asked for too often; and what it needs of the headers."""
    for response in (
        ask("/rss"),
        ask("/old.xml"),
        ask("/nothing"),
        too_many(9.5),
        ask(if_match='"x"'),
        ask("/feed.xml"),
    ):
        assert header(response, "access-control-allow-origin") == "*"
    assert header(too_many(9.5), "access-control-expose-headers") == "Retry-After"
    assert header(ask("/feed.xml"), "access-control-expose-headers") == "ETag, Link, IM, Delta-Base"
    assert header(ask("/healthz"), "access-control-allow-origin") is None
    assert header(ask("/"), "access-control-allow-origin") is None


# --- only the changes ------------------------------------------------------------------------------------------------


def versions(path: str, *datas: bytes, media_type: str = "application/rss+xml") -> tuple[DocumentCache, list[str]]:
    """A shelf that had these versions of a document while somebody wanted its changes; and their tags."""
    made = [document(path, data, media_type=media_type) for data in datas]
    kept = [cached(each, published(each), MAX_AGE) for each in made]
    shelf = DocumentCache()
    for each in kept:
        shelf.update([each])
        shelf.expect(each)
    return shelf, [each.digest for each in made]


def changes(shelf: DocumentCache, path: str, tags: str, a_im: str = "feed", **headers: str) -> Response:
    lines = {"host": "a", "if-none-match": tags, "a-im": a_im} | headers
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in lines.items() if value]
    return answer(Request("GET", path, sent), shelf, lambda: WELL)


def numbers(body: bytes) -> list[str]:
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    assert parsed.feed.title == "Ann"
    return [entry.title.removeprefix("No. ") for entry in parsed.entries]


def test_a_reader_that_asks_gets_only_what_changed():
    """226 with the whole feed's tag, the entries that came or changed since the tag it has, and no word to caches that
    do not know this."""
    edited = rss(12).replace(b"<title>No. 3<", b"<title>No. 3b<")
    shelf, (first, second, third) = versions("feed.xml", rss(9), rss(12), edited)
    response = changes(shelf, "/feed.xml", f'"{first}-br"', accept_encoding="")
    assert (response.status, numbers(response.body)) == (226, ["3b", "9", "10", "11"])
    assert header(response, "im") == "feed"
    assert header(response, "etag") == f'"{third}"'
    assert header(response, "delta-base") == f'"{first}-br"'
    assert header(response, "cache-control") == "no-store, im"
    assert header(response, "vary") == "accept-encoding, sec-fetch-dest, a-im, if-none-match"
    assert header(response, "content-length") == str(len(response.body))
    assert header(response, "content-type") == "application/rss+xml; charset=utf-8"
    response = changes(shelf, "/feed.xml", f'"unknown", W/"{second}"')
    assert (numbers(response.body), header(response, "delta-base")) == (["3b"], f'W/"{second}"')
    assert header(changes(shelf, "/feed.xml", second), "delta-base") == f'"{second}"'
    assert changes(shelf, "/feed.xml", f'"{third}"').status == 304


@pytest.mark.parametrize(
    ("tags", "a_im"),
    [
        ('"unknown"', "feed"),
        ("{first}", "feed;q=0"),
        ("{first}", "vcdiff, gzip"),
        ("{first}", ""),
        ("{first}", "feeds"),
    ],
)
def test_everybody_else_gets_the_whole_feed(tags, a_im):
    """A tag that is not remembered, and readers that want no such thing."""
    shelf, (first, _) = versions("feed.xml", rss(9), rss(12))
    response = changes(shelf, "/feed.xml", tags.format(first=f'"{first}"'), a_im)
    assert (response.status, len(numbers(response.body))) == (200, 12)
    assert header(response, "im") is None


def test_changes_are_packed_for_those_who_want_it():
    """With the tag that the whole has in this coding, by which the reader asks the next time; plain where that is
    smaller."""
    shelf, (first, second) = versions("feed.xml", rss(30), rss(36))
    response = changes(shelf, "/feed.xml", f'"{first}-gzip"', accept_encoding="gzip")
    assert (response.status, header(response, "content-encoding")) == (226, "gzip")
    assert header(response, "etag") == f'"{second}-gzip"'
    assert header(response, "delta-base") == f'"{first}-gzip"'
    assert header(response, "content-length") == str(len(response.body))
    assert numbers(gzip.decompress(response.body)) == [str(number) for number in range(30, 36)]
    plain = changes(shelf, "/feed.xml", f'"{first}"')
    assert (plain.status, header(plain, "content-encoding"), header(plain, "etag")) == (226, None, f'"{second}"')
    again = changes(shelf, "/feed.xml", f'"{second}-gzip"', accept_encoding="gzip")
    assert (again.status, header(again, "etag")) == (304, f'"{second}-gzip"')


def test_what_is_remembered_of_one_version_is_not_told_of_the_next():
    """The same reader asks after each edit."""
    versions_of = [document(data=rss(items)) for items in (20, 21, 22)]
    shelf = DocumentCache()
    for each, found in zip(versions_of, ([], ["20"], ["20", "21"]), strict=True):
        shelf.update([cached(each, published(each), MAX_AGE)])
        for _ in range(2):
            response = changes(shelf, "/feed.xml", f'"{versions_of[0].digest}"')
            assert (numbers(response.body) if response.status == 226 else []) == found


def test_changes_that_are_larger_than_the_packed_feed_are_not_worth_it():
    """The whole feed comes, packed."""
    shelf, (first, _) = versions("feed.xml", rss(1), rss(200))
    assert changes(shelf, "/feed.xml", f'"{first}"').status == 226
    assert changes(shelf, "/feed.xml", f'"{first}"', accept_encoding="br").status == 200


@pytest.mark.parametrize("first_tags", ["", "{held}"], ids=["the first fetch", "a poll without news"])
def test_versions_are_remembered_from_the_first_word(first_tags):
    """Who says so when it fetches, or polls in vain, gets only the changes of the very next edit; nobody else costs."""
    one, two, three = (document(data=rss(items)) for items in (9, 10, 11))
    shelf = DocumentCache()
    for each in (one, two):
        shelf.update([cached(each, published(each), MAX_AGE)])
    assert changes(shelf, "/feed.xml", f'"{one.digest}"', a_im="").status == 200
    changes(shelf, "/feed.xml", first_tags.format(held=f'"{two.digest}"'))
    shelf.update([cached(three, published(three), MAX_AGE)])
    assert numbers(changes(shelf, "/feed.xml", f'"{two.digest}"').body) == ["10"]
    assert changes(shelf, "/feed.xml", f'"{one.digest}"').status == 200


def test_a_page_has_no_changes():
    """Only feeds have entries."""
    assert ask("/", if_none_match='"x"', a_im="feed").status == 200


# --- health ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alive", "ready", "healthz", "readyz"),
    [(True, True, 200, 200), (True, False, 200, 503), (False, True, 503, 503), (False, False, 503, 503)],
)
def test_health_is_for_machines(alive, ready, healthz, readyz):
    """A small JSON that nobody stores: alive says restart it or not, ready says send readers or not."""
    health = Health(alive, ready, {"queue": 3})
    assert ask("/healthz", health=health).status == healthz
    response = ask("/readyz", health=health)
    assert response.status == readyz
    assert json.loads(response.body) == {"alive": alive, "ready": ready, "detail": {"queue": 3}}
    assert header(response, "cache-control") == "no-store"
    assert header(response, "content-type") == "application/json"


def test_health_is_only_asked_when_somebody_asks():
    """A reader's request costs no look at the daemon's state."""

    def health() -> Health:
        raise AssertionError("asked")

    assert answer(Request("GET", "/feed.xml", [(b"host", b"a")]), SHELF, health).status == 200
