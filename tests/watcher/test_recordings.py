"""Sounds and films in the tree: which of them is an entry, and how little of it is read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from watchdog.events import FileClosedEvent

from feedd.generators import kind
from feedd.hints import Changed, Hint
from feedd.model import FileStat, Refused, Source, SourceDocument
from feedd.normalizer import SUFFIXES, media, media_tags
from feedd.watcher import recordings
from feedd.watcher.companions import media_parts
from feedd.watcher.events import _Handler
from feedd.watcher.folder import FileWatcher
from feedd.watcher.ignore import rules_of
from tests.support.media import m4a, mp3

WATCHER = FileWatcher(frozenset(SUFFIXES), media_tags.read)
LONG_AGO = 1_790_000_000


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = Source("audio", str(root), preset=kind("podcast").make({}, "").preset)

    def write(self, *names: str, data: bytes = b"x", age: float | None = None) -> None:
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            moment = LONG_AGO if age is None else time.time() - age
            os.utime(path, (moment, moment))

    def scan(self) -> dict[str, FileStat]:
        return {stat.key.path: stat for stat in WATCHER.scan(self.source, {}).changed}

    def beside(self, path: str) -> list[str]:
        found = WATCHER.read(self.source, self.scan()[path])
        assert isinstance(found, SourceDocument)
        return [each.path for each in found.companions]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    yield Folder(tmp_path)


def test_the_two_lists_of_suffixes_are_alike() -> None:
    """The watcher knows which form goes first, the normalizer what each is."""
    assert {suffix[1:] for suffix in recordings.SUFFIXES} == media.RECORDINGS


def test_a_recording_is_an_entry_unless_it_has_notes(folder: Folder) -> None:
    """And of two forms the one that most programs play; whatever order they are looked at in."""
    folder.write("alone.mp3", "noted.md", "noted.mp3", "twice.ogg", "twice.mp3", "s1/deep.m4b", "picture.jpg")
    wanted = ["alone.mp3", "noted.md", "s1/deep.m4b", "twice.mp3"]
    assert sorted(folder.scan()) == wanted
    looked = WATCHER.look(folder.source, ["twice.ogg", "noted.mp3", "alone.mp3", "twice.mp3", "noted.md", "s1"], {})
    assert [stat.key.path for stat in looked.changed] == wanted
    assert {stat.key.path: stat.beside for stat in looked.changed} == {
        path: stat.beside for path, stat in folder.scan().items()
    }


def test_words_and_chapters_lie_beside(folder: Folder) -> None:
    """They are no articles, whatever their suffix; a sidecar is one as ever."""
    parts = [
        "a.vtt",
        "a.de.srt",
        "a.transcript.html",
        "a.transcript.txt",
        "a.chapters.json",
        "a.yaml",
        "a.jpg",
        "a.ogg",
    ]
    folder.write("a.mp3", *parts)
    assert list(folder.scan()) == ["a.mp3"]
    assert folder.beside("a.mp3") == sorted(parts)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.mp3", ("a", ".mp3")),
        ("a.b.mp3", ("a.b", ".mp3")),
        ("a.pt-BR.vtt", ("a", ".pt-br.vtt")),
        ("a.b.vtt", ("a.b", ".vtt")),
        ("a.b.de.srt", ("a.b", ".de.srt")),
        ("a.Transcript.HTML", ("a", ".transcript.html")),
    ],
)
def test_what_belongs_together_by_name(name: str, parts: tuple[str, str]) -> None:
    assert media_parts(name) == parts


def test_elsewhere_a_recording_is_no_entry(folder: Folder) -> None:
    """Without the preset nothing is as it was not before."""
    folder.write("alone.mp3", "a.transcript.html")
    folder.source = Source("audio", str(folder.root))
    assert list(folder.scan()) == ["a.transcript.html"]


def test_a_recording_of_any_size_is_only_looked_into(folder: Folder) -> None:
    """Half a gigabyte with its head at the end takes no more than max_size allows, and milliseconds."""
    data = m4a(7200, {"©nam": "Long"})
    cut = data.index(b"moov") - 4
    size = 500_000_000
    with (folder.root / "long.m4a").open("wb") as file:
        file.write(data[: data.index(b"mdat") - 4] + (size + 8).to_bytes(4, "big") + b"mdat")
        file.seek(size, os.SEEK_CUR)
        file.write(data[cut:])
    os.utime(folder.root / "long.m4a", (LONG_AGO, LONG_AGO))
    started = time.perf_counter()
    found = WATCHER.read(folder.source, folder.scan()["long.m4a"])
    assert time.perf_counter() - started < 0.5
    assert isinstance(found, SourceDocument)
    assert found.tags is not None
    assert (found.data, found.tags.title, found.tags.duration) == (b"", "Long", 7200)


def test_a_glance_is_bounded(folder: Folder) -> None:
    """A file that is made of frames of nothing is given up, not read to its end."""
    path = folder.root / "a.mp3"
    path.write_bytes(b"\xff" * 3_000_000)
    with path.open("rb") as file:
        glance = recordings.Glance(file.fileno(), 3_000_000)
        with pytest.raises(OSError, match="too much"):
            while glance.read(1):
                pass
        assert glance.tell() < 100_000


def test_a_recording_that_is_being_copied_waits(folder: Folder) -> None:
    """By its last write; the source may ask for more than a second of quiet. So does the article it lies beside."""
    folder.source = Source("audio", folder.source.path, preset=folder.source.preset, settle=timedelta(minutes=5))
    folder.write("new.mp3", "noted.mp3", data=mp3(1), age=60)
    folder.write("noted.md", data=b"# Notes")
    folder.write("old.mp3", data=mp3(1))
    stats = folder.scan()
    answers = {path: WATCHER.read(folder.source, stat) for path, stat in stats.items()}
    codes = {path: answer.problem.code for path, answer in answers.items() if isinstance(answer, Refused)}
    assert codes == {"new.mp3": "FD311", "noted.md": "FD311"}


def test_a_change_of_a_part_is_a_change_of_the_recording(folder: Folder) -> None:
    """An event of a transcript leads to whatever has its stem."""
    folder.write("a.mp3", "a.de.vtt")
    hints: list[Hint] = []
    handler = _Handler("audio", str(folder.root), rules_of(folder.source, frozenset(SUFFIXES)), hints.append)
    handler.dispatch(FileClosedEvent(str(folder.root / "a.de.vtt")))
    assert hints == [Changed("audio", "a.mp3")]
