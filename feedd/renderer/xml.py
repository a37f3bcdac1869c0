"""The only door to feedgen: what RSS 2.0 and Atom 1.0 documents have in common. Pure.

feedgen 1.0.0 builds the elements; what it gets wrong is mended through its own extension hook (`Mend`), each with its
reason where it is done: it loses the attributes of Atom entry links, writes no hub link into RSS, has no dc:creator for
authors without e-mail, refuses untitled Atom entries, writes +00:00 where some readers only understand Z, and formats
RSS dates by switching the locale of the whole process. Every date is set, because what is not set becomes the clock.

A document is a head and items, joined as bytes: an item is rendered once and kept (`render.Fragments`), so an edit of
one entry in a feed of a thousand renders one item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree  # before feedgen: feedgen.util takes lxml.etree for granted

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.ext.base import BaseExtension  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

from feedd.model import Entry, FeedSnapshot

ATOM: Final = "http://www.w3.org/2005/Atom"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DC: Final = "http://purl.org/dc/elements/1.1/"

Head = Callable[[FeedSnapshot, str], tuple[bytes, bytes]]  # what stands before and after the items


def stamp(moment: datetime) -> str:
    """RFC 3339 with Z: at least one reader ignores numeric offsets, none minds Z."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"  # strftime writes the year 999 in three digits


def entry_of(mend: Callable[[Any], None]) -> Any:
    """feedgen's entry, which hands its finished element to `mend`."""
    element = FeedEntry()
    element.register_extension("feedd", Mend)
    element.feedd.mend = mend
    return element


def terms(entry: Entry) -> Iterator[str]:
    """Categories, then tags that do not repeat one."""
    seen = set()
    for term in (*entry.categories, *entry.tags):
        if term.casefold() not in seen:
            seen.add(term.casefold())
            yield term


def generator_of(snapshot: FeedSnapshot, mend: Callable[[Any], None]) -> Any:
    feed, site = snapshot.feed, snapshot.site
    # A feed without entries has no news; RFC 4287 wants a date all the same, and the clock is not one.
    updated = snapshot.updated or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    generator = FeedGenerator()
    generator.title(feed.title)
    generator.updated(updated)
    generator.lastBuildDate(updated)
    generator.generator("feedd")
    generator.docs("https://www.rssboard.org/rss-specification")
    if feed.language or site.language:
        generator.language(feed.language or site.language)
    if rights := (feed.podcast.copyright if feed.podcast else None) or site.rights:
        generator.rights(rights)
    generator.register_extension("feedd", Mend)
    generator.feedd.mend = mend
    return generator


class Mend(BaseExtension):  # type: ignore[misc]
    """feedgen's own door for changes: it calls us with each finished element, we hand it to `mend`."""

    mend: Callable[[Any], None]
    namespaces: Mapping[str, str] = {}  # that the root declares besides

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC, **self.namespaces}

    def extend_rss(self, element: Any) -> Any:
        self.mend(element)
        return element

    def extend_atom(self, element: Any) -> Any:
        self.mend(element)
        return element


def styled(head: Head) -> Head:
    """The head of a document that names its style sheet (Associating Style Sheets with XML documents 1.0), for people
    who open it in a browser. CSS and never XSLT, which browsers are giving up."""

    def with_style(snapshot: FeedSnapshot, self_url: str) -> tuple[bytes, bytes]:
        before, after = head(snapshot, self_url)
        if snapshot.feed.style is None:
            return before, after
        address = escape(_from_document(snapshot.feed.style, snapshot.feed.path), {'"': "&quot;"})
        declaration, line, rest = before.partition(b"\n")
        return declaration + line + f'<?xml-stylesheet type="text/css" href="{address}"?>\n'.encode() + rest, after

    return with_style


def _from_document(style: str, path: str) -> str:
    """Relative to the document, so that the style is found under any address that leads here."""
    return style if "://" in style else "../" * path.count("/") + style


def split(root: Any, end: bytes) -> tuple[bytes, bytes]:
    """A serialised document without items, cut where they belong."""
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    cut = data.rindex(end)
    indent = data.rindex(b"\n", 0, cut) + 1
    return data[:indent], data[indent:]


def fragment(element: Any, root_name: str, namespaces: dict[Any, str]) -> bytes:
    """An item as it looks inside a document that declares these namespaces at its root: without declarations of its
    own. Serialised inside such a root and cut out again."""
    root = etree.Element(root_name, nsmap={k: v for k, v in namespaces.items() if k})
    root.append(element)
    data = etree.tostring(root, encoding="UTF-8", pretty_print=True)
    start = data.index(b">") + 1
    return data[start : data.rindex(b"</")].strip(b"\n") + b"\n"
