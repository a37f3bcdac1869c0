"""Media RSS 1.5.1: an entry's picture with its size, caption and credit, and attachments that RSS has no room for.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from feedd.model import Enclosure, FeedItem, Image

MEDIA: Final = "http://search.yahoo.com/mrss/"
# Without a type gPodder takes a picture for an episode.
_TYPES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
_MEDIUM: Final = {"image": "image", "audio": "audio", "video": "video"}


def elements(item: FeedItem, others: Iterable[Enclosure] = ()) -> Iterator[Any]:
    """`others` are attachments that the format cannot name otherwise."""
    entry = item.entry
    own, found = entry.image, item.content.picture or entry.image
    if own is not None and _is_web(own):
        # With what its file says, where somebody looked. A picture of the body is in the body: named here as well, some
        # readers list it as an attachment.
        known = found if found is not None and found.url == own.url else own
        yield _picture(known, own.caption or entry.caption, own.credit or entry.credit)
    if found is not None and _is_web(found):
        sizes = {"width": found.width, "height": found.height}
        yield _element("thumbnail", url=found.url, **{name: str(each) for name, each in sizes.items() if each})
    for each in others:
        medium = _MEDIUM.get(each.media_type.partition("/")[0], "document")
        yield _element(
            "content",
            url=each.url,
            medium=medium,
            type=each.media_type,
            fileSize=str(each.length) if each.length else None,
            duration=str(each.duration) if each.duration else None,
        )


def _is_web(image: Image) -> bool:
    return image.url.startswith(("https://", "http://"))


def _suffix(url: str) -> str:
    return urlsplit(url).path.rpartition(".")[2].lower()


def _picture(found: Image, caption: str | None, credit: str | None) -> Any:
    element = _element(
        "content",
        url=found.url,
        medium="image",
        type=found.media_type or _TYPES.get(_suffix(found.url)),
        fileSize=str(found.length) if found.length else None,
        width=str(found.width) if found.width else None,
        height=str(found.height) if found.height else None,
    )
    if caption:
        etree.SubElement(element, f"{{{MEDIA}}}description", type="plain").text = caption
    if credit:
        etree.SubElement(element, f"{{{MEDIA}}}credit").text = credit
    return element


def _element(name: str, **attributes: str | None) -> Any:
    given = {key: value for key, value in attributes.items() if value is not None}
    return etree.Element(f"{{{MEDIA}}}{name}", given, nsmap={"media": MEDIA})
