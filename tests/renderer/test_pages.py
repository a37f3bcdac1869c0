"""Pages for people, and what lists the feeds for programs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree, html

from feedd.model import Chain, Content, FeedItem, FeedSnapshot, Person, Podcast, Site
from feedd.publisher.places import is_ours
from feedd.renderer import landing, listing, page, render
from feedd.renderer.xml import stamp
from tests.support.make import NOON, entry, feed, publication

SITE = Site("https://ann.example", "https://ann.example/f", "Ann's <words> & co.", "Notes.", language="de")
MAIN = feed("feed", title="Everything", description="All of it", landing=True, style="feed.css")
TAG = feed("tags/c++", title="Tagged C++", each="tag", value="C++", definition="tags/{tag}", formats=("rss",))


def items(*titles: str, **fields: Any) -> tuple[FeedItem, ...]:
    return tuple(
        FeedItem(
            entry(f"{number}.md", **({"title": title, "published": NOON - timedelta(days=number)} | fields)),
            Content("<p>Body</p>", f"What {title or 'it'} says."),
        )
        for number, title in enumerate(titles)
    )


def snapshot(*titles: str, of: Any = MAIN, site: Site = SITE, chain: Chain | None = None, **fields: Any) -> Any:
    return FeedSnapshot(of, site, items(*titles, **fields), NOON, chain=chain)


def documents(made: FeedSnapshot) -> dict[str, Any]:
    return {each.format: each for each in render.render(made, render.Fragments())}


def landing_of(made: FeedSnapshot) -> html.HtmlElement:
    return html.fromstring(documents(made)["html"].data)


def published(*feeds: Any) -> list[Any]:
    """Publications of all that render would make of these feeds."""
    found = []
    for each in feeds:
        paths = render.document_paths(each)
        for path, name in zip(paths, (*each.formats, "html"), strict=False):
            media_type = render.FORMATS[name].media_type if name in render.FORMATS else "text/html"
            url = f"{SITE.feeds_url}/{path}"
            found.append(publication(path, feed=each.path, format=name, media_type=media_type, url=url, entries=2))
    return found


def listed(*feeds: Any, site: Site = SITE) -> dict[str, bytes]:
    return {each.path: each.data for each in listing.documents(site, feeds, published(*feeds))}


def index_of(*feeds: Any, site: Site = SITE) -> html.HtmlElement:
    return html.fromstring(listed(*feeds, site=site)["feeds.html"])


class TestLandingPage:
    def test_it_says_what_there_is(self) -> None:
        """Title, description, each address to copy, a link to each document itself."""
        found = landing_of(snapshot("Hello"))
        assert found.xpath("//h1/text()") == ["Everything"]
        assert found.xpath("//p[@class='lead']/text()") == ["All of it"]
        assert found.xpath("//input/@value") == [
            f"https://ann.example/f/feed.{each}" for each in ("xml", "atom", "json")
        ]
        assert all(each.get("readonly") is not None for each in found.xpath("//input"))
        assert found.xpath("//ul[@class='addresses']//a/@href") == [
            "./feed.xml?raw",
            "./feed.atom?raw",
            "./feed.json?raw",
        ]

    def test_a_reader_finds_the_feed_by_it(self) -> None:
        """Autodiscovery in the formats' order, relative to wherever the page stands."""
        links = landing_of(snapshot("Hello", of=replace(MAIN, path="tags/go: it", formats=("atom", "rss")))).xpath(
            "//head/link[@rel='alternate']"
        )
        assert [(link.get("type"), link.get("href"), link.get("title")) for link in links] == [
            ("application/atom+xml", "./go%3A%20it.atom", "Everything (Atom)"),
            ("application/rss+xml", "./go%3A%20it.xml", "Everything (RSS)"),
        ]

    def test_the_latest_entries(self) -> None:
        """Ten of them, newest first, each with its link, its day in the site's zone, and its summary."""
        site = replace(SITE, timezone="Asia/Tokyo")
        found = landing_of(snapshot(*"abcdefghijklm", site=site, published=NOON.replace(hour=20)))
        shown = found.xpath("//ol[@class='entries']/li")
        assert [each.findtext("h3/a") for each in shown] == list("abcdefghij")
        assert shown[0].xpath("h3/a/@href") == ["https://ann.example/0/"]
        (time,) = shown[0].xpath(".//time")
        assert (time.get("datetime"), time.text) == ("2026-11-23T20:00:00Z", "24 November 2026")
        assert shown[0].xpath("p[@class='summary']/text()") == ["What a says."]
        assert "carries 13 entries" in found.text_content()

    def test_an_entry_without_a_title_is_known_by_its_day(self) -> None:
        """A link needs a name."""
        assert landing_of(snapshot("")).xpath("//ol//h3/a/time/text()") == ["23 November 2026"]

    def test_an_author_is_named_who_is_not_the_sites(self) -> None:
        """On a page of Ann's every line would say Ann."""
        site = replace(SITE, author=Person("Ann"))
        for name, shown in (("Ann", []), ("Bea", ["Bea"])):
            assert landing_of(snapshot("a", site=site, authors=(Person(name),))).xpath("//bdi/text()") == shown

    def test_readers_get_the_address_as_they_want_it(self) -> None:
        """Whole and encoded, as feed: URL; a podcast is for podcast programs."""
        links = landing_of(snapshot("a")).xpath("//ul[@class='readers']//a/@href")
        assert "https://feedly.com/i/subscription/feed%2Fhttps%3A%2F%2Fann.example%2Ff%2Ffeed.xml" in links
        assert "feed:https://ann.example/f/feed.xml" in links
        links = landing_of(snapshot("a", of=replace(MAIN, podcast=Podcast()))).xpath("//ul[@class='readers']//a/@href")
        assert "podcast://ann.example/f/feed.xml" in links
        assert "pktc://subscribe/ann.example/f/feed.xml" in links

    def test_readers_get_a_format_they_know(self) -> None:
        """JSON Feed only where there is nothing else."""
        for formats, suffix in ((("atom", "rss"), "xml"), (("json", "atom"), "atom"), (("json",), "json")):
            links = landing_of(snapshot("a", of=replace(MAIN, formats=formats))).xpath(
                "//ul[@class='readers']//a/@href"
            )
            assert f"feed:https://ann.example/f/feed.{suffix}" in links

    def test_an_archive_is_linked(self) -> None:
        """The newest page of it, as a document."""
        made = landing_of(snapshot("a", of=replace(MAIN, path="x/feed"), chain=Chain("x/feed", "x/feed/archive/7")))
        assert made.xpath("//p[@class='more']/a/@href") == ["./feed/archive/7.xml?raw"]

    def test_whoever_wrote_it_the_page_is_ours(self) -> None:
        """What authors write is shown, not run."""
        evil = '"><script>alert(1)</script>'
        made = documents(snapshot(evil, of=replace(MAIN, title=evil, description=evil), url="https://a.example/?'\"><"))
        assert b"<script" not in made["html"].data
        assert html.fromstring(made["html"].data).xpath("//h1/text()") == [evil]

    @pytest.mark.parametrize(
        ("language", "direction"),
        [("he", "rtl"), ("ar-EG", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("en", "ltr"), (None, "auto")],
    )
    def test_each_text_in_its_own_direction(self, language: str | None, direction: str) -> None:
        """As its language is written; a browser looks where the language is not known."""
        site = replace(SITE, language=None)
        found = landing_of(snapshot("a", of=replace(MAIN, language=language), site=site))
        for element in (*found.xpath("//h1"), *found.xpath("//ol/li")):
            assert (element.get("lang"), element.get("dir")) == (language or "", direction)
        assert found.get("lang") == "en"

    @pytest.mark.parametrize(
        ("title", "description", "languages"),
        [
            ("Ann", "Notes.", ("en", "en")),
            ("Ann: ar", "Notes.", ("en", "en")),
            ("آن", "Notes.", ("ar", "en")),
            ("Ann: ar", "ملاحظات", ("en", "ar")),
            ("Annals", "Notes. And more.", ("ar", "ar")),
        ],
    )
    def test_what_a_feed_took_from_the_site_is_in_the_sites_language(
        self, title: str, description: str, languages: tuple[str, str]
    ) -> None:
        """The feed of the Arabic articles of an English site, which has no title of its own, on both pages."""
        site = replace(SITE, title="Ann", language="en")
        arabic = replace(MAIN, title=title, description=description, language="ar")
        for found in (landing_of(snapshot("a", of=arabic, site=site)), index_of(arabic, site=site)):
            said = found.xpath("//h1[not(a)] | //h3[a][ancestor::li[@class='card']]")
            lead = found.xpath("//header/p[@class='lead' and not(../h1/a)] | //li[@class='card']/div/p")
            for (element,), language in zip((said, lead), languages, strict=True):
                assert (element.get("lang"), element.get("dir")) == (language, "rtl" if language == "ar" else "ltr")

    @pytest.mark.parametrize("path", ["index", "blog/index", "feeds"])
    def test_some_names_are_taken(self, path: str) -> None:
        """index.html is the folder's, feeds.html the list's."""
        assert "html" not in documents(snapshot("a", of=replace(MAIN, path=path)))

    def test_none_where_none_is_wanted(self) -> None:
        """No page, and no style sheet either."""
        made = documents(snapshot("a", of=replace(MAIN, landing=False, style=None)))
        assert sorted(made) == ["atom", "json", "rss"]
        assert b"xml-stylesheet" not in made["rss"].data + made["atom"].data

    def test_an_empty_feed_has_a_page(self) -> None:
        """It says so."""
        assert "Nothing yet" in landing_of(snapshot()).text_content()

    def test_it_is_a_document_of_the_feed(self) -> None:
        """With the feed's path, its own address, and no hub: nobody subscribes to a page."""
        made = documents(snapshot("a", of=replace(MAIN, path="tags/a b", hubs=("https://hub.example/",))))["html"]
        assert (made.feed, made.path, made.media_type) == ("tags/a b", "tags/a b.html", "text/html")
        assert (made.url, made.hubs) == ("https://ann.example/f/tags/a%20b.html", ())
        assert is_ours(made.data)


class TestStyle:
    @pytest.mark.parametrize(
        ("path", "style", "href"),
        [
            ("feed", "feed.css", "feed.css"),
            ("tags/python", "feed.css", "../feed.css"),
            ("feed/archive/3", "feed.css", "../../feed.css"),
            (
                "tags/python",
                'https://ann.example/a.css?b=1&c="2">',
                "https://ann.example/a.css?b=1&amp;c=&quot;2&quot;&gt;",
            ),
        ],
    )
    @pytest.mark.parametrize("format", ["rss", "atom"])
    def test_documents_name_it(self, format: str, path: str, style: str, href: str) -> None:
        """After the XML declaration, relative to where the document stands."""
        made = documents(snapshot("a", of=replace(MAIN, path=path, style=style)))[format]
        lines = made.data.decode().split("\n")
        assert lines[0].startswith("<?xml version=")
        assert lines[1] == f'<?xml-stylesheet type="text/css" href="{href}"?>'
        assert etree.fromstring(made.data) is not None

    def test_it_asks_for_nothing(self) -> None:
        """The content policy allows one style sheet and nothing else."""
        for name in ("feedd.css", "feed.css"):
            assert not re.search(rb"url\(|@import", page.style(name))
            assert b"prefers-color-scheme: dark" in page.style(name)
            assert is_ours(page.style(name))


class TestIndex:
    def test_a_reader_finds_the_main_feeds(self) -> None:
        """And only those: a browser would choke on a link for each tag."""
        links = index_of(MAIN, TAG).xpath("//head/link[@rel='alternate']")
        assert [(link.get("type"), link.get("href"), link.get("title")) for link in links] == [
            ("application/rss+xml", "./feed.xml", "Everything (RSS)"),
            ("application/atom+xml", "./feed.atom", "Everything (Atom)"),
            ("application/feed+json", "./feed.json", "Everything (JSON Feed)"),
        ]

    def test_people_find_every_feed(self) -> None:
        """The main ones with their addresses, the others by what sets them apart, all with their page and documents."""
        found = index_of(MAIN, TAG, replace(TAG, path="tags/a", value="a", landing=True))
        assert found.xpath("//h2/text()") == ["Feeds", "By tag"]
        assert found.xpath("//li[@class='card']//h3/a/@href") == ["./feed.html"]
        assert found.xpath("//li[@class='card']//input/@value")[0] == "https://ann.example/f/feed.xml"
        many = found.xpath("//ul[@class='many']/li")
        assert [each.xpath("string(span)") for each in many] == ["a", "C++"]
        assert [each.xpath(".//a/@href") for each in many] == [
            ["./tags/a.html", "./tags/a.xml"],
            ["./tags/c%2B%2B.xml"],
        ]
        assert found.xpath("//a[contains(., 'OPML')]/@href") == ["feeds.opml"]

    def test_groups_keep_their_order_and_names(self) -> None:
        """Main feeds, podcasts, then one group for each definition; two of one kind say which they are."""
        other = replace(TAG, path="t/x", definition="t/{tag}")
        by_year = replace(TAG, path="y/2026", definition="y/{year}", each="year", value="2026")
        show = feed("show", podcast=Podcast())
        found = index_of(by_year, other, TAG, show, MAIN)
        titles = ["Feeds", "Podcasts", "By tag (t/{tag})", "By tag (tags/{tag})", "By year"]
        assert found.xpath("//h2/text()") == found.xpath("//nav//a/text()") == titles
        assert found.xpath("//nav//a/@href") == [f"#{each}" for each in found.xpath("//h2/@id")]

    def test_a_language_is_named_by_its_code(self) -> None:
        """Which is in no language."""
        (name,) = index_of(replace(TAG, each="language", value="ar", language="ar")).xpath("//span[@class='name']")
        assert (name.text_content(), name.get("lang"), name.get("dir")) == ("ar", "", "auto")

    def test_what_is_not_published_is_left_out(self) -> None:
        """A link that leads nowhere is worse than none; the pages of an archive are no feeds."""
        old = replace(published(MAIN)[0], path="feed/archive/1.xml", page=1)
        made = listing.documents(SITE, [MAIN, TAG], [*published(MAIN), old])[0].data
        assert html.fromstring(made).xpath("//h2/text()") == ["Feeds"]
        assert b"archive" not in made

    def test_titles_are_text(self) -> None:
        """What an author writes is shown, not run."""
        assert b"<script" not in listed(replace(MAIN, title="<script>"), replace(TAG, value="<script>"))["feeds.html"]
        assert index_of(MAIN).xpath("//h1/a/text()") == ["Ann's <words> & co."]

    def test_the_same_feeds_give_the_same_bytes(self) -> None:
        """In whatever order the publications come."""
        known = published(MAIN, TAG)
        assert listing.documents(SITE, [MAIN, TAG], known) == listing.documents(SITE, [MAIN, TAG], known[::-1])


class TestPrograms:
    def test_opml_has_every_feed(self) -> None:
        """Once each, main ones first, the others in a folder, with the format that most readers know."""
        site = replace(SITE, author=Person("Ann", "ann@ann.example"))
        root = etree.fromstring(listed(replace(MAIN, formats=("json", "atom")), TAG, site=site)["feeds.opml"])
        assert (root.get("version"), root.findtext("head/title")) == ("2.0", "Feeds of Ann's <words> & co.")
        assert root.findtext("head/dateModified") == "Mon, 23 Nov 2026 12:00:00 GMT"
        assert (root.findtext("head/ownerName"), root.findtext("head/ownerEmail")) == ("Ann", "ann@ann.example")
        assert [dict(each.attrib) for each in root.iterfind("body/outline")] == [
            {
                "type": "rss",
                "text": "Everything",
                "title": "Everything",
                "description": "All of it",
                "language": "de",
                "htmlUrl": "https://ann.example/",
                "xmlUrl": "https://ann.example/f/feed.atom",
            },
            {"text": "By tag"},
        ]
        assert root.xpath("body/outline/outline/@xmlUrl") == ["https://ann.example/f/tags/c++.xml"]

    def test_a_reader_imports_it(self) -> None:
        """A parser of readers' lists finds the same feeds."""
        listparser = pytest.importorskip("listparser", reason="listparser is not installed")
        found = listparser.parse(listed(MAIN, TAG)["feeds.opml"].decode())
        assert not found.bozo
        assert [(each.title, each.url) for each in found.feeds] == [
            ("Everything", "https://ann.example/f/feed.xml"),
            ("Tagged C++", "https://ann.example/f/tags/c++.xml"),
        ]

    def test_the_sitemap_has_every_address(self) -> None:
        """Pages and documents, with the moment in which their bytes last changed."""
        root = etree.fromstring(listed(MAIN)["feeds-sitemap.xml"])
        name = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        assert root.tag == f"{name}urlset"
        assert [(each.findtext(f"{name}loc"), each.findtext(f"{name}lastmod")) for each in root] == [
            (f"https://ann.example/f/feed.{suffix}", "2026-11-23T12:00:00Z")
            for suffix in ("html", "xml", "atom", "json")
        ]

    def test_their_moment_is_that_of_the_entries(self) -> None:
        """What the documents say, not when somebody made them; where that was not written down, that."""
        known = [replace(each, updated=NOON, published_at=NOON + timedelta(days=9)) for each in published(MAIN)]
        made = {each.path: each.data for each in listing.documents(SITE, [MAIN], known)}
        then = format_datetime(NOON, usegmt=True)
        assert etree.fromstring(made["feeds.opml"]).findtext("head/dateModified") == then
        assert {each.text for each in etree.fromstring(made["feeds-sitemap.xml"]).iterfind(".//{*}lastmod")} == {
            stamp(NOON)
        }

    def test_they_sign(self) -> None:
        """Where they are published to a folder they can be replaced."""
        assert all(is_ours(data) for data in listed(MAIN).values())

    def test_the_snippet_is_for_a_page(self) -> None:
        """One line for each document, in the formats' order, escaped."""
        assert listing.snippet(SITE, [feed("a", title='1 < "2"', formats=("json",))]) == (
            '<link rel="alternate" type="application/feed+json" title="1 &lt; &quot;2&quot;"'
            ' href="https://ann.example/f/a.json">\n'
        )


PAGES = {
    "landing": lambda: documents(snapshot("Hello"))["html"].data,
    "podcast": lambda: documents(snapshot("Hello", of=replace(MAIN, podcast=Podcast())))["html"].data,
    "index": lambda: listed(MAIN, TAG)["feeds.html"],
}


@pytest.mark.parametrize("name", PAGES)
def test_the_content_policy_holds(name: str) -> None:
    """No script, no inline style, nothing from elsewhere: what the headers forbid no page asks for."""
    found = html.fromstring(PAGES[name]())
    assert (
        found.xpath("//script | //style | //*[@style] | //img | //iframe | //form | //@*[starts-with(name(), 'on')]")
        == []
    )
    assert found.xpath("//link[@rel='stylesheet']/@href") in (["./feedd.css"], ["feedd.css"])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_aloud(name: str) -> None:
    """Language, title, landmarks, headings in order, unique ids, and controls with names."""
    found = html.fromstring(PAGES[name]())
    assert found.get("lang") == "en"
    assert found.findtext(".//title")
    assert len(found.xpath("//main")) == len(found.xpath("//h1")) == 1
    levels = [int(each.tag[1]) for each in found.xpath("//h1 | //h2 | //h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(found.xpath("//@aria-labelledby | //label/@for")) <= set(ids)
    assert found.xpath("//a[starts-with(@href, '#')]/@href")[0].lstrip("#") in ids
    labelled = set(found.xpath("//label/@for"))
    assert all(each.get("id") in labelled or each.get("aria-label") for each in found.xpath("//input"))


def test_a_name_that_says_where_it_stands() -> None:
    """One document as another refers to it."""
    for target, here, href in (
        ("feed.xml", "feed.html", "./feed.xml"),
        ("tags/a.xml", "tags/a.html", "./a.xml"),
        ("feeds.html", "tags/a.html", "../feeds.html"),
        ("a/b/c.xml", "a/d/e.html", "../b/c.xml"),
        ("a/b/c.xml", "x.html", "./a/b/c.xml"),
        ("q?#: .xml", "x.html", "./q%3F%23%3A%20.xml"),
    ):
        assert page.relative(target, here) == href


def test_what_stands_of_a_feed() -> None:
    """All of its documents and its page, so that what left can be told from what stays."""
    assert render.document_paths(MAIN) == ("feed.xml", "feed.atom", "feed.json", "feed.html")
    assert render.document_paths(replace(MAIN, landing=False)) == ("feed.xml", "feed.atom", "feed.json")
    assert landing.path_of(replace(MAIN, path="a/index")) is None
