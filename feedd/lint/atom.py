"""Atom 1.0: RFC 4287, with RFC 5005 (paging and archives), RFC 6721 (deleted entries) and RFC 4685 (threading)."""

from __future__ import annotations

import base64
import binascii
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
    email,
    identifier,
    iri,
    language,
    mime_type,
    moment_of,
    not_blank,
    plain_text,
    rfc3339_date,
    text,
    whole,
)

_TYPES: Final = ("text", "html", "xhtml")
_RELATIONS: Final = frozenset(
    (
        *(
            "alternate",
            "author",
            "canonical",
            "collection",
            "current",
            "describedby",
            "edit",
            "edit-media",
            "enclosure",
        ),
        *("first", "help", "hub", "icon", "last", "license", "next", "next-archive", "payment", "prev", "prev-archive"),
        *("previous", "related", "replies", "search", "self", "service", "shortlink", "start", "up", "via"),
    )
)
_PAGING: Final = frozenset(("current", "first", "last", "next", "next-archive", "prev-archive", "previous"))
_FEEDS: Final = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")


# --- Text and content -------------------------------------------------------------------------------------------------


def _text_construct(book: Book, node: Node) -> None:
    """RFC 4287 3.1."""
    kind = node.attrs.get("type", "text")
    if kind not in _TYPES:
        book.add("atom-text-type", f"the type of <{node.name}> is {quoted(kind)}, not {', '.join(_TYPES)}", node)
        return
    _inline(book, node, kind)


def _content(book: Book, node: Node) -> None:
    """RFC 4287 4.1.3."""
    kind = node.attrs.get("type", "text")
    if "src" in node.attrs:
        _remote(book, node)
    elif kind in _TYPES:
        _inline(book, node, kind)
    elif "/" not in kind or kind.startswith("multipart/"):
        book.add("atom-content-type", f"the type of <{node.name}> is {quoted(kind)}", node)
    else:
        mime_type(book, node, kind, f"type of <{node.name}>")
        _other(book, node, kind)


def _remote(book: Book, node: Node) -> None:
    iri(book, node, node.attrs["src"], f"src of <{node.name}>")
    if node.children or node.text.strip():
        book.add("atom-content-src", f"<{node.name}> has a src and is not empty", node)
    if "type" not in node.attrs:
        book.add("atom-content-src-type", f"<{node.name}> does not say what it refers to", node)
    elif node.attrs["type"] in _TYPES:
        book.add("atom-content-type", f"the type of <{node.name}> with a src is {node.attrs['type']}", node)


def _inline(book: Book, node: Node, kind: str) -> None:
    value = node.text.strip()
    if kind == "xhtml":
        _xhtml(book, node)
        return
    for child in node.children:
        book.add("atom-element-in-text", f"<{child.name}> stands in <{node.name}> of the type {kind}", child)
    if not value and not node.children and node.name != "atom:title":
        book.add("blank", f"<{node.name}> is empty", node)
    if kind == "html":
        html.check(book, node, value, f"<{node.name}>")
    else:
        plain_text(book, node, value, f"<{node.name}>")


def _xhtml(book: Book, node: Node) -> None:
    div = node.children[0] if node.children else None
    if div is None or div.name != "xhtml:div" or len(node.children) > 1 or node.text.strip():
        book.add("atom-xhtml-div", f"<{node.name}> is not one <div> of XHTML", node)
    elif not div.children and not div.text.strip():
        book.add("blank", f"<{node.name}> is empty", node)
    for child in node.children:
        html.check_xhtml(book, child, f"<{node.name}>", _has_base(node))


def _has_base(node: Node | None) -> bool:
    while node is not None:
        if "xml:base" in node.attrs:
            return True
        node = node.parent
    return False


def _other(book: Book, node: Node, kind: str) -> None:
    if kind.endswith(("+xml", "/xml")):
        if len(node.children) != 1 or node.text.strip():
            book.add("atom-content-xml", f"<{node.name}> of the type {kind} is not one element", node)
    elif node.children:
        book.add("atom-element-in-text", f"<{node.children[0].name}> stands in <{node.name}> of the type {kind}", node)
    elif not kind.startswith("text/"):
        try:
            base64.b64decode("".join(node.text.split()).encode("ascii"), validate=True)
        except (binascii.Error, ValueError):
            book.add("atom-base64", f"<{node.name}> of the type {kind} is no base64", node)


# --- Links ------------------------------------------------------------------------------------------------------------


def relation(link: Node) -> str:
    """RFC 4287 4.2.7.2: without a rel it is alternate."""
    rel = link.attrs.get("rel", "alternate").strip()
    return rel.removeprefix("http://www.iana.org/assignments/relation/")


