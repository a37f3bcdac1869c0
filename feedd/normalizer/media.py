"""What a local picture, sound or film is: its type by its name, its size in pixels by its first bytes; and what a file
of the same name beside an article is to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from urllib.parse import quote

import imagesize

from feedd.model import Claim, Companion, Enclosure, MediaFile, MediaTags
from feedd.normalizer.values import MEDIA_TYPES


def type_of(path: str) -> str | None:
    """The media type by the file's suffix, None if it is none that feedd knows."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return MEDIA_TYPES.get(suffix.lower()) if dot else None


def measure(path: str, head: bytes, size: int) -> MediaFile | None:
    """`head` are the first bytes of the file, `size` is that of all of it."""
    media_type = type_of(path)
    if media_type is None:
        return None
    width, height = pixels(head) if media_type.startswith("image/") else (None, None)
    return MediaFile(media_type, size, width, height)


def pixels(head: bytes) -> tuple[int | None, int | None]:
    """Width and height by a picture's first bytes."""
    try:
        width, height = imagesize.get(BytesIO(head))
    except Exception:  # it raises what struct, int and its XML parser raise; a picture of unknown size is a picture
        return None, None
    return (round(width), round(height)) if width > 0 and height > 0 else (None, None)


PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "avif")  # best first
ENCLOSURES = (
    "mp3", "m4a", "ogg", "opus", "mp4", "webm", "m4v", "mov", "m4b", "aac", "oga", "flac", "wav", "ogv", "pdf", "epub",
)  # fmt: skip
RECORDINGS = frozenset(suffix for suffix in ENCLOSURES if MEDIA_TYPES[suffix].startswith(("audio/", "video/")))
RULE = "file beside the article"


def beside(companions: Iterable[Companion]) -> Iterator[Claim]:
    """`hello.jpg` beside `hello.md` is its image, `hello.mp3` its enclosure."""
    files = [(each.path.rpartition(".")[2].lower(), each) for each in companions]
    pictures = sorted((PICTURES.index(suffix), each.path) for suffix, each in files if suffix in PICTURES)
    if pictures:
        yield Claim("image", address(pictures[0][1]), RULE)
    sounds = sorted((ENCLOSURES.index(suffix), each.path, each) for suffix, each in files if suffix in ENCLOSURES)
    if sounds:
        found = (enclosure(each.path, each.size, each.tags) for _, _, each in sounds)
        yield Claim("enclosures", tuple(found), RULE)


def enclosure(path: str, size: int, tags: MediaTags | None) -> Enclosure:
    """A file beside the article, or the recording that is the article."""
    duration = round(tags.duration) if tags and tags.duration else None
    return Enclosure(address(path), MEDIA_TYPES[path.rpartition(".")[2].lower()], size, duration=duration)


def address(path: str) -> str:
    """Relative to the article's folder."""
    return quote(path.rpartition("/")[2])
