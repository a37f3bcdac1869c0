"""The elements that RSS and Atom share for what an entry says besides its text. Pure.

Rarely used namespaces are declared where they stand and not at the root: an item is rendered apart from its document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from feedd.model import Entry, Extras, Site

THREADING: Final = "http://purl.org/syndication/thread/1.0"  # RFC 4685
GEORSS: Final = "http://www.georss.org/georss"
CREATIVE_COMMONS: Final = "http://backend.userland.com/creativeCommonsRssModule"
NOTHING: Final = Extras()


def shared(entry: Entry) -> Iterator[Any]:
    """What it answers, and where it plays."""
    extras = entry.extras or NOTHING
    for reply in extras.replies_to:
        given = {"ref": reply.ref} | ({"href": reply.href} if reply.href else {})
        yield etree.Element(f"{{{THREADING}}}in-reply-to", given, nsmap={"thr": THREADING})
    if extras.geo is not None:
        element = etree.Element(f"{{{GEORSS}}}point", nsmap={"georss": GEORSS})
        element.text = " ".join(f"{each:.6f}".rstrip("0").rstrip(".") for each in extras.geo)
        yield element


def scheme(entry: Entry, term: str, site: Site) -> str:
    """Which vocabulary a term is of: the site's categories, or its tags."""
    parts = urlsplit(site.url)
    is_category = term.casefold() in (each.casefold() for each in entry.categories)
    return f"{parts.scheme}://{parts.netloc}/#{'categories' if is_category else 'tags'}"
