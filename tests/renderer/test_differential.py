"""Every golden entry, written in all formats and read back with parsers that are not ours: what went in comes out, and
each field of an entry has a word in each format or a reason why it has none."""

from __future__ import annotations

import html
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from lxml import etree
from lxml import html as parser

from feedd.model import Enclosure, Entry, Extras, Feed, FeedItem, FeedSnapshot, Site, SourceDocument
from feedd.normalizer import body
from feedd.renderer import render
from tests.support.house import START, House
from tests.test_golden import GOLDEN

SITE = Site("https://example.org", "https://example.org", "Example")
FEED = Feed("feed", "Everything")
A = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
GEORSS = "{http://www.georss.org/georss}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LICENSE = "{http://backend.userland.com/creativeCommonsRssModule}license"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
Found = tuple[Any, Any]  # what went in, what came out
Compare = Callable[[FeedItem, Any], Found]
NO_WORD = "the format has no word for it"
INSIDE = "says how it is published, not what readers are told"


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> tuple[FeedItem, ...]:
    """What the golden articles become."""
    pytest.importorskip("docutils", reason="needs the extra: pip install 'feedd[rst]'")
    house = House(tmp_path_factory.mktemp("golden"))
    for file in (GOLDEN / "articles").iterdir():
        os.utime(shutil.copy(file, house.posts), (START.timestamp(), START.timestamp()))
    source = house.settings.sources[0]
    found = []
    for stat in house.watcher.scan(source, {}).changed:
        document = house.watcher.read(source, stat)
        assert isinstance(document, SourceDocument)
        entry = house.pipeline.believe(document, source, START).entry
        if entry is not None:
            entry = replace(entry, id=entry.id or f"tag:example.org,2026:{stat.key.path}")
            found.append(FeedItem(entry, body.content(entry)))
    # RSS has room for one attachment; what becomes of a second.
    rich = next(item for item in found if item.entry.extras is not None)
    more = (*rich.entry.enclosures, Enclosure("https://example.org/noise.mp3", "audio/mpeg", 90210))
    second = replace(rich.entry, id="tag:example.org,2026:two", digest="two", enclosures=more)
    return (*found, replace(rich, entry=second))


def terms(item: FeedItem) -> list[tuple[str, bool]]:
    """Categories, then the tags that do not repeat one, each as it is written and whether it is a category."""
    known = {each.casefold() for each in item.entry.categories}
    tags = [(each, False) for each in item.entry.tags if each.casefold() not in known]
    return [(each, True) for each in item.entry.categories] + tags


def is_category(scheme: str) -> bool:
    return {"https://example.org/#categories": True, "https://example.org/#tags": False}[scheme]


def extras(item: FeedItem) -> Extras:
    return item.entry.extras or Extras()


def text(element: Any, name: str) -> str | None:
    return element.findtext(name)


def links(entry: Any, rel: str) -> list[str]:
    return [link.get("href") for link in entry.findall(f"{A}link") if link.get("rel") == rel]


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def place(value: str | None) -> tuple[float, ...] | None:
    return tuple(map(float, value.split())) if value else None


def pictures(element: Any) -> list[Any]:
    return [each for each in element.findall(f"{MEDIA}content") if each.get("medium") == "image"]


def pictured(element: Any, part: str) -> str | None:
    found = pictures(element)
    return found[0].findtext(f"{MEDIA}{part}") if found else None


def besides(found: dict[str, Any], name: str) -> Any:
    return found.get("_feedd", {}).get(name)


def own_caption(item: FeedItem, part: str) -> str | None:
    image = item.entry.image
    return (getattr(image, part) or getattr(item.entry, part)) if image else None


# field -> how its value is compared with what came out, or why it is not there
RSS: dict[str, Compare | str] = {
    "id": lambda i, x: (i.entry.id, text(x, "guid")),
    "url": lambda i, x: (i.entry.url, text(x, "link")),
    "title": lambda i, x: (i.entry.title, text(x, "title") or ""),
    "published": lambda i, x: (i.entry.published, parsedate_to_datetime(text(x, "pubDate") or "")),
    "updated": NO_WORD,
    "authors": lambda i, x: ([p.name for p in i.entry.authors], [e.text for e in x.findall(f"{DC}creator")]),
    "categories": lambda i, x: (terms(i), [(e.text, is_category(e.get("domain"))) for e in x.findall("category")]),
    "tags": lambda i, x: (
        {t.casefold() for t in i.entry.tags} - {c.casefold() for c in i.entry.categories},
        {(e.text or "").casefold() for e in x.findall("category") if e.get("domain").endswith("/#tags")},
    ),
    "language": lambda i, x: (i.entry.language, text(x, f"{DC}language")),
    "summary": lambda i, x: (
        i.content.summary or i.entry.title or i.entry.url,
        html.unescape(text(x, "description") or ""),
    ),
    "body": lambda i, x: (i.content.html, text(x, ENCODED) or ""),
    "image": lambda i, x: (
        (i.entry.image.url if i.entry.image else None, pictures(x)[0].get("url")) if i.entry.image else (None, None)
    ),
    "caption": lambda i, x: (own_caption(i, "caption"), pictured(x, "description") if i.entry.image else None),
    "credit": lambda i, x: (own_caption(i, "credit"), pictured(x, "credit") if i.entry.image else None),
    "enclosures": lambda i, x: (
        [(e.url, e.media_type, e.length) for e in i.entry.enclosures],
        [(e.get("url"), e.get("type"), int(e.get("length"))) for e in x.findall("enclosure")]
        + [
            (e.get("url"), e.get("type"), int(e.get("fileSize", "0")))
            for e in x.findall(f"{MEDIA}content")
            if e not in pictures(x)
        ],
    ),
    "contributors": lambda i, x: (
        [p.name for p in extras(i).contributors],
        [e.text for e in x.findall(f"{DC}contributor")],
    ),
    "rights": lambda i, x: (extras(i).rights, text(x, f"{DC}rights")),
    "license": lambda i, x: (getattr(extras(i).license, "url", None), text(x, LICENSE)),
    "external_url": NO_WORD,
    "banner": NO_WORD,
    "comments": lambda i, x: (extras(i).comments, text(x, "comments")),
    "replies_to": lambda i, x: (
        [(r.ref, r.href) for r in extras(i).replies_to],
        [(e.get("ref"), e.get("href")) for e in x.findall(f"{THREAD}in-reply-to")],
    ),
    "geo": lambda i, x: (extras(i).geo, place(text(x, f"{GEORSS}point"))),
    "source": lambda i, x: (
        [(o.feed, o.title) if o.feed else (None, o.url)] if (o := extras(i).source) else [],
        [(e.get("url"), e.text) for e in (*x.findall("source"), *x.findall(f"{DC}source"))],
    ),
}
ATOM: dict[str, Compare | str] = {
    "id": lambda i, x: (i.entry.id, text(x, f"{A}id")),
    "url": lambda i, x: ([i.entry.url], links(x, "alternate")),
    "title": lambda i, x: (i.entry.title, text(x, f"{A}title") or ""),
    "published": lambda i, x: (i.entry.published, moment(text(x, f"{A}published") or "")),
    "updated": lambda i, x: (i.entry.updated, moment(text(x, f"{A}updated") or "")),
    "authors": lambda i, x: (
        [(p.name, p.email, p.uri) for p in i.entry.authors],
        [tuple(text(e, A + n) for n in ("name", "email", "uri")) for e in x.findall(f"{A}author")],
    ),
    "categories": lambda i, x: (
        terms(i),
        [(e.get("term"), is_category(e.get("scheme"))) for e in x.findall(f"{A}category")],
    ),
    "tags": lambda i, x: (
        {t.casefold() for t in i.entry.tags} - {c.casefold() for c in i.entry.categories},
        {e.get("label").casefold() for e in x.findall(f"{A}category") if e.get("scheme").endswith("/#tags")},
    ),
    "language": lambda i, x: (i.entry.language, x.get(XML_LANG)),
    "summary": lambda i, x: (
        i.content.summary or ("" if i.content.html else i.entry.title or i.entry.url),
        text(x, f"{A}summary") or "",
    ),
    "body": lambda i, x: (i.content.html, text(x, f"{A}content") or ""),
    "image": RSS["image"],
    "caption": RSS["caption"],
    "credit": RSS["credit"],
    "enclosures": lambda i, x: (
        [(e.url, e.media_type, e.length, e.title) for e in i.entry.enclosures],
        [
            (e.get("href"), e.get("type"), int(e.get("length", "0")), e.get("title"))
            for e in x.findall(f"{A}link")
            if e.get("rel") == "enclosure"
        ],
    ),
    "contributors": lambda i, x: (
        [(p.name, p.email, p.uri) for p in extras(i).contributors],
        [tuple(text(e, A + n) for n in ("name", "email", "uri")) for e in x.findall(f"{A}contributor")],
    ),
    "rights": lambda i, x: (extras(i).rights, text(x, f"{A}rights")),
    "license": lambda i, x: ([each.url] if (each := extras(i).license) else [], links(x, "license")),
    "external_url": lambda i, x: ([each] if (each := extras(i).external_url) else [], links(x, "related")),
    "banner": NO_WORD,
    "comments": lambda i, x: ([each] if (each := extras(i).comments) else [], links(x, "replies")),
    "replies_to": RSS["replies_to"],
    "geo": RSS["geo"],
    "source": lambda i, x: (
        [(o.title, o.feed or o.url)] if (o := extras(i).source) else [],
        [(text(e, f"{A}title"), text(e, f"{A}id")) for e in x.findall(f"{A}source")],
    ),
}


def people(given: tuple[Any, ...]) -> list[tuple[str, str | None]]:
    return [(p.name, p.uri or (f"mailto:{p.email}" if p.email else None)) for p in given]


JSON: dict[str, Compare | str] = {
    "id": lambda i, x: (i.entry.id, x["id"]),
    "url": lambda i, x: (i.entry.url, x["url"]),
    "title": lambda i, x: (i.entry.title, x.get("title", "")),
    "published": lambda i, x: (i.entry.published, moment(x["date_published"])),
    "updated": lambda i, x: (i.entry.updated, moment(x["date_modified"])),
    "authors": lambda i, x: (people(i.entry.authors), [(a["name"], a.get("url")) for a in x.get("authors", [])]),
    "categories": lambda i, x: ([term for term, _ in terms(i)], x.get("tags", [])),
    "tags": lambda i, x: (True, {t.casefold() for t in i.entry.tags} <= {t.casefold() for t in x.get("tags", [])}),
    "language": lambda i, x: (i.entry.language, x.get("language")),
    "summary": lambda i, x: (i.content.summary, x.get("summary", "")),
    "body": lambda i, x: (i.content.html, x.get("content_html", "")),
    "image": lambda i, x: (i.entry.image.url if i.entry.image else i.content.image, x.get("image")),
    "caption": lambda i, x: (
        getattr(i.entry.image, "caption", None) or i.entry.caption,
        (besides(x, "image") or {}).get("caption"),
    ),
    "credit": lambda i, x: (
        getattr(i.entry.image, "credit", None) or i.entry.credit,
        (besides(x, "image") or {}).get("credit"),
    ),
    "enclosures": lambda i, x: (
        [(e.url, e.media_type, e.length or None, e.title, e.duration or None) for e in i.entry.enclosures],
        [
            (a["url"], a["mime_type"], a.get("size_in_bytes"), a.get("title"), a.get("duration_in_seconds"))
            for a in x.get("attachments", [])
        ],
    ),
    "contributors": lambda i, x: (
        people(extras(i).contributors),
        [(a["name"], a.get("url")) for a in besides(x, "contributors") or []],
    ),
    "rights": lambda i, x: (extras(i).rights, besides(x, "rights")),
    "license": lambda i, x: (getattr(extras(i).license, "url", None), besides(x, "license")),
    "external_url": lambda i, x: (extras(i).external_url, x.get("external_url")),
    "banner": lambda i, x: (extras(i).banner, x.get("banner_image")),
    "comments": lambda i, x: (extras(i).comments, besides(x, "comments_url")),
    "replies_to": lambda i, x: (
        [(r.ref, r.href) for r in extras(i).replies_to],
        [(e["id"], e.get("url")) for e in besides(x, "in_reply_to") or []],
    ),
    "geo": lambda i, x: (extras(i).geo, tuple(e.values()) if (e := besides(x, "geo")) else None),
    "source": lambda i, x: (
        {"title": o.title, "url": o.url} | ({"feed_url": o.feed} if o.feed else {})
        if (o := extras(i).source)
        else None,
        besides(x, "source"),
    ),
}
# Of no format.
UNSEEN = {
    "key": INSIDE,
    "body_type": "the body is rendered",
    "draft": INSIDE,
    "publish_at": INSIDE,
    "expires_at": INSIDE,
    "feeds": INSIDE,
    "aliases": INSIDE,
    "trusted": INSIDE,
    "references": "they stand in the body",
    "withdrawn": "who left has a tombstone: test_tombstones",
    "digest": INSIDE,
    "parts": "where the addresses of `image` and `episode` lead: test_parts",
    "episode": "a podcast's: test_podcast",
    "extras": "by its own fields",
    "matter": "what queries ask",
}
TABLES = {"rss": RSS, "atom": ATOM, "json": JSON}


def read_back(items: tuple[FeedItem, ...], format: str) -> Iterator[tuple[FeedItem, Any]]:
    """Each item with what stands for it in the document."""
    feed = replace(FEED, formats=(format,))
    (document,) = render.render(FeedSnapshot(feed, SITE, items, START), render.Fragments())
    if format == "json":
        found = json.loads(document.data)["items"]
    else:
        root = etree.fromstring(document.data)
        found = root.findall("channel/item") if format == "rss" else root.findall(f"{A}entry")
    yield from zip(items, found, strict=True)


@pytest.mark.parametrize("format", TABLES)
def test_every_field_is_spoken_of(format: str) -> None:
    """A field that is added to an entry gets its words, or the reason why it has none."""
    known = {each.name for each in (*fields(Entry), *fields(Extras))}
    assert known - set(UNSEEN) <= set(TABLES[format])
    assert set(TABLES[format]) <= known


@pytest.mark.parametrize("format", TABLES)
def test_what_went_in_comes_out(items: tuple[FeedItem, ...], format: str) -> None:
    """Every field of every golden entry, in every format that can say it."""
    assert len(items) > 20
    lost = []
    for item, found in read_back(items, format):
        for field, compare in TABLES[format].items():
            if not isinstance(compare, str):
                given, came = compare(item, found)
                if given != came:
                    lost.append(f"{item.entry.key.path}: {field}: {given!r} became {came!r}")
    assert not lost, "\n".join(lost)


def test_the_articles_use_every_field(items: tuple[FeedItem, ...]) -> None:
    """Or the comparison would prove nothing."""
    said = {each.name for item in items for each in fields(Entry) if getattr(item.entry, each.name)}
    said |= {each.name for item in items for each in fields(Extras) if getattr(extras(item), each.name)}
    assert set(JSON) <= said


def markup(tree: Any) -> list[tuple[str, dict[str, str], str, str]]:
    """The elements by name, attributes and text around; names have no case in HTML."""
    return [
        (
            etree.QName(each).localname.lower(),
            {name.lower(): value for name, value in each.attrib.items()},
            each.text or "",
            (each.tail or "") if each is not tree else "",
        )
        for each in tree.iter()
    ]


def test_xhtml_says_the_same(items: tuple[FeedItem, ...]) -> None:
    """On request an entry's content is a tree: that of the HTML, with its elements, attributes and words."""
    feed = replace(FEED, formats=("atom",), atom_content="xhtml")
    (document,) = render.render(FeedSnapshot(feed, SITE, items, START), render.Fragments())
    trees = 0
    for item, entry in zip(items, etree.fromstring(document.data).findall(f"{A}entry"), strict=True):
        content = entry.find(f"{A}content")
        if not item.content.html:
            assert content is None
            continue
        assert content.get("type") == "xhtml"
        (div,) = content
        assert div.tag == "{http://www.w3.org/1999/xhtml}div"
        assert markup(div) == markup(parser.fragment_fromstring(item.content.html, create_parent="div"))
        trees += 1
    assert trees > 20
