"""One bad example for each rule of the lint: the smallest document that we could think of in which it applies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedd.lint import HOLDING, RULES, Rule, lint
from feedd.lint.rules import SECTIONS
from tests.lint.documents import (
    ADDRESS,
    ATOM_HEAD,
    DESCRIPTION,
    ENTRY,
    EPISODE,
    ITEM,
    LINK,
    SELF,
    SHOW,
    TITLE,
    atom,
    entry,
    item,
    json_feed,
    json_item,
    opml,
    podcast,
    rss,
)

GOOD = {
    "rss": rss(),
    "podcast": podcast(),
    "atom": atom(),
    "json": json_feed(),
    "opml": opml(),
}

BAD = {
    # any document
    "no-feed": b"<!DOCTYPE html><html><body>404</body></html>",
    "old-rss": rss(root='version="0.91"'),
    "size": rss("<copyright>" + "x" * 5_000_000 + "</copyright>"),
    "self-differs": rss(head=TITLE + LINK + DESCRIPTION + SELF.replace("/feed", "/other")),
    "self-type": atom(head=ATOM_HEAD.replace('rel="self"', 'rel="self" type="text/html"')),
    # XML
    "xml-well-formed": rss("<copyright>Ann & Bob</copyright>"),
    "xml-libxml2": rss("<media:text>" + "<x>" * 300 + "</x>" * 300 + "</media:text>"),
    "xml-encoding": rss("<copyright>Zoë</copyright>").replace(b"UTF-8", b"ascii"),
    "xml-not-utf8": rss().replace(b"UTF-8", b"ISO-8859-1"),
    "xml-bom": b"\xef\xbb\xbf" + rss(),
    "xml-space-first": b"\n" + rss(),
    "xml-doctype": atom().replace(b"<feed", b"<!DOCTYPE feed><feed", 1),
    "xml-entities": atom().replace(b"<feed", b'<!DOCTYPE feed [<!ENTITY a "b">]><feed', 1),
    "xml-named-entity": atom("<rights>&nbsp;</rights>").replace(b"<feed", b'<!DOCTYPE feed SYSTEM "a.dtd"><feed', 1),
    "xml-characters": rss("<copyright>It\x92s</copyright>"),
    "xml-namespace-typo": rss().replace(b"/mrss/", b"/mrss"),
    "xml-prefix-taken": rss().replace(b"http://purl.org/dc/elements/1.1/", b"https://other.example/"),
    # elements and values
    "element-missing": rss(head=TITLE + LINK + SELF),
    "element-twice": rss("<title>Again</title>"),
    "element-unknown": rss("<subtitle>Ann</subtitle>"),
    "element-in-text": rss("<copyright><b>Ann</b></copyright>"),
    "text-stray": rss("hello"),
    "attribute-missing": item("<source>Bob</source>"),
    "attribute-unknown": rss('<copyright year="2026">Ann</copyright>'),
    "blank": rss(head="<title/>" + LINK + DESCRIPTION + SELF),
    "date-rfc822": rss("<pubDate>2026-11-23</pubDate>"),
    "date-rfc822-form": rss("<pubDate>23 Nov 26 12:00 GMT</pubDate>"),
    "date-weekday": rss("<pubDate>Tue, 23 Nov 2026 12:00:00 +0000</pubDate>"),
    "date-zone": rss("<pubDate>Mon, 23 Nov 2026 12:00:00 EST</pubDate>"),
    "date-rfc3339": atom(entries=f"<entry>{ENTRY}<published>2026-02-30T12:00:00Z</published></entry>"),
    "date-offset": atom(entries=f"<entry>{ENTRY}<published>2026-11-23T12:00:00+01:00</published></entry>"),
    "date-w3c": item("<dc:date>23.11.2026</dc:date>", base=ITEM.partition("<pubDate>")[0]),
    "date-implausible": rss("<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>"),
    "url-absolute": rss(head=TITLE + "<link>/index.html</link>" + DESCRIPTION + SELF),
    "url-web": item('<enclosure url="ftp://ann.example/1.mp3" length="1" type="audio/mpeg"/>'),
    "url-characters": rss(head=TITLE + "<link>https://ann.example/a b</link>" + DESCRIPTION + SELF),
    "url-host": rss(head=TITLE + "<link>https:///ann</link>" + DESCRIPTION + SELF),
    "url-tag": atom(head=ATOM_HEAD.replace(f"<id>{ADDRESS}", "<id>tag:ann.example:feed")),
    "url-urn": atom(head=ATOM_HEAD.replace(f"<id>{ADDRESS}", "<id>urn:uuid:12")),
    "url-ascii": rss(head=TITLE + "<link>https://ann.example/é</link>" + DESCRIPTION + SELF),
    "text-markup": rss(head="<title>&lt;b&gt;Ann&lt;/b&gt;</title>" + LINK + DESCRIPTION + SELF),
    "text-reference": rss(head="<title>Ann &amp;amp; Bob</title>" + LINK + DESCRIPTION + SELF),
    "text-separator": rss(head="<title>Ann\u2028Bob</title>" + LINK + DESCRIPTION + SELF),
    "email": item("<author>Ann</author>"),
    "email-name": item("<author>ann@ann.example</author>"),
    "email-form": item("<author>Ann &lt;ann@ann.example&gt;</author>"),
    "media-type": item('<enclosure url="https://ann.example/1.mp3" length="1" type="mp3"/>'),
    "language": rss(head=TITLE + LINK + DESCRIPTION + SELF + "<language>English</language>"),
    "integer": rss("<ttl>an hour</ttl>"),
    "number": item('<media:content url="https://ann.example/1.mp4" duration="long"/>'),
    # HTML
    "html-relative": item('<content:encoded>&lt;img src="a.png"&gt;</content:encoded>'),
    "html-active": item("<content:encoded>&lt;script&gt;1&lt;/script&gt;</content:encoded>"),
    "html-event": item('<content:encoded>&lt;p onclick="x()"&gt;</content:encoded>'),
    "html-style": item('<content:encoded>&lt;p style="position: fixed"&gt;</content:encoded>'),
    "html-escaped-twice": item("<content:encoded>&amp;lt;p&amp;gt;Hello</content:encoded>"),
    # RSS
    "rss-version": rss(root='version="3.0"'),
    "rss-item-empty": rss(items="<item><link>https://ann.example/1</link></item>"),
    "rss-guid-missing": rss(items="<item><title>Hello</title></item>"),
    "rss-guid-twice": rss(items=f"<item>{ITEM}</item><item>{ITEM}</item>"),
    "rss-guid-permalink": item(base=ITEM.replace(' isPermaLink="false"', "")),
    "rss-guid-boolean": item(base=ITEM.replace('"false"', '"no"')),
    "rss-guid-short": item(base=ITEM.replace("tag:ann.example,2026:1", "1")),
    "rss-date-missing": item(base=ITEM.partition("<pubDate>")[0]),
    "rss-content-order": rss(items="<item><content:encoded>Hi</content:encoded><title>Hi</title></item>"),
    "rss-said-twice": item("<author>ann@ann.example (Ann)</author><dc:creator>Ann</dc:creator>"),
    "rss-enclosure": item('<enclosure url="https://ann.example/1.mp3" length="?" type="audio/mpeg"/>'),
    "rss-enclosures": item('<enclosure url="https://ann.example/1.mp3" length="1" type="audio/mpeg"/>' * 2),
    "rss-image-differs": rss("<image><url>https://ann.example/i.png</url><title>Bob</title>" + LINK + "</image>"),
    "rss-image-format": rss("<image><url>https://ann.example/i.svg</url>" + TITLE + LINK + "</image>"),
    "rss-image-size": rss("<image><url>https://ann.example/i.png</url>" + TITLE + LINK + "<width>500</width></image>"),
    "rss-skip-day": rss("<skipDays><day>Montag</day></skipDays>"),
    "rss-skip-twice": rss("<skipHours><hour>1</hour><hour>1</hour></skipHours>"),
    "rss-hour-24": rss("<skipHours><hour>24</hour></skipHours>"),
    "rss-text-input": rss(f"<textInput>{TITLE}{DESCRIPTION}<name>q</name>{LINK}</textInput>"),
    "rss-text-input-name": rss(f"<textInput>{TITLE}{DESCRIPTION}<name>?q</name>{LINK}</textInput>"),
    "rss-cloud": rss('<cloud domain="ann.example" port="x" path="/" registerProcedure="" protocol="soap"/>'),
    "rss-cloud-protocol": rss('<cloud domain="ann.example" port="80" path="/" registerProcedure="" protocol="ftp"/>'),
    "rss-order": rss(after="<copyright>Ann</copyright>"),
    "rss-self-missing": rss(head=TITLE + LINK + DESCRIPTION),
    "rss-atom-prefix": rss().replace(b"xmlns:atom", b"xmlns:a").replace(b"<atom:", b"<a:"),
    "rss-language-missing": rss(head=TITLE + LINK + DESCRIPTION + SELF),
    # Atom and modules
    "atom-author": entry("<summary>Hi</summary>", head=ATOM_HEAD.replace("<author><name>Ann</name></author>", "")),
    "atom-entry-empty": entry("<summary>Hi</summary>", base=ENTRY.partition("<link")[0]),
    "atom-summary": entry(""),
    "atom-summary-needed": entry('<content src="https://ann.example/1.mp3" type="audio/mpeg"/>'),
    "atom-alternate-twice": atom('<link href="https://ann.example/a"/><link href="https://ann.example/b"/>'),
    "atom-id-twice": atom(entries=f"<entry>{ENTRY}</entry>" * 2),
    "atom-id-again": atom(entries=f"<entry>{ENTRY}</entry><entry>{ENTRY.replace('-11-23', '-11-24')}</entry>"),
    "atom-id-form": atom(head=ATOM_HEAD.replace(f"<id>{ADDRESS}", "<id>https://Ann.example/feed")),
    "atom-space": atom(head=ATOM_HEAD.replace("<updated>", "<updated> ")),
    "atom-order": atom(after="<rights>Ann</rights>"),
    "atom-text-type": atom('<rights type="text/plain">Ann</rights>'),
    "atom-element-in-text": atom("<rights><b>Ann</b></rights>"),
    "atom-xhtml-div": atom('<rights type="xhtml">Ann</rights>'),
    "atom-xhtml-namespace": atom(
        '<rights type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><p xmlns="">Ann</p></h:div></rights>'
    ),
    "atom-content-type": entry('<content type="multipart/mixed">Hi</content>'),
    "atom-content-src": entry(
        '<content src="https://ann.example/1" type="audio/mpeg">Hi</content><summary>Hi</summary>'
    ),
    "atom-content-src-type": entry('<content src="https://ann.example/1"/><summary>Hi</summary>'),
    "atom-content-xml": entry('<content type="image/svg+xml">Hi</content>'),
    "atom-base64": entry('<content type="audio/mpeg">???</content><summary>Hi</summary>'),
    "atom-link-rel": atom('<link rel="friend" href="https://bob.example/"/>'),
    "atom-link-text": atom('<link rel="related" href="https://bob.example/">Bob</link>'),
    "atom-source": entry("<summary>Hi</summary><source><title>Bob</title></source>"),
    "atom-self-missing": atom(head=ATOM_HEAD.replace('rel="self"', 'rel="related"')),
    "atom-prefix": atom().replace(b"xmlns=", b"xmlns:a=").replace(b"<feed", b"<a:feed").replace(b"</feed", b"</a:feed"),
    "paging-in-entry": entry('<summary>Hi</summary><link rel="next" href="https://ann.example/2"/>'),
    "paging-complete": atom('<fh:complete/><link rel="prev-archive" href="https://ann.example/2"/>'),
    "paging-current": atom('<fh:archive/><link rel="prev-archive" href="https://ann.example/2"/>'),
    "paging-alone": atom('<fh:archive/><link rel="current" href="https://ann.example/2"/>'),
    "paging-past-end": atom(f'<link rel="first" href="{ADDRESS}"/><link rel="previous" href="https://ann.example/2"/>'),
    "thread-href": entry('<summary>Hi</summary><thr:in-reply-to ref="tag:bob.example,2026:1"/>'),
    "thread-count": atom('<link rel="related" href="https://bob.example/" thr:count="2"/>'),
    "thread-when": atom('<link rel="replies" href="https://bob.example/" thr:when="2026-11-23T12:00:00Z"/>'),
    "sy-period": rss("<sy:updatePeriod>often</sy:updatePeriod>"),
    "geo": item("<georss:point>91 0</georss:point>"),
    "geo-comma": item("<georss:point>48.1, 16.4</georss:point>"),
    # JSON Feed
    "json-syntax": b'{"version": "https://jsonfeed.org/version/1.1",}',
    "json-utf8": json_feed(title="Zoe").replace(b"Zoe", b"Zo\xeb"),
    "json-bom": b"\xef\xbb\xbf" + json_feed(),
    "json-object": b"[1, 2]",
    "json-version": json_feed(version="1.1"),
    "json-title": json_feed(without="title"),
    "json-items": json_feed(without="items"),
    "json-item": json_feed(["hello"]),
    "json-id": json_item(id=1),
    "json-id-twice": json_feed([json.loads(json_item())["items"][0]] * 2),
    "json-content": json_item(content_html=None),
    "json-date-missing": json_item(date_published=None),
    "json-feed-url": json_feed(without="feed_url"),
    "json-next-url": json_feed(next_url=ADDRESS),
    "json-hub": json_feed(hubs=["https://hub.example/"]),
    "json-author": json_feed(authors=[{}]),
    "json-author-old": json_feed(author={"name": "Ann"}),
    "json-attachment": json_item(attachments=[{"url": "https://ann.example/1.mp3"}]),
    "json-type": json_item(tags="news"),
    "json-key-unknown": json_item(mood="good"),
    "json-key-twice": json_feed().replace(b'"title"', b'"title": "Bob", "title"', 1),
    # Media RSS
    "media-url": item("<media:content/>"),
    "media-medium": item('<media:content url="https://ann.example/1.png" medium="picture"/>'),
    "media-expression": item('<media:content url="https://ann.example/1.png" expression="half"/>'),
    "media-boolean": item('<media:content url="https://ann.example/1.png" isDefault="yes"/>'),
    "media-group": item('<media:group><media:content url="https://ann.example/1.png"/></media:group>'),
    "media-hash": item("<media:hash>12</media:hash>"),
    "media-rating": item("<media:rating>good</media:rating>"),
    "media-restriction": item('<media:restriction relationship="maybe">all</media:restriction>'),
    "media-role": item('<media:credit role="Author">Ann</media:credit>'),
    "media-text-type": item('<media:title type="markdown">Ann</media:title>'),
    "media-time": item('<media:thumbnail url="https://ann.example/1.png" time="noon"/>'),
    # podcasts
    "itunes-category": podcast(SHOW.replace("Technology", "Gadgets")),
    "itunes-explicit": podcast(SHOW.replace("false", "clean")),
    "itunes-block": podcast(SHOW + "<itunes:block>maybe</itunes:block>"),
    "itunes-type": podcast(SHOW + "<itunes:type>weekly</itunes:type>"),
    "itunes-duration": podcast(episode=EPISODE + "<itunes:duration>an hour</itunes:duration>"),
    "itunes-long": podcast(SHOW + f"<itunes:author>{'Ann' * 100}</itunes:author>"),
    "podcast-image": podcast(SHOW.partition("/>")[2]),
    "podcast-category": podcast(SHOW.replace('<itunes:category text="Technology"/>', "")),
    "podcast-explicit": podcast(SHOW.replace("<itunes:explicit>false</itunes:explicit>", "")),
    "podcast-owner": podcast(SHOW.partition("<itunes:owner>")[0]),
    "podcast-language": podcast().replace(b"<language>en</language>", b""),
    "podcast-enclosure": podcast(episode=ITEM),
    "podcast-format": podcast(episode=EPISODE.replace(".mp3", ".ogg")),
    "podcast-guid": podcast(SHOW + "<podcast:guid>1</podcast:guid>"),
    "podcast-yes-no": podcast(SHOW + "<podcast:locked>true</podcast:locked>"),
    "podcast-transcript": podcast(
        episode=EPISODE + '<podcast:transcript url="https://ann.example/1.vtt" type="text/vtt" rel="text"/>'
    ),
    "podcast-medium": podcast(SHOW + "<podcast:medium>radio</podcast:medium>"),
    "podcast-country": podcast(SHOW + '<podcast:location country="Austria">Vienna</podcast:location>'),
    "podcast-https": podcast(SHOW + '<podcast:funding url="http://ann.example/give">Give</podcast:funding>'),
    "podcast-role": podcast(SHOW + '<podcast:person role="Boss">Ann</podcast:person>'),
    "podcast-rrule": podcast(SHOW + '<podcast:updateFrequency rrule="weekly">Weekly</podcast:updateFrequency>'),
    "podcast-long": podcast(SHOW + f"<podcast:person>{'Ann' * 50}</podcast:person>"),
    # OPML
    "opml-version": opml(version="3"),
    "opml-empty": opml(""),
    "opml-text": opml('<outline type="rss" xmlUrl="https://ann.example/feed.xml"/>'),
    "opml-feed": opml('<outline text="Ann" type="rss"/>'),
    "opml-link": opml('<outline text="Ann" type="link"/>'),
    "opml-type": opml('<outline text="Ann" xmlUrl="https://ann.example/feed.xml"/>'),
    "opml-boolean": opml('<outline text="Ann" isComment="no"/>'),
}
# What no document alone can show.
ELSEWHERE = {"date-future", "http-type", "http-charset", "http-validators"}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_document_has_nothing_to_mend(name: str) -> None:
    """So that what the examples below show is what spoils them."""
    assert lint(GOOD[name], address=ADDRESS) == ()


@pytest.mark.parametrize("rule", BAD)
def test_the_example_of_a_rule_breaks_it(rule: str) -> None:
    """And says where, unless it is about the document as a whole."""
    found = [finding for finding in lint(BAD[rule], address=ADDRESS) if finding.rule == rule]
    assert found
    assert found[0].level == RULES[rule].level
    assert found[0].message
    assert (found[0].line or 0) >= 1 or rule in {"no-feed", "size", "xml-libxml2"}


def test_every_rule_has_an_example() -> None:
    """A rule nobody can break is no rule."""
    assert set(BAD) | ELSEWHERE == set(RULES)
    assert not set(BAD) & ELSEWHERE


def test_the_manual_has_every_rule_as_it_is() -> None:
    """docs/lint.md is a copy of the table, for people."""
    manual = (Path(__file__).parent.parent.parent / "docs" / "lint.md").read_text(encoding="utf-8")
    rows = [line for line in manual.splitlines() if line.startswith("| `")]
    assert rows == [_row(rule) for rules in SECTIONS.values() for rule in rules]


def _row(rule: Rule) -> str:
    level = rule.level + (", held" if rule.id in HOLDING else "")
    says, source = (text.replace("|", "\\|").replace("<", "&lt;") for text in (rule.says, rule.source))
    return f"| `{rule.id}` | {level} | {says} | {source} |"


def test_only_errors_hold_a_document() -> None:
    """What is a warning is published."""
    assert {RULES[rule].level for rule in HOLDING} == {"error"}
