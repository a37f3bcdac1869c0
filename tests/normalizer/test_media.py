"""What a local file is, by its name and its first bytes."""

from __future__ import annotations

import struct

import pytest

from feedd.model import Claim, Companion, Enclosure, MediaFile
from feedd.normalizer.media import RULE, beside, measure

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 40, 30, 8, 2, 0, 0, 0)
GIF = b"GIF89a" + struct.pack("<HH", 40, 30)


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("a.png", PNG, MediaFile("image/png", 99, 40, 30)),
        ("a.GIF", GIF, MediaFile("image/gif", 99, 40, 30)),
        ("a.jpg", b"no picture", MediaFile("image/jpeg", 99)),
        ("a.png", b"\x89PNG", MediaFile("image/png", 99)),
        ("a.mp3", b"ID3", MediaFile("audio/mpeg", 99)),
        ("a.xyz", b"", None),
        ("png", b"", None),
    ],
)
def test_measure(path: str, head: bytes, expected: MediaFile | None) -> None:
    """Type by the suffix, size in pixels where the first bytes say it; a broken picture is a picture."""
    assert measure(path, head, 99) == expected


def test_beside() -> None:
    """The best picture, and every sound; a sidecar is neither."""
    files = ("x/a.yaml", "x/a.webp", "x/a.JPG", "x/a.pdf", "x/a.mp3")
    assert list(beside(Companion(path, 5) for path in files)) == [
        Claim("image", "a.JPG", RULE),
        Claim("enclosures", (Enclosure("a.mp3", "audio/mpeg", 5), Enclosure("a.pdf", "application/pdf", 5)), RULE),
    ]
    assert list(beside(())) == []
