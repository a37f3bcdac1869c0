"""Media RSS 1.5.1: an entry's picture with its size, caption and credit, and attachments that RSS has no room for.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
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


def own(item: FeedItem) -> Image | None:
    """The entry's picture with its caption and credit, and with what its file says, where somebody looked."""
    entry, found = item.entry, item.content.picture
    if entry.image is None:
        return None
    known = found if found is not None and found.url == entry.image.url else entry.image
    caption, credit = entry.image.caption or entry.caption, entry.image.credit or entry.credit
    return replace(known, caption=caption, credit=credit, alt=entry.image.alt)


def elements(item: FeedItem) -> Iterator[Any]:
    """Of an article: its picture, and the one that stands for it. A picture of the body is in the body: named here as
    well, some readers list it as an attachment."""
    picture, found = own(item), item.content.picture or item.entry.image
    if picture is not None and _is_web(picture):
        yield _picture(picture)
    if found is not None and _is_web(found):
        yield _thumbnail(found)


def beside_recordings(item: FeedItem) -> Iterator[Any]:
    """Of an episode: programs for podcasts take each media:content for something to play, so its picture is none, and
    media:description for the notes, so the caption stands elsewhere (podcast:image)."""
    picture = own(item)
    if picture is None or not _is_web(picture):
        return
    yield _thumbnail(picture)
    if picture.credit:
        element = _element("credit")
        element.text = picture.credit
        yield element


def attachments(enclosures: Iterable[Enclosure]) -> Iterator[Any]:
    """Those that the format cannot name otherwise."""
    for each in enclosures:
        element = _element(
            "content",
            url=each.url,
            medium=_MEDIUM.get(each.media_type.partition("/")[0], "document"),
            type=each.media_type,
            fileSize=_number(each.length),
            duration=_number(each.duration),
        )
        if each.title:
            etree.SubElement(element, f"{{{MEDIA}}}title", type="plain").text = each.title
        yield element


def _is_web(image: Image) -> bool:
    return image.url.startswith(("https://", "http://"))


def media_type(image: Image) -> str | None:
    return image.media_type or _TYPES.get(urlsplit(image.url).path.rpartition(".")[2].lower())


def _picture(found: Image) -> Any:
    element = _element(
        "content",
        url=found.url,
        medium="image",
        type=media_type(found),
        fileSize=_number(found.length),
        width=_number(found.width),
        height=_number(found.height),
    )
    if found.caption:
        etree.SubElement(element, f"{{{MEDIA}}}description", type="plain").text = found.caption
    if found.credit:
        etree.SubElement(element, f"{{{MEDIA}}}credit").text = found.credit
    return element


def _thumbnail(found: Image) -> Any:
    return _element("thumbnail", url=found.url, width=_number(found.width), height=_number(found.height))


def _number(value: int | None) -> str | None:
    return str(value) if value else None


def _element(name: str, **attributes: str | None) -> Any:
    given = {key: value for key, value in attributes.items() if value is not None}
    return etree.Element(f"{{{MEDIA}}}{name}", given, nsmap={"media": MEDIA})
