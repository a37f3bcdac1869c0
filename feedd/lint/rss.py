"""RSS 2.0 (rssboard.org/rss-specification) with the RSS Board's profile (rssboard.org/rss-profile)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedd.lint import html
from feedd.lint.elements import ANYTHING, Kind, Language, walk
from feedd.lint.findings import Book, quoted
from feedd.lint.modules import MODULES
from feedd.lint.podcast import check_show, is_podcast
from feedd.lint.tree import Node
from feedd.lint.values import (
    absolute_url,
    email_with_name,
    language,
    mime_type,
    not_blank,
    one_of,
    plain_text,
    rfc822_date,
    text,
    web_url,
    whole,
)

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PICTURES: Final = (".gif", ".jpg", ".jpeg", ".png")


# --- Rules that need a whole element ----------------------------------------------------------------------------------


def _has_something(book: Book, item: Node) -> None:
    if item.find("title") is None and item.find("description") is None:
        book.add("rss-item-empty", "an <item> has neither title nor description", item)


def _has_guid(book: Book, item: Node) -> None:
    if item.find("guid") is None:
        book.add("rss-guid-missing", f"the item {quoted(item.value('title'))} has no guid", item)


def _has_date(book: Book, item: Node) -> None:
    if item.find("pubDate") is None and item.find("dc:date") is None:
        book.add("rss-date-missing", f"the item {quoted(item.value('title'))} has no pubDate", item)


def _content_after_description(book: Book, item: Node) -> None:
    names = [child.name for child in item.children]
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        book.add("rss-content-order", "content:encoded without a description before it", item)


def _said_twice(book: Book, node: Node) -> None:
    names = {child.name for child in node.children}
    for own, other in _SAME:
        if own in names and other in names:
            book.add("rss-said-twice", f"<{node.name}> has {own} and {other}", node)


_SAME: Final = (
    ("author", "dc:creator"), ("pubDate", "dc:date"), ("category", "dc:subject"), ("source", "dc:source"),
    ("guid", "atom:id"), ("pubDate", "atom:published"), ("language", "dc:language"), ("copyright", "dc:rights"),
    ("managingEditor", "dc:creator"), ("webMaster", "dc:publisher"), ("lastBuildDate", "dcterms:modified"),
)  # fmt: skip


def _guid(book: Book, node: Node) -> None:
    value = node.text.strip()
    permanent = node.attrs.get("isPermaLink", "true") == "true"
    if permanent and value and not value.lower().startswith(("http:", "https:", "ftp:")):
        book.add("rss-guid-permalink", f"the guid {quoted(value)} is no address", node)
    elif permanent:
        absolute_url(book, node, value, "<guid>")
    elif len(value) < 9 and value.isdigit():
        book.add("rss-guid-short", f"the guid {quoted(value)}", node)


def _picture(book: Book, image: Node) -> None:
    channel = image.parent
    for name in ("title", "link"):
        own, other = image.value(name), "" if channel is None else channel.value(name)
        if own and other and own != other:
            book.add("rss-image-differs", f"the image's {name} {quoted(own)} is not the channel's", image)
    url = image.value("url").partition("?")[0].lower()
    name = url.rpartition("/")[2]
    if "." in name and not name.endswith(_PICTURES):
        book.add("rss-image-format", f"the image {quoted(image.value('url'))}", image)


def _hours(book: Book, node: Node) -> None:
    _distinct(book, node, "hour", 24)


def _days(book: Book, node: Node) -> None:
    _distinct(book, node, "day", 7)


def _distinct(book: Book, node: Node, name: str, most: int) -> None:
    values = ["0" if child.text.strip() == "24" else child.text.strip() for child in node.all(name)]
    if len(set(values)) < len(values) or len(values) > most:
        book.add("rss-skip-twice", f"<{node.name}> names {'an' if name == 'hour' else 'a'} {name} twice", node)


def _hour(book: Book, node: Node, value: str, name: str) -> None:
    if value == "24":
        book.add("rss-hour-24", f"{name} is 24", node)
    else:
        whole(0, 23)(book, node, value, name)


def _text_input(book: Book, node: Node) -> None:
    book.add("rss-text-input", "a <textInput>", node)


def _form_name(book: Book, node: Node, value: str, name: str) -> None:
    if not (value[:1].isalpha() and value.isascii() and value.replace("-", "a").replace("_", "a").isalnum()):
        book.add("rss-text-input-name", f"{name} {quoted(value)} is no name of a field", node)


def _enclosures(book: Book, item: Node) -> None:
    found = item.all("enclosure")
    if len(found) > 1:
        book.add("rss-enclosures", f"an item with {len(found)} enclosures", found[1])


# --- The tables -------------------------------------------------------------------------------------------------------

_PLAIN: Final = Kind((plain_text,))
_ABSOLUTE: Final = Kind((absolute_url,))
_DATE: Final = Kind((rfc822_date,))
_MAIL: Final = Kind((email_with_name,))

_ITEM: Final[Mapping[str, Kind]] = {
    "title": Kind((not_blank, plain_text)),
    "link": _ABSOLUTE,
    "description": Kind((html.check,)),
    "author": _MAIL,
    "category": Kind((not_blank, plain_text), many=True, attrs={"domain": text}),
    "comments": _ABSOLUTE,
    "enclosure": Kind(
        many=True,
        attrs={"url": web_url, "length": whole(0, rule="rss-enclosure"), "type": mime_type},
        needs=("url", "length", "type"),
        children={},
    ),
    "guid": Kind((not_blank,), attrs={"isPermaLink": one_of("rss-guid-boolean", "true", "false")}, whole=(_guid,)),
    "pubDate": _DATE,
    "source": Kind((plain_text,), attrs={"url": absolute_url}, needs=("url",)),
}
_CHANNEL: Final[Mapping[str, Kind]] = {
    "title": Kind((not_blank, plain_text)),
    "link": _ABSOLUTE,
    "description": _PLAIN,
    "language": Kind((language,)),
    "copyright": _PLAIN,
    "managingEditor": _MAIL,
    "webMaster": _MAIL,
    "pubDate": _DATE,
    "lastBuildDate": _DATE,
    "category": Kind((not_blank, plain_text), many=True, attrs={"domain": text}),
    "generator": Kind((text,)),
    "docs": _ABSOLUTE,
    "cloud": Kind(
        attrs={
            "domain": text,
            "port": whole(1, 65535, "rss-cloud"),
            "path": text,
            "registerProcedure": text,
            "protocol": one_of("rss-cloud-protocol", "xml-rpc", "soap", "http-post", "https-post"),
        },
        needs=("domain", "port", "path", "registerProcedure", "protocol"),
        children={},
    ),
    "ttl": Kind((whole(1),)),
    "image": Kind(
        children={
            "url": _ABSOLUTE,
            "title": Kind((not_blank, plain_text)),
            "link": _ABSOLUTE,
            "width": Kind((whole(1, 144, "rss-image-size"),)),
            "height": Kind((whole(1, 400, "rss-image-size"),)),
            "description": _PLAIN,
        },
        requires=("url", "title", "link"),
        whole=(_picture,),
    ),
    "rating": Kind((text,)),
    "textInput": Kind(
        children={
            "title": _PLAIN,
            "description": Kind((text,)),
            "name": Kind((_form_name,)),
            "link": _ABSOLUTE,
        },
        requires=("title", "description", "name", "link"),
        whole=(_text_input,),
    ),
    "skipHours": Kind(children={"hour": Kind((_hour,), many=True)}, requires=("hour",), whole=(_hours,)),
    "skipDays": Kind(
        children={"day": Kind((one_of("rss-skip-day", *_DAYS),), many=True)}, requires=("day",), whole=(_days,)
    ),
    "item": Kind(
        many=True,
        children=_ITEM,
        whole=(_has_something, _has_guid, _has_date, _content_after_description, _said_twice, _enclosures),
    ),
}


def _channel(book: Book, channel: Node) -> None:
    _said_twice(book, channel)
    _items_last(book, channel)
    _unique(book, channel)
    _self(book, channel)
    _named(book, channel)
    if is_podcast(channel):
        check_show(book, channel, channel.all("item"))


def _items_last(book: Book, channel: Node) -> None:
    first = next((n for n, child in enumerate(channel.children) if child.name == "item"), None)
    late = [] if first is None else [child for child in channel.children[first:] if child.name in _CHANNEL]
    for child in late:
        if child.name != "item":
            book.add("rss-order", f"<{child.name}> stands after items", child)


def _unique(book: Book, channel: Node) -> None:
    """One guid is one item for every reader; which of two it then shows is chance."""
    seen: set[str] = set()
    for item in channel.all("item"):
        guid = item.value("guid")
        if guid and guid in seen:
            book.add("rss-guid-twice", f"two items have the guid {quoted(guid)}", item.find("guid"))
        seen.add(guid)


def _self(book: Book, channel: Node) -> None:
    links = [link for link in channel.all("atom:link") if link.attrs.get("rel") == "self"]
    if not links:
        book.add("rss-self-missing", "the channel has no atom:link with rel=self", channel)
    for link in links:
        href = link.attrs.get("href", "")
        if book.address is not None and href != book.address:
            book.add("self-differs", f"rel=self is {quoted(href)}, the document is at {quoted(book.address)}", link)
        if link.prefix != "atom":
            book.add("rss-atom-prefix", f"the prefix of Atom's elements is {quoted(link.prefix)}", link)


def _named(book: Book, channel: Node) -> None:
    if channel.find("language") is None and channel.find("dc:language") is None:
        book.add("rss-language-missing", "the channel does not say its language", channel)


ROOT: Final = Kind(
    attrs={"version": one_of("rss-version", "2.0")},
    needs=("version",),
    children={"channel": Kind(children=_CHANNEL, requires=("title", "link", "description"), whole=(_channel,))},
    requires=("channel",),
)
LANGUAGE: Final = Language("RSS 2.0", "", {**MODULES, "rdf:RDF": ANYTHING, "xhtml:body": ANYTHING})


def lint(book: Book, root: Node) -> None:
    version = root.attrs.get("version", "").strip()
    if version.startswith("0.9"):
        book.add("old-rss", f"RSS {version}", root)
        return
    walk(book, root, ROOT, LANGUAGE)
