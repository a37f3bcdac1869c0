"""A generator's folder on disk, and what feedd makes of the articles in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from feedd import wiring
from feedd.model import Entry, Problem, SourceDocument
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse
from feedd.pipeline.surroundings import Neighbourhood
from feedd.settings import loader
from feedd.watcher.folder import FileWatcher

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = 10**18  # when every file was written, in nanoseconds
URL = "https://ann.example"


@dataclass(frozen=True, slots=True)
class ScratchSite:
    """What every article came to, by its path below the source, and what was said about the settings."""

    readings: Mapping[str, Reading | Problem]
    warnings: tuple[str, ...]

    def entry(self, path: str) -> Entry:
        reading = self.readings[path]
        assert isinstance(reading, Reading) and reading.entry is not None
        return reading.entry

    def rules(self, path: str) -> dict[str, str]:
        """How each field was found."""
        reading = self.readings[path]
        assert isinstance(reading, Reading)
        return {claim.field: claim.rule for claim in reading.trace}

    def problems(self, path: str) -> list[str]:
        reading = self.readings[path]
        return [str(each) for each in reading.problems] if isinstance(reading, Reading) else [str(reading)]


def build(folder: Path, preset: str, files: Mapping[str, str | bytes], source: str, zone: str = "UTC") -> ScratchSite:
    """Write the files, and read the source below them as the daemon does."""
    root = folder / "project"
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    settings = folder / "feedd.yaml"
    settings.write_text(
        f"site: {{url: '{URL}', title: Ann, timezone: {zone}}}\n"
        f"source: {{path: {root / source}, preset: {preset}, project: {root}}}\n"
    )
    loaded = loader.read(str(settings), env={})
    watcher, known = FileWatcher(wiring.ARTICLES), loaded.settings
    stats = watcher.scan(known.sources[0], {}).changed
    around = Neighbourhood(known.sources[0], known.site, watcher, lambda: [each.key.path for each in stats], NOW)
    readings: dict[str, Reading | Problem] = {}
    for stat in stats:
        document = watcher.read(known.sources[0], stat)
        assert isinstance(document, SourceDocument)
        article = parse(document)
        if isinstance(article, Problem):
            readings[stat.key.path] = article
            continue
        old = replace(stat, mtime_ns=LONG_AGO)
        readings[stat.key.path] = normalize(article, known.sources[0], known.site, old, document.digest, NOW, around)
    return ScratchSite(readings, tuple(str(each) for each in loaded.warnings))
