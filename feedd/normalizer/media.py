"""What a local picture, sound or film is: its type by its name, its size in pixels by its first bytes. Pure."""

from __future__ import annotations

from io import BytesIO

import imagesize

from feedd.model import MediaFile
from feedd.normalizer.values import MEDIA_TYPES


def type_of(path: str) -> str | None:
    """The media type by the file's suffix, None if it is none that feedd knows."""
    return MEDIA_TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower())


def measure(path: str, head: bytes, size: int) -> MediaFile | None:
    """`head` are the first bytes of the file, `size` is that of all of it."""
    media_type = type_of(path)
    if media_type is None:
        return None
    width, height = _pixels(head) if media_type.startswith("image/") else (None, None)
    return MediaFile(media_type, size, width, height)


def _pixels(head: bytes) -> tuple[int | None, int | None]:
    try:
        width, height = imagesize.get(BytesIO(head))
    except Exception:  # it raises what struct, int and its XML parser raise; a picture of unknown size is a picture
        return None, None
    return (round(width), round(height)) if width > 0 and height > 0 else (None, None)
