"""Recordings made by hand: the fewest bytes that are a sound with tags, of any length."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterable, Mapping

Chapters = Iterable[tuple[float, str]]


# --- MP3 --------------------------------------------------------------------------------------------------------------

# MPEG 1 layer III, 128 kbit/s, 44,100 Hz, mono: 417 bytes for 1,152 samples.
_MP3_FRAME = bytes((0xFF, 0xFB, 0x90, 0xC0)) + bytes(413)


def mp3(
    seconds: float = 10,
    tags: Mapping[str, str] | None = None,
    *,
    version: int = 4,
    chapters: Chapters = (),
    cover: bytes = b"",
) -> bytes:
    """With an ID3 2.3 or 2.4 head: `tags` by frame ("TIT2"); COMM and USLT are comments."""
    frames = [_id3_frame(name, _id3_value(name, text, version), version) for name, text in (tags or {}).items()]
    if cover:
        frames.insert(0, _id3_frame("APIC", b"\0image/jpeg\0\x03\0" + cover, version))
    names = []
    for number, (start, title) in enumerate(chapters):
        name = f"ch{number}".encode()
        names.append(name)
        times = struct.pack(">4I", int(start * 1000), int(start * 1000) + 1000, 0xFFFFFFFF, 0xFFFFFFFF)
        inner = _id3_frame("TIT2", _id3_value("TIT2", title, version), version)
        frames.append(_id3_frame("CHAP", name + b"\0" + times + inner, version))
    if names:
        frames.append(
            _id3_frame("CTOC", b"toc\0\x03" + bytes((len(names),)) + b"".join(n + b"\0" for n in names), version)
        )
    body = b"".join(frames)
    head = b"ID3" + bytes((version, 0, 0)) + _synchsafe(len(body)) if body else b""
    return head + body + _MP3_FRAME * round(seconds * 44_100 / 1152)


def _id3_value(name: str, text: str, version: int) -> bytes:
    encoded = b"\x03" + text.encode() if version == 4 else b"\x01\xff\xfe" + text.encode("utf-16-le")
    if name not in ("COMM", "USLT"):
        return encoded
    nothing = b"\0" if version == 4 else b"\xff\xfe\0\0"
    return encoded[:1] + b"eng" + nothing + encoded[1:]


def _id3_frame(name: str, value: bytes, version: int) -> bytes:
    size = _synchsafe(len(value)) if version == 4 else struct.pack(">I", len(value))
    return name.encode() + size + b"\0\0" + value


def _synchsafe(size: int) -> bytes:
    return bytes((size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127))


# --- MP4 --------------------------------------------------------------------------------------------------------------


def m4a(
    seconds: float = 10,
    tags: Mapping[str, str | tuple[int, int] | int] | None = None,
    *,
    chapters: Chapters = (),
    cover: bytes = b"",
    sound: int = 1000,
    moov_last: bool = True,
) -> bytes:
    """`tags` by atom ("©nam"), pairs for trkn and disk, numbers for tvsn and tves; `sound` bytes of nothing."""
    items = [_ilst_item(name, value) for name, value in (tags or {}).items()]
    if cover:
        items.append(_atom("covr", _atom("data", struct.pack(">II", 13, 0) + cover)))
    meta = _atom("meta", bytes(4) + _atom("hdlr", bytes(25)) + _atom("ilst", b"".join(items)))
    marks = list(chapters)
    chpl = b"".join(
        struct.pack(">QB", int(start * 10_000_000), len(title.encode())) + title.encode() for start, title in marks
    )
    udta = _atom("udta", meta + (_atom("chpl", b"\x01" + bytes(7) + bytes((len(marks),)) + chpl) if marks else b""))
    mvhd = _atom("mvhd", bytes(12) + struct.pack(">II", 1000, int(seconds * 1000)) + bytes(80))
    ftyp, moov, mdat = _atom("ftyp", b"M4A \0\0\0\0"), _atom("moov", mvhd + udta), _atom("mdat", bytes(sound))
    return ftyp + (mdat + moov if moov_last else moov + mdat)


def _ilst_item(name: str, value: str | tuple[int, int] | int) -> bytes:
    if isinstance(value, tuple):
        data = struct.pack(">II", 0, 0) + struct.pack(">4H", 0, *value, 0)
    elif isinstance(value, int):
        data = struct.pack(">IIi", 21, 0, value)
    else:
        data = struct.pack(">II", 1, 0) + value.encode()
    return _atom(name, _atom("data", data))


def _atom(name: str, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name.encode("latin-1") + data


# --- Ogg, FLAC, WAV ---------------------------------------------------------------------------------------------------


def opus(seconds: float = 10, comments: Iterable[str] = (), *, pages: int = 3) -> bytes:
    """Ogg with a stream of Opus; `comments` are "TITLE=Hello"."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    found = [_page(0, head, 0, first=True), _page(1, b"OpusTags" + _comments(comments), 0)]
    for number in range(pages):
        samples = int((number + 1) / pages * seconds * 48_000) + 312
        found.append(_page(number + 2, bytes(100), samples, last=number + 1 == pages))
    return b"".join(found)


def _comments(comments: Iterable[str]) -> bytes:
    texts = [text.encode() for text in comments]
    listed = b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return struct.pack("<I", 4) + b"test" + struct.pack("<I", len(texts)) + listed


def _page(number: int, data: bytes, samples: int, *, first: bool = False, last: bool = False) -> bytes:
    kind = 2 * first + 4 * last
    full, rest = divmod(len(data), 255)
    sizes = bytes((255,)) * full + bytes((rest,))
    return b"OggS" + struct.pack("<BBqIIIB", 0, kind, samples, 7, number, 0, len(sizes)) + sizes + data


def flac(seconds: float = 10, comments: Iterable[str] = ()) -> bytes:
    info = struct.pack(">HH", 4096, 4096) + bytes(6)
    info += (44_100 << 44 | 15 << 36 | int(seconds * 44_100)).to_bytes(8, "big") + bytes(16)
    said = _comments(comments)
    return (
        b"fLaC"
        + b"\0"
        + len(info).to_bytes(3, "big")
        + info
        + b"\x84"
        + len(said).to_bytes(3, "big")
        + said
        + bytes(99)
    )


def wav(seconds: float = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(seconds * 8000)))
    return file.getvalue()


def jpeg(width: int, height: int) -> bytes:
    """The head of a picture, all that tells its size."""
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x0b\x08"
        + struct.pack(">HH", height, width)
        + bytes(9)
    )
