"""The page that lists the feeds."""

import re

import pytest
from lxml import html

from feedd.model import Feed, Site
from feedd.publisher.places import is_ours
from feedd.server.pages import index, stylesheet
from tests.support.make import feed, publication

SITE = Site("https://ann.example", "https://ann.example/feeds", "Ann's <words> & co.", "Notes.", language="de")
MAIN = feed("feed", title="Everything")
TAG = feed("tags/c++", title="Tagged C++", each="tag", value="C++")
STANDING = [
    publication("feed.json", format="json", media_type="application/feed+json", entries=2),
    publication("feed.xml", entries=2),
    publication("feed.atom", format="atom", media_type="application/atom+xml", entries=2),
    publication("tags/c++.xml", feed="tags/c++", entries=1),
]


def page(feeds=(MAIN, TAG), publications=STANDING, site=SITE) -> html.HtmlElement:
    return html.fromstring(index(site, feeds, publications))


def test_a_reader_finds_the_feeds_by_itself():
    """The head offers the main feeds in their formats' order, relative to wherever the page stands."""
    links = page().xpath("//head/link[@rel='alternate']")
    assert [(link.get("type"), link.get("href"), link.get("title")) for link in links] == [
        ("application/rss+xml", "./feed.xml", "Everything (RSS)"),
        ("application/atom+xml", "./feed.atom", "Everything (Atom)"),
        ("application/feed+json", "./feed.json", "Everything (JSON Feed)"),
    ]


def test_people_find_every_feed():
    """Each with its title, its number of articles, a link per format and the public address to copy."""
    found = page()
    assert found.xpath("//h3/text()") == ["Everything", "Tagged C++"]
    assert found.xpath("//p[@class='count']/text()") == ["2 articles", "1 article"]
    assert found.xpath("//code/text()")[-1] == "https://ann.example/tags/c++.xml"
    assert found.xpath("//main//a/@href")[-1] == "./tags/c%2B%2B.xml"
    assert found.xpath("//h2/text()") == ["Feeds", "By tag"]


def test_a_feed_of_which_nothing_is_published_is_left_out():
    """A link that leads nowhere is worse than none."""
    assert page(publications=STANDING[:1]).xpath("//h3/text()") == ["Everything"]


def test_before_the_first_publication_the_page_says_so():
    """An empty list would look broken."""
    found = page(publications=[])
    assert "No feed is published yet" in found.text_content()
    assert found.xpath("//section") == []


def test_titles_are_text():
    """What an author writes is shown, not run."""
    written = index(SITE, [Feed("feed", '<script>alert("1")</script>')], STANDING)
    assert b"<script" not in written
    assert html.fromstring(written).xpath("//h3/text()") == ['<script>alert("1")</script>']
    assert page().xpath("//h1/a/text()") == ["Ann's <words> & co."]


def test_the_content_policy_holds():
    """No script, no inline style, nothing from elsewhere: what the page's headers forbid it does not ask for."""
    found = page()
    assert found.xpath("//script | //style | //*[@style] | //img | //iframe | //@onclick") == []
    assert found.xpath("//link[@rel='stylesheet']/@href") == ["feedd.css"]
    assert not re.search(rb"url\(|@import", stylesheet())


def test_the_page_can_be_read_aloud():
    """Language, title, landmarks, headings in order, and links that say what they lead to."""
    found = page()
    assert found.get("lang") == "en"
    assert found.xpath("//h1/a/@lang") == ["de"]
    assert found.findtext(".//title") == "Feeds of Ann's <words> & co."
    assert len(found.xpath("//main")) == len(found.xpath("//h1")) == 1
    assert {link.get("aria-label") for link in found.xpath("//main//a")} >= {"RSS: Everything", "RSS: Tagged C++"}
    for section in found.xpath("//section"):
        assert found.get_element_by_id(section.get("aria-labelledby")).tag == "h2"


def test_the_same_feeds_give_the_same_bytes():
    """In whatever order the publications come."""
    assert index(SITE, [MAIN, TAG], STANDING) == index(SITE, [MAIN, TAG], reversed(STANDING))


@pytest.mark.parametrize("data", [index(SITE, [MAIN], STANDING), stylesheet()], ids=["page", "style"])
def test_our_pages_sign(data):
    """They can be replaced where they are published to a folder."""
    assert is_ours(data)


def test_light_and_dark():
    """The style follows the reader's choice."""
    assert b"prefers-color-scheme: dark" in stylesheet()
