"""A folder of recordings, with or without notes beside them. No generator makes these sites; the rules are ours.

A sound or film is an entry by itself unless notes of the same name lie beside it. It is published where it lies: below
the site's address, or below `media_url` where another server has the files. An entry without notes has no page of its
own that we know of, so its link is the recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from feedd.generators import Kind, Made
from feedd.generators.base import BasePreset
from feedd.model import Page
from feedd.normalizer import SUFFIXES, references
from feedd.normalizer.episode import FORMAT
from feedd.normalizer.media import RECORDINGS
from feedd.normalizer.parse import suffix_of
from feedd.podcasting import TRANSCRIPTS
from feedd.ports import Preset, Surroundings


@dataclass(frozen=True, slots=True)
class PodcastPreset(BasePreset):
    """`media_url` is where the files below the source are in public, None for the site."""

    media_url: str | None = None

    @property
    def suffixes(self) -> tuple[tuple[str, str], ...]:
        return tuple((f".{suffix}", FORMAT) for suffix in sorted(RECORDINGS))

    def link(self, page: Page) -> str | None:
        return self._public(page.path, page) if suffix_of(page.path)[1:] in RECORDINGS else None

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        """A file beside the notes is published beside them: a picture, a recording, a transcript, chapters."""
        path = references.beside(target, page, self.below)
        if path is None or (self.below and not path.startswith(f"{self.below}/")):
            return None
        if self._is_article(path):
            return references.other_article(target, page, self.below, around)
        below = path.removeprefix(f"{self.below}/") if self.below else path
        return self._public(below, page) if around.media(path) is not None or self._is_part(path) else None

    def _public(self, path: str, page: Page) -> str:
        """Of a file by its path below the source."""
        if self.media_url is not None:
            return f"{self.media_url}/{quote(path)}"
        return f"{page.site.url}/{quote(f'{self.below}/{path}' if self.below else path)}"

    @staticmethod
    def _is_part(path: str) -> bool:
        return suffix_of(path)[1:] in TRANSCRIPTS

    @classmethod
    def _is_article(cls, path: str) -> bool:
        inner = suffix_of(path[: len(path) - len(suffix_of(path))])
        return suffix_of(path) in SUFFIXES and inner not in (".transcript", ".chapters")


def served_from(preset: Preset, media_url: str) -> Preset:
    """The same preset where another server has the files."""
    return replace(preset, media_url=media_url) if isinstance(preset, PodcastPreset) else preset


def make(files: Mapping[str, str], below: str) -> Made:
    return Made(PodcastPreset("podcast", below))


KIND = Kind("podcast", "a folder of recordings", (), (), make)
