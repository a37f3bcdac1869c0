"""What a sound or film says of itself: its tags, how long it is, its chapters. Pure: the file is handed in open, and
whoever hands it in bounds what may be read of it. The only door to tinytag.

tinytag reads tags and duration; what it leaves to us:

- Ogg: it counts all pages of the file, 25,000 in a long one; the last page says the same.
- Chapters: ID3 (CHAP), Vorbis comments (CHAPTER001) and MP4 (Nero's chpl).
- ADTS (.aac) looks to it like MPEG audio of some other length: no duration.
- WebM and Matroska it does not know: no tags, no duration, and no complaint either.

The cover is looked for last, because a large one may use up what may be read of the file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from struct import unpack_from
from typing import BinaryIO

from tinytag import TinyTag
from tinytag.tinytag import ParseError, UnsupportedFormatError

from feedd.model import Chapter, Cover, MediaTags, digest_of
from feedd.normalizer import media

_UNTAGGED = (".webm",)  # containers that tinytag does not know
_LENGTHLESS = "its length cannot be read"
_TAIL = 70_000  # bytes; a page of an Ogg file is at most 65,307 long
_MOST_CHAPTERS = 1_000
_LARGEST_FRAME = 64_000  # of a chapter; a larger one holds a picture, behind its title


def read(path: str, file: BinaryIO, size: int) -> MediaTags:
    """Raises nothing for what the file contains; `problem` says what could not be read."""
    suffix = "." + path.rpartition(".")[2].lower()
    if suffix in _UNTAGGED:
        return MediaTags()
    if not size:
        return MediaTags(problem="the file is empty")
    ogg = _begins(file, b"OggS")
    adts = suffix == ".aac" and not _begins(file, b"ID3")
    if adts:
        return MediaTags()
    tag, problem = _tag(file, suffix, duration=not ogg and suffix != ".aac")
    if tag is None:
        return MediaTags(problem=problem)
    duration = tag.duration
    if ogg:
        with suppress(OSError, struct.error):  # what may be read is spent, or the page is not whole
            duration = _ogg_duration(file, size)
        problem = problem or (None if duration else _LENGTHLESS)
    chapters = _chapters(file, tag)
    return replace(_claims(tag), duration=duration or None, chapters=chapters, cover=_cover(file), problem=problem)


def _begins(file: BinaryIO, mark: bytes) -> bool:
    file.seek(0)
    return file.read(len(mark)) == mark


def _tag(file: BinaryIO, suffix: str, *, duration: bool) -> tuple[TinyTag | None, str | None]:
    """The tags and why some are missing. What the file is, its first bytes say; only where they do not, its suffix."""
    for name in (None, "x" + (".mp4" if suffix == ".mov" else suffix)):
        for with_duration in (True, False) if duration else (False,):
            try:
                file.seek(0)
                tag = TinyTag.get(name, file_obj=file, duration=with_duration)
            except UnsupportedFormatError:
                break
            except (ParseError, OSError, ValueError):
                continue
            lost = _LENGTHLESS if duration and not (with_duration and tag.duration) else None
            return tag, lost
    return None, "it is not what its suffix says, or damaged"


# --- Cover ------------------------------------------------------------------------------------------------------------

_LARGEST_COVER = 2_000_000  # bytes; Apple advises half a million, and the server keeps them in memory
_SIGNATURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}  # whatever the tag calls it


def cover(file: BinaryIO) -> bytes | None:
    """The bytes of the front cover, or of the only picture there is; None for none, or none that programs show."""
    data = b""
    with suppress(UnsupportedFormatError, ParseError, OSError, ValueError):
        file.seek(0)
        images = TinyTag.get(file_obj=file, duration=False, image=True).images
        found = images.front_cover or images.any
        data = found.data if found is not None else b""
    return data if len(data) <= _LARGEST_COVER and _suffix(data) else None


def _cover(file: BinaryIO) -> Cover | None:
    data = cover(file)
    if data is None:
        return None
    width, height = media.pixels(data)
    return Cover(digest_of(data), _suffix(data) or "", len(data), width, height)


def _suffix(data: bytes) -> str | None:
    return next((suffix for signature, suffix in _SIGNATURES.items() if data.startswith(signature)), None)


# --- Tags -------------------------------------------------------------------------------------------------------------

# Of what programs for podcasts write, the longest text first: MP4 ldes, ID3 TDES, MP4 desc.
_NOTES = ("ldes", "tdes", "description")
_DATES = ("tdrl", "releasedate", "originaldate")
_EXPLICIT = {"1": True, "4": True, "2": False}  # iTunes: 0 says nothing


def _claims(tag: TinyTag) -> MediaTags:
    other = tag.other
    notes = [text for name in _NOTES for text in other.get(name, ())]
    notes += [tag.comment] if tag.comment else []
    notes += other.get("lyrics", ())
    advisory = next((text for name in ("itunesadvisory", "rtng") for text in other.get(name, ())), "")
    dates = (_day(text) for name in _DATES for text in other.get(name, ()))
    return MediaTags(
        title=_line(tag.title),
        artist=_line(tag.artist) or _line(tag.albumartist),
        date=next(filter(None, dates), None) or _day(tag.year) or _day_in_parts(tag),
        notes=next((text for text in (_text(each) for each in notes) if text), None),
        episode=_first(tag, "tves") or (str(tag.track) if tag.track else None),
        season=_first(tag, "tvsn") or (str(tag.disc) if tag.disc else None),
        explicit=_EXPLICIT.get(advisory.strip()),
    )


def _first(tag: TinyTag, name: str) -> str | None:
    return _line(next(iter(tag.other.get(name, ())), None))


def _line(text: str | None) -> str | None:
    return " ".join((text or "").replace("\0", " ").split()) or None


def _text(text: str) -> str:
    return text.replace("\0", "\n").replace("\r\n", "\n").replace("\r", "\n").strip()


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}(:\d{2}(:\d{2})?)?(Z|[+-]\d{2}:?\d{2})?)?")


def _day(text: str | None) -> str | None:
    """A date with a day. A year alone (what most music has) would put all episodes on one day."""
    found = _MOMENT.match((text or "").strip())
    if found is None:
        return None
    clock = found[2] is not None  # "2026-11-23T10" is an hour without minutes
    return found[0] if found[1] is None or clock else found[0][:10]


def _day_in_parts(tag: TinyTag) -> str | None:
    """ID3 2.3 has TYER (year), TDAT (DDMM) and TIME (HHMM)."""
    day = _first(tag, "tdat") or ""
    if not re.fullmatch(r"\d{4}", tag.year or "") or not re.fullmatch(r"\d{4}", day):
        return None
    time = _first(tag, "time") or ""
    clock = f" {time[:2]}:{time[2:]}" if re.fullmatch(r"\d{4}", time) else ""
    return f"{tag.year}-{day[2:]}-{day[:2]}{clock}"


# --- Ogg --------------------------------------------------------------------------------------------------------------


def _ogg_duration(file: BinaryIO, size: int) -> float | None:
    """Samples before the end of the last page of the first stream, by its rate."""
    file.seek(0)
    head = file.read(300)
    rate, skipped = _ogg_rate(head)
    if not rate or len(head) < 27:
        return None
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"OggS")
    while at >= 0:
        if len(tail) >= at + 27 and tail[at + 14 : at + 18] == head[14:18]:
            samples: int = unpack_from("<q", tail, at + 6)[0]
            if samples >= 0:
                return max(0.0, (samples - skipped) / rate)
        at = tail.rfind(b"OggS", 0, at)
    return None


def _ogg_rate(head: bytes) -> tuple[int, int]:
    """(samples a second, samples that are not played)."""
    if (at := head.find(b"OpusHead")) >= 0 and len(head) >= at + 12:
        return 48_000, unpack_from("<H", head, at + 10)[0]  # RFC 7845 4: always counted at 48 kHz
    if (at := head.find(b"\x01vorbis")) >= 0 and len(head) >= at + 16:
        return unpack_from("<I", head, at + 12)[0], 0
    if (at := head.find(b"\x7fFLAC")) >= 0 and len(head) >= at + 30:
        return int.from_bytes(head[at + 27 : at + 30], "big") >> 4, 0
    return 0, 0


# --- Chapters ---------------------------------------------------------------------------------------------------------


def _chapters(file: BinaryIO, tag: TinyTag) -> tuple[Chapter, ...]:
    found: list[Chapter] = []
    with suppress(OSError, ValueError, IndexError, struct.error):
        if _begins(file, b"ID3"):
            found.extend(islice(_id3_chapters(file), _MOST_CHAPTERS))
        elif _begins(file, b"OggS") or _begins(file, b"fLaC"):
            found.extend(islice(_vorbis_chapters(tag), _MOST_CHAPTERS))
        else:
            found.extend(islice(_mp4_chapters(file), _MOST_CHAPTERS))
    return tuple(sorted(found, key=lambda chapter: chapter.start))


# ID3 2.3 and 2.4: frames of ten bytes and what they hold; a chapter's title and address are frames within its frame.


def _id3_chapters(file: BinaryIO) -> Iterator[Chapter]:
    file.seek(0)
    head = file.read(10)
    version, flags, end = head[3], head[5], 10 + _synchsafe(head, 6)
    if version not in (3, 4) or flags & 0xC0:  # unsynchronised or extended: no program writes chapters like that
        return
    at = 10
    while at + 10 < end:
        file.seek(at)
        name, size = _frame(file.read(10), 0, version)
        if not name.strip(b"\0") or not size:
            return
        if name == b"CHAP":
            chapter = _id3_chapter(file.read(min(size, _LARGEST_FRAME)), version)
            if chapter is not None:
                yield chapter
        at += 10 + size


def _id3_chapter(data: bytes, version: int) -> Chapter | None:
    at = data.index(b"\0") + 1  # its name, for the table of contents
    start = unpack_from(">I", data, at)[0] / 1000
    at += 16  # start, end, and both in bytes
    title, url = "", None
    while at + 10 <= len(data):
        name, size = _frame(data, at, version)
        value = data[at + 10 : at + 10 + size]
        if name == b"TIT2" and value:
            title = _id3_text(value[0], value[1:])
        elif name == b"WXXX" and value:
            url = value.rpartition(b"\0")[2].decode("latin-1").strip()
        at += 10 + size
    return Chapter(start, title, url or None) if title else None


def _frame(data: bytes, at: int, version: int) -> tuple[bytes, int]:
    size = _synchsafe(data, at + 4) if version == 4 else unpack_from(">I", data, at + 4)[0]
    return data[at : at + 4], size


def _synchsafe(data: bytes, at: int) -> int:
    return data[at] << 21 | data[at + 1] << 14 | data[at + 2] << 7 | data[at + 3]


def _id3_text(encoding: int, data: bytes) -> str:
    names = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
    return _line(data.decode(names.get(encoding, "latin-1"), "replace")) or ""


_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2}(?:\.\d{1,6})?)")


def _vorbis_chapters(tag: TinyTag) -> Iterator[Chapter]:
    """CHAPTER001=00:01:30.000 and CHAPTER001NAME=Greetings."""
    for number in range(_MOST_CHAPTERS):
        name = f"chapter{number:03}"
        when, title = _CLOCK.fullmatch(_first(tag, name) or ""), _first(tag, f"{name}name")
        if when is not None and title:
            start = int(when[1]) * 3600 + int(when[2]) * 60 + float(when[3])
            yield Chapter(start, title, _first(tag, f"{name}url"))


def _mp4_chapters(file: BinaryIO) -> Iterator[Chapter]:
    """Atoms within atoms: moov, udta, chpl."""
    file.seek(0, 2)
    place = (0, file.tell())
    for name in (b"moov", b"udta", b"chpl"):
        found = _atom(file, name, *place)
        if found is None:
            return
        place = found
    file.seek(place[0])
    data = file.read(min(place[1] - place[0], _MOST_CHAPTERS * 264))
    at = 8 if data[0] else 4  # version 1 has four bytes more
    count = data[at]
    at += 1
    for _ in range(count):
        start, length = unpack_from(">QB", data, at)
        title = _line(data[at + 9 : at + 9 + length].decode("utf-8", "replace"))
        if title:
            yield Chapter(start / 10_000_000, title)
        at += 9 + length


def _atom(file: BinaryIO, wanted: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Where the inside of the first atom of this name is."""
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, name = unpack_from(">I4s", head)
        inside = at + 8
        if size == 1:
            size, inside = unpack_from(">Q", head, 8)[0], at + 16
        stop = end if size == 0 else at + size
        if name == wanted:
            return inside, min(stop, end)
        if stop < inside:
            return None
        at = stop
    return None
