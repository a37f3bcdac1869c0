"""Elements of other namespaces that may stand in RSS and Atom: Dublin Core, Syndication, Threading, Paging, GeoRSS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedd.lint import html
from feedd.lint.elements import ANYTHING, Kind
from feedd.lint.findings import Book, quoted
from feedd.lint.media import MEDIA
from feedd.lint.podcast import ITUNES, PODCAST
from feedd.lint.tree import Node
from feedd.lint.values import (
    absolute_url,
    degrees,
    identifier,
    iri,
    language,
    mime_type,
    number,
    one_of,
    plain_text,
    rfc3339_date,
    text,
    w3c_date,
    whole,
)

_TEXT: Final = Kind((text,))
_TEXTS: Final = Kind((text,), many=True)
_W3C: Final = Kind((w3c_date,))
_URL: Final = Kind((absolute_url,))


def coordinates(least: int, most: int | None) -> Kind:
    """GeoRSS Simple: pairs of latitude and longitude with spaces between."""

    def check(book: Book, node: Node, value: str, name: str) -> None:
        numbers = value.replace(",", " ").split()
        if "," in value:
            book.add("geo-comma", f"{name} has commas", node)
        if len(numbers) % 2 or len(numbers) < least or (most is not None and len(numbers) > most):
            book.add("geo", f"{name} {quoted(value)} is not made of pairs", node)
        for place, each in enumerate(numbers):
            degrees(180 if place % 2 else 90)(book, node, each, name)

    return Kind((check,), many=True)


def _replies(book: Book, node: Node) -> None:
    if "href" not in node.attrs and "ref" in node.attrs and not node.attrs["ref"].startswith("http"):
        book.add("thread-href", "thr:in-reply-to does not say where the other entry is", node)


MODULES: Final[Mapping[str, Kind]] = {
    "content:encoded": Kind((html.check,)),
    **{f"dc:{name}": _TEXT for name in ("title", "description", "type", "format", "source", "rights")},
    **{f"dc:{name}": _TEXTS for name in ("creator", "subject", "publisher", "contributor", "identifier", "relation")},
    "dc:coverage": _TEXTS,
    "dc:language": Kind((language,)),
    "dc:date": _W3C,
    **{f"dcterms:{name}": _W3C for name in ("created", "issued", "modified")},
    "sy:updatePeriod": Kind((one_of("sy-period", "hourly", "daily", "weekly", "monthly", "yearly"),)),
    "sy:updateFrequency": Kind((whole(1),)),
    "sy:updateBase": _W3C,
    "slash:comments": Kind((whole(0),)),
    "slash:section": _TEXT,
    "slash:department": _TEXT,
    "thr:total": Kind((whole(0),)),
    "thr:in-reply-to": Kind(
        many=True,
        attrs={"ref": identifier, "href": iri, "type": mime_type, "source": iri},
        needs=("ref",),
        free=True,
        whole=(_replies,),
    ),
    "fh:complete": Kind(children={}),
    "fh:archive": Kind(children={}),
    "at:deleted-entry": Kind(
        many=True,
        attrs={"ref": identifier, "when": rfc3339_date},
        needs=("ref", "when"),
        children={"at:by": ANYTHING, "at:comment": ANYTHING, "atom:link": ANYTHING, "atom:source": ANYTHING},
    ),
    "georss:point": coordinates(2, 2),
    "georss:line": coordinates(4, None),
    "georss:polygon": coordinates(8, None),
    "georss:box": coordinates(4, 4),
    "georss:elev": Kind((number,)),
    "georss:radius": Kind((number,)),
    "georss:featurename": _TEXT,
    "geo:lat": Kind((degrees(90),)),
    "geo:long": Kind((degrees(180),)),
    "geo:Point": Kind(
        many=True,
        children={"geo:lat": Kind((degrees(90),)), "geo:long": Kind((degrees(180),))},
        requires=("geo:lat", "geo:long"),
    ),
    "wfw:comment": _URL,
    "wfw:commentRss": _URL,
    "creativeCommons:license": Kind((absolute_url,), many=True),
    **MEDIA,
    **ITUNES,
    **PODCAST,
    # Atom's elements in RSS. What is a text there is a text construct here: only links matter to readers of RSS.
    "atom:author": ANYTHING,
    "atom:contributor": ANYTHING,
    "atom:id": _URL,
    "atom:published": Kind((rfc3339_date,)),
    "atom:updated": Kind((rfc3339_date,)),
    "atom:generator": Kind((plain_text,), attrs={"uri": iri, "version": text}),
}
