"""What recordings say of themselves, from real bytes of each format."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Chapter, MediaTags
from feedd.normalizer import media_tags
from tests.support import media

ID3 = {
    "TIT2": "Žluťoučký kůň",
    "TPE1": "Ann",
    "TRCK": "3/10",
    "TPOS": "2",
    "TDRC": "2026-11-20T10:00:00",
    "COMM": "Show notes",
}


def read(name: str, data: bytes) -> MediaTags:
    return media_tags.read(name, io.BytesIO(data), len(data))


def test_id3_2_4() -> None:
    """Title, artist, numbers, date and notes; chapters and duration; a cover before them is passed over."""
    tags = read("a.mp3", media.mp3(60, ID3, chapters=[(0, "Intro"), (5.5, "Main")], cover=bytes(90_000)))
    assert (tags.title, tags.artist, tags.episode, tags.season) == ("Žluťoučký kůň", "Ann", "3", "2")
    assert (tags.date, tags.notes, tags.problem) == ("2026-11-20T10:00:00", "Show notes", None)
    assert tags.chapters == (Chapter(0, "Intro"), Chapter(5.5, "Main"))
    assert tags.duration == pytest.approx(60, abs=0.1)


def test_id3_2_3_has_its_date_in_three_frames() -> None:
    """TYER, TDAT (day and month) and TIME, in UTF-16."""
    old = {"TIT2": "Ž", "TYER": "2026", "TDAT": "2011", "TIME": "0930", "USLT": "Words"}
    tags = read("a.mp3", media.mp3(5, old, version=3, chapters=[(1, "Č")]))
    assert (tags.title, tags.date, tags.notes, tags.chapters) == ("Ž", "2026-11-20 09:30", "Words", (Chapter(1, "Č"),))


def test_a_year_alone_is_no_date() -> None:
    """It would put every episode of that year on one day."""
    assert read("a.mp3", media.mp3(1, {"TDRC": "2026"})).date is None


@pytest.mark.parametrize("moov_last", [True, False])
def test_mp4_wherever_its_head_is(moov_last: bool) -> None:
    """The longest description, numbers by track or by iTunes, chapters as Nero writes them."""
    tags: dict[str, str | tuple[int, int] | int] = {
        "©nam": "Title",
        "©ART": "Bob",
        "desc": "short",
        "ldes": "long notes",
        "trkn": (4, 9),
        "tvsn": 3,
        "rtng": 1,
        "©day": "2026-11-01T00:00:00Z",
    }
    data = media.m4a(125.5, tags, chapters=[(0, "A"), (60, "Žlutý")], cover=bytes(500), moov_last=moov_last)
    assert read("a.m4a", data) == MediaTags(
        title="Title",
        artist="Bob",
        date="2026-11-01T00:00:00Z",
        notes="long notes",
        episode="4",
        season="3",
        explicit=True,
        duration=125.5,
        chapters=(Chapter(0, "A"), Chapter(60, "Žlutý")),
    )


def test_ogg_is_as_long_as_its_last_page_says() -> None:
    """Without counting the pages between."""
    comments = ["TITLE=Op", "ARTIST=C", "DATE=2026-02-03", "CHAPTER001=00:01:30.500", "CHAPTER001NAME=Greetings"]
    tags = read("a.opus", media.opus(3600, comments, pages=5000))
    assert (tags.title, tags.artist, tags.date, tags.duration) == ("Op", "C", "2026-02-03", 3600)
    assert tags.chapters == (Chapter(90.5, "Greetings"),)


@pytest.mark.parametrize(
    ("name", "data", "title", "duration"),
    [
        ("a.flac", media.flac(33, ["TITLE=Fl"]), "Fl", 33),
        ("a.wav", media.wav(2), None, 2),
        ("a.mp3", media.m4a(9, {"©nam": "A wrong suffix"}), "A wrong suffix", 9),
        ("a.mov", media.m4a(9, {"©nam": "Film"}), "Film", 9),
        ("a.webm", b"\x1aE\xdf\xa3", None, None),
        ("a.aac", b"\xff\xf1" + bytes(100), None, None),
    ],
)
def test_other_formats(name: str, data: bytes, title: str | None, duration: float | None) -> None:
    """What cannot be told of them is no complaint."""
    tags = read(name, data)
    assert (tags.title, tags.duration, tags.problem) == (title, duration, None)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp3", b"no sound at all " * 100),
        ("a.mp3", b""),
        ("a.mp3", media.mp3(5, ID3)[:40]),
        ("a.m4a", media.m4a(9)[:60]),
        ("a.ogg", b"OggS" + bytes(60)),
        ("a.wav", b"RIFF"),
    ],
)
def test_what_is_damaged_says_so(name: str, data: bytes) -> None:
    assert read(name, data).problem is not None


@given(
    st.sampled_from(["a.mp3", "a.m4a", "a.opus", "a.flac", "a.wav", "a.mov", "a.aac", "a.webm"]),
    st.sampled_from(
        [media.mp3(1, ID3, chapters=[(0, "A")]), media.m4a(3, {"©nam": "T"}, chapters=[(0, "A")]), media.opus(3)]
    ),
    st.integers(0, 600),
    st.binary(max_size=40),
)
def test_no_bytes_stop_it(name: str, data: bytes, at: int, noise: bytes) -> None:
    """Whatever stands in the head of a file, and wherever it ends."""
    assert isinstance(read(name, data[:at] + noise + data[at + len(noise) :]), MediaTags)
    assert isinstance(read(name, data[:at]), MediaTags)