def _link(book: Book, link: Node) -> None:
    rel = relation(link)
    if not rel:
        book.add("blank", "rel of a link is empty", link)
    elif rel not in _RELATIONS and ":" not in rel:
        book.add("atom-link-rel", f"the relation {quoted(rel)} is not registered", link)
    if rel in _PAGING and link.parent is not None and link.parent.name in ("atom:entry", "item"):
        book.add("paging-in-entry", f"a link rel={rel} in an entry", link)
    kind = link.attrs.get("type", "").partition(";")[0].strip()
    if rel == "self" and kind and kind not in _FEEDS and link.parent is not None and link.parent.name != "atom:entry":
        book.add("self-type", f"the type of rel=self is {quoted(kind)}", link)
    if rel != "replies" and ("thr:count" in link.attrs or "thr:updated" in link.attrs):
        book.add("thread-count", "thr:count or thr:updated at a link that is not rel=replies", link)
    if "thr:when" in link.attrs:
        book.add("thread-when", "thr:when", link)
    if link.text.strip():
        book.add("atom-link-text", "a link with text in it", link)


def _one_alternate(book: Book, node: Node) -> None:
    """RFC 4287 4.1.1 and 4.1.2: one alternate for each type and language."""
    seen: set[tuple[str, str]] = set()
    for link in node.all("atom:link"):
        if relation(link) == "alternate":
            key = (link.attrs.get("type", ""), link.attrs.get("hreflang", ""))
            if key in seen:
                book.add("atom-alternate-twice", "two alternate links of one type and language", link)
            seen.add(key)


LINK: Final = Kind(
    many=True,
    attrs={
        "href": iri,
        "rel": text,
        "type": mime_type,
        "hreflang": language,
        "title": plain_text,
        "length": whole(0),
        "thr:count": whole(0),
        "thr:updated": rfc3339_date,
    },
    needs=("href",),
    free=True,
    whole=(_link,),
)


# --- The tables -------------------------------------------------------------------------------------------------------


def _exact(book: Book, node: Node) -> None:
    """RFC 4287 3.3, 4.2.6: the white space would be part of the date or id."""
    if node.text != node.text.strip():
        book.add("atom-space", f"<{node.name}> has white space around its value", node)


def _id(book: Book, node: Node) -> None:
    value = node.text.strip()
    scheme, colon, rest = value.partition("://")
    host = rest.partition("/")[0]
    if colon and (scheme != scheme.lower() or host != host.lower() or "/" not in rest):
        book.add("atom-id-form", f"the id {quoted(value)} is not in its normal form", node)


_CONSTRUCT: Final = Kind(free=True, attrs={"type": text}, whole=(_text_construct,))
_DATE: Final = Kind((rfc3339_date,), whole=(_exact,))
_URI: Final = Kind((not_blank, iri), whole=(_exact,))
_PERSON: Final = Kind(
    many=True,
    children={
        "atom:name": Kind((not_blank, plain_text)),
        "atom:uri": _URI,
        "atom:email": Kind((email,)),
    },
    requires=("atom:name",),
)
_CATEGORY: Final = Kind(
    many=True, attrs={"term": not_blank, "scheme": absolute_url, "label": plain_text}, needs=("term",), free=True
)
_META: Final[Mapping[str, Kind]] = {
    "atom:author": _PERSON,
    "atom:category": _CATEGORY,
    "atom:contributor": _PERSON,
    "atom:id": Kind((not_blank, identifier), whole=(_exact, _id)),
    "atom:link": LINK,
    "atom:rights": _CONSTRUCT,
    "atom:title": _CONSTRUCT,
    "atom:updated": _DATE,
}
_FEED_META: Final[Mapping[str, Kind]] = {
    **_META,
    "atom:generator": Kind((not_blank,), attrs={"uri": iri, "version": not_blank}),
    "atom:icon": _URI,
    "atom:logo": _URI,
    "atom:subtitle": _CONSTRUCT,
}


def _source(book: Book, node: Node) -> None:
    """RFC 4287 4.2.11: what a copied entry takes along of its feed."""
    for name in ("atom:id", "atom:title", "atom:updated"):
        if node.find(name) is None:
            book.add("atom-source", f"<atom:source> has no <{name}>", node)


def _entry(book: Book, entry: Node) -> None:
    _one_alternate(book, entry)
    _somebody(book, entry)
    _something(book, entry)


def _somebody(book: Book, entry: Node) -> None:
    """RFC 4287 4.1.2: an author here, in the source, or in the feed."""
    source = entry.find("atom:source")
    around = (entry, source, entry.parent)
    if not any(node is not None and node.find("atom:author") is not None for node in around):
        book.add("atom-author", f"the entry {quoted(entry.value('atom:title'))} has no author, nor has the feed", entry)


