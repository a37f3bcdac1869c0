"""Documents as bytes: what all formats have in common."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedd.lint import lint
from feedd.model import Content, Enclosure, Entry, Feed, FeedItem, FeedSnapshot, Image, Person, Site
from feedd.normalizer.plain import xml_safe
from feedd.renderer import render
from feedd.renderer.xml import DC, stamp
from tests.support.make import NOON, at, entry

SITE = Site("https://ann.example", "https://feeds.ann.example/x", "Ann & <co>", author=Person("Ann", "a@ann.example"))
FEED = Feed("tags/a b", "Ann & <co>", hubs=("https://hub.example/?a=1&b=2",), language="en")


def snapshot(*entries: Entry, feed: Feed = FEED, site: Site = SITE, html: str = "<p>Text &amp; more</p>"):
    items = tuple(FeedItem(each, Content(html, "Text & more")) for each in entries)
    return FeedSnapshot(feed, site, items, render.updated(entries))


def documents(given: FeedSnapshot) -> dict[str, bytes]:
    return {document.format: document.data for document in render.render(given, render.Fragments())}


FULL = entry(
    "a.md",
    title="A & <b>",
    published=NOON,
    updated=at(hours=1),
    authors=(Person("Ann", "a@ann.example", "https://ann.example/me"), Person("Bo")),
    categories=("World",),
    tags=("world", "x & y"),
    language="de",
    enclosures=(Enclosure("https://ann.example/a.mp3?x=1&y=2", "audio/mpeg", 42, "The <sound>"),),
    image=Image("https://ann.example/a.png"),
)


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_a_reader_finds_everything_in_the_xml_formats(format: str) -> None:
    """Title, link, id, dates, authors, categories, content, enclosure, and where the feed lives."""
    parsed = feedparser.parse(documents(snapshot(FULL))[format])
    assert not parsed.bozo
    (item,) = parsed.entries
    assert (item.title.replace("&amp;", "&"), item.link, item.id) == ("A & <b>", FULL.url, FULL.id)
    assert item.published_parsed[:5] == (2026, 11, 23, 12, 0)
    assert item.authors[0].name == "Ann"
    assert [tag.term for tag in item.tags] == ["World", "x & y"]
    assert item.content[0].value == "<p>Text &amp; more</p>"
    assert item.enclosures[0].href == "https://ann.example/a.mp3?x=1&y=2"
    assert item.enclosures[0].length == "42"
    links = {(link.rel, link.href) for link in parsed.feed.links}
    suffix = {"rss": "xml", "atom": "atom"}[format]
    assert ("self", f"https://feeds.ann.example/x/tags/a%20b.{suffix}") in links
    assert ("hub", "https://hub.example/?a=1&b=2") in links
    assert parsed.feed.link == "https://ann.example/"


@pytest.mark.parametrize("format", ["rss", "atom"])
@pytest.mark.parametrize(("mail", "found"), [("ann@example.org", {"email": "ann@example.org"}), (None, {})])
def test_a_reader_finds_the_author_of_the_site(format: str, mail: str | None, found: dict[str, str]) -> None:
    """With the mail where that is known."""
    given = snapshot(entry("a.md"), site=replace(SITE, author=Person("Ann", mail)))
    parsed = feedparser.parse(documents(given)[format])
    assert parsed.feed.author_detail == ({"name": "Ann"} | found)


def test_rss_names_the_author_of_the_site_once() -> None:
    """The editor by mail, or the creator by name; both would say the same twice. The name is a comment, which a bracket
    would end."""
    for person, expected in (
        (Person("Ann", "a@ann.example", "https://ann.example/me"), ["a@ann.example (Ann)"]),
        (Person("Ann (she)", "a@ann.example"), ["a@ann.example (Ann [she])"]),
        (Person("Ann"), ["Ann"]),
    ):
        data = documents(snapshot(entry("a.md"), site=replace(SITE, author=person)))["rss"]
        channel = etree.fromstring(data)[0]
        found = [each.text for each in channel if each.tag in ("managingEditor", f"{{{DC}}}creator")]
        assert found == expected
        assert not [each for each in lint(data) if each.rule in ("rss-said-twice", "email", "email-form")]


@pytest.mark.parametrize("counted", ["", "https://op3.dev/e/"])
def test_atom_calls_no_recording_a_page(counted: str) -> None:
    """An episode without notes links to its recording, which a service that counts may stand before."""
    url = "https://cdn.example/a.mp3"
    sound = Enclosure(f"{counted}{url.removeprefix('https://')}" if counted else url, "audio/mpeg", 42)
    for link, kind in ((url, None), ("https://ann.example/a/", "text/html")):
        data = documents(snapshot(entry("a.mp3", url=link, enclosures=(sound,))))["atom"]
        (found,) = etree.fromstring(data).iterfind(".//{*}entry/{*}link[@rel='alternate']")
        assert (found.get("href"), found.get("type")) == (link, kind)


def test_a_category_is_the_sites_whatever_an_article_links_to() -> None:
    """Two sites that share what is kept have theirs each."""
    fragments = render.Fragments()
    one = entry("a.md", url="https://elsewhere.example/a/", tags=("x",))
    for home in ("https://ann.example", "https://bob.example"):
        given = snapshot(one, site=replace(SITE, url=home))
        rss, atom = (etree.fromstring(each.data) for each in render.render(given, fragments)[:2])
        assert rss.find(".//item/category").get("domain") == f"{home}/#tags"
        assert atom.find("{*}entry/{*}category").get("scheme") == f"{home}/#tags"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://cloud.example/pn?token=1", ("cloud.example", "443", "/pn?token=1", "https-post")),
        ("http://cloud.example:5337", ("cloud.example", "5337", "/", "http-post")),
    ],
)
def test_rss_names_all_of_a_clouds_address(address: str, found: tuple[str, ...]) -> None:
    """With its query; nothing of it is odd."""
    data = documents(snapshot(entry("a.md"), feed=replace(FEED, cloud=address)))["rss"]
    cloud = etree.fromstring(data).find("channel/cloud")
    assert tuple(cloud.get(name) for name in ("domain", "port", "path", "protocol")) == found
    assert not [each for each in lint(data) if each.rule.startswith("rss-cloud")]


def test_a_reader_finds_everything_in_json() -> None:
    """The same in JSON Feed 1.1."""
    feed = json.loads(documents(snapshot(FULL))["json"])
    assert feed["feed_url"] == "https://feeds.ann.example/x/tags/a%20b.json"
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/?a=1&b=2"}]
    (item,) = feed["items"]
    assert item["title"] == "A & <b>"
    assert (item["date_published"], item["date_modified"]) == ("2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z")
    assert [author["name"] for author in item["authors"]] == ["Ann", "Bo"]
    assert item["attachments"] == [
        {
            "url": "https://ann.example/a.mp3?x=1&y=2",
            "mime_type": "audio/mpeg",
            "title": "The <sound>",
            "size_in_bytes": 42,
        }
    ]


def test_a_feed_without_entries_is_a_valid_document() -> None:
    """It has no news, and says no time that is now."""
    made = documents(snapshot())
    for format in ("rss", "atom"):
        parsed = feedparser.parse(made[format])
        assert (parsed.bozo, parsed.entries) == (False, [])
        assert b"2026" not in made[format]
    assert json.loads(made["json"])["items"] == []


def test_a_summary_feed_carries_no_content() -> None:
    """Only the summary, in every format."""
    made = documents(snapshot(FULL, feed=replace(FEED, content="summary")))
    assert all(b"<p>" not in data and b"&lt;p" not in data for data in made.values())
    assert json.loads(made["json"])["items"][0]["content_text"] == "Text & more"


def test_an_untitled_entry_has_no_made_up_title() -> None:
    """Atom wants the element, JSON Feed leaves it out, RSS has its description."""
    made = documents(snapshot(replace(FULL, title="")))
    assert b"untitled" not in b"".join(made.values())
    assert "title" not in json.loads(made["json"])["items"][0]
    (item,) = feedparser.parse(made["atom"]).entries
    assert item.title == ""


def test_the_newest_update_is_the_feeds() -> None:
    """Not the newest publication, and no clock."""
    made = documents(snapshot(FULL, replace(FULL, id="b", updated=at(days=-1))))
    assert b"<updated>2026-11-23T13:00:00Z</updated>" in made["atom"].split(b"<entry>")[0]
    assert b"<lastBuildDate>Mon, 23 Nov 2026 13:00:00 +0000</lastBuildDate>" in made["rss"]


def test_a_kept_fragment_gives_the_same_bytes() -> None:
    """The memo makes fast, not different; only what is new is made."""
    fragments = render.Fragments()
    cold = render.render(snapshot(FULL), fragments)
    assert fragments.made == 3
    assert render.render(snapshot(FULL), fragments) == cold
    assert fragments.made == 3
    render.render(snapshot(replace(FULL, digest="new")), fragments)
    assert fragments.made == 6


def test_a_memo_that_is_too_small_forgets_and_still_answers() -> None:
    """Even where not one fragment fits."""
    tiny = render.Fragments(most_bytes=10)
    assert render.render(snapshot(FULL), tiny) == render.render(snapshot(FULL), render.Fragments())


@pytest.mark.parametrize(
    "other",
    [
        {"feed": replace(FEED, title="Other")},
        {"feed": replace(FEED, limit=7)},
        {"feed": replace(FEED, hubs=())},
        {"site": replace(SITE, title="Other")},
        {"window": (("a", "2"),)},
        {"window": (("a", "1"), ("b", "1"))},
    ],
)
def test_every_input_is_in_the_fingerprint(other: dict[str, object]) -> None:
    """Or a document would stand that says something else than its inputs."""
    given = {"feed": FEED, "site": SITE, "window": (("a", "1"),)}
    assert render.fingerprint(**(given | other)) != render.fingerprint(**given)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(999, 1, 2, tzinfo=UTC), "0999-01-02T00:00:00Z"),
        (datetime(2026, 1, 1, microsecond=9, tzinfo=UTC), "2026-01-01T00:00:00Z"),
    ],
)
def test_a_moment_in_rfc_3339(moment: datetime, text: str) -> None:
    """Four digits for the year, whole seconds, Z."""
    assert stamp(moment) == text


TEXTS = st.text(max_size=40).map(lambda text: " ".join(xml_safe(text)[0].split()))
MOMENTS = st.integers(-(10**9), 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ENTRIES = st.builds(
    lambda n, title, tags, author, moment, later, url: entry(
        f"{n}.md",
        title=title,
        tags=tuple(tags),
        authors=(Person(author or "?"),),
        published=moment,
        updated=moment + timedelta(seconds=later),
        url=url,
        digest=repr((n, title, tags, author, moment, later, url)),
    ),
    st.integers(0, 9**9),
    TEXTS,
    st.lists(TEXTS.filter(bool), max_size=3),
    TEXTS,
    MOMENTS,
    st.integers(0, 10**8),
    st.sampled_from(["https://ann.example/a", "https://ann.example/a?x=1&y=<2>"]),
)


@given(st.lists(ENTRIES, max_size=4), TEXTS, TEXTS)
def test_any_entries_make_whole_documents_and_always_the_same(entries: list[Entry], title: str, html: str) -> None:
    """Well-formed, every URL absolute, `updated` never before `published`, the same bytes each time."""
    given_ = snapshot(*entries, feed=replace(FEED, title=title or "x"), html=html)
    made = documents(given_)
    assert made == documents(given_)
    for format in ("rss", "atom"):
        root = etree.fromstring(made[format])
        for link in root.iter("{*}link"):
            assert urlsplit(link.get("href") or link.text).scheme == "https"
    for item in json.loads(made["json"])["items"]:
        assert urlsplit(item["url"]).scheme == "https"
        assert item["date_modified"] >= item["date_published"]
    assert etree.fromstring(made["atom"]).findtext("{*}title") == (title or "x")