def _something(book: Book, entry: Node) -> None:
    """RFC 4287 4.1.2: content, or a link to it; a summary where the content cannot be read here."""
    content = entry.find("atom:content")
    summary = entry.find("atom:summary")
    if content is None:
        if not any(relation(link) == "alternate" for link in entry.all("atom:link")):
            book.add("atom-entry-empty", "an entry with neither content nor an alternate link", entry)
        if summary is None:
            book.add("atom-summary", "an entry with neither content nor summary", entry)
        return
    kind = content.attrs.get("type", "text")
    encoded = "/" in kind and not kind.endswith(("+xml", "/xml")) and not kind.startswith("text/")
    if summary is None and ("src" in content.attrs or encoded):
        book.add("atom-summary-needed", "an entry whose content is elsewhere or encoded has no summary", entry)


ENTRY: Final = Kind(
    many=True,
    children={
        **_META,
        "atom:content": Kind(free=True, attrs={"type": text, "src": text}, whole=(_content,)),
        "atom:published": _DATE,
        "atom:source": Kind(children=_FEED_META, whole=(_source, _one_alternate)),
        "atom:summary": _CONSTRUCT,
    },
    requires=("atom:id", "atom:title", "atom:updated"),
    whole=(_entry,),
)


def _feed(book: Book, feed: Node) -> None:
    _one_alternate(book, feed)
    entries = feed.all("atom:entry")
    _self(book, feed)
    _in_order(book, feed)
    _unique(book, entries)
    _prefix(book, feed)
    check_paging(book, feed)
    if is_podcast(feed):
        check_show(book, feed, entries)


def _self(book: Book, feed: Node) -> None:
    links = [link for link in feed.all("atom:link") if relation(link) == "self"]
    if not links:
        book.add("atom-self-missing", "the feed has no link rel=self", feed)
    for link in links:
        href = link.attrs.get("href", "")
        if book.address is not None and href != book.address:
            book.add("self-differs", f"rel=self is {quoted(href)}, the document is at {quoted(book.address)}", link)


def _in_order(book: Book, feed: Node) -> None:
    """RFC 4287 4.1.1."""
    begun = False
    for child in feed.children:
        if child.name == "atom:entry":
            begun = True
        elif begun and child.name in _FEED_META:
            book.add("atom-order", f"<{child.name}> stands after entries", child)


def _unique(book: Book, entries: list[Node]) -> None:
    """RFC 4287 4.1.1: one id is one entry; two versions of it differ in their date."""
    seen: dict[str, set[object]] = {}
    for entry in entries:
        id = entry.value("atom:id")
        updated = moment_of(entry.value("atom:updated"))
        if id and updated in seen.get(id, ()):
            book.add("atom-id-twice", f"two entries have the id {quoted(id)} and the same date", entry)
        elif id and id in seen:
            book.add("atom-id-again", f"two entries have the id {quoted(id)}", entry)
        seen.setdefault(id, set()).add(updated)


def _prefix(book: Book, feed: Node) -> None:
    if feed.prefix:
        book.add("atom-prefix", f"Atom's elements have the prefix {quoted(feed.prefix)}", feed)


def check_paging(book: Book, feed: Node) -> None:
    """RFC 5005, in Atom as in RSS."""
    rels = {relation(link): link for link in feed.all("atom:link")}
    address = rels["self"].attrs.get("href") if "self" in rels else None
    if feed.find("fh:complete") is not None:
        for rel in sorted(_PAGING & rels.keys()):
            if rel != "current" or rels[rel].attrs.get("href") != address:
                book.add("paging-complete", f"a complete feed with a link rel={rel}", rels[rel])
    elif (archive := feed.find("fh:archive")) is not None:
        if "current" not in rels:
            book.add("paging-current", "an archive without a link rel=current", archive)
        if not rels.keys() & {"prev-archive", "next-archive"}:
            book.add("paging-alone", "an archive without a link to another one", archive)
    for first, other in (("first", "previous"), ("last", "next")):
        if address and first in rels and rels[first].attrs.get("href") == address and other in rels:
            book.add("paging-past-end", f"the {first} page has a link rel={other}", rels[other])


ROOT: Final = Kind(
    children={**_FEED_META, "atom:entry": ENTRY},
    requires=("atom:id", "atom:title", "atom:updated"),
    whole=(_feed,),
)
LANGUAGE: Final = Language("Atom", "atom:", {**MODULES, "xhtml:div": ANYTHING})


def lint(book: Book, root: Node) -> None:
    """A feed document, or an entry document (RFC 4287 2)."""
    walk(book, root, ENTRY if root.name == "atom:entry" else ROOT, LANGUAGE)
