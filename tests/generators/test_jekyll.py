"""The preset jekyll against what Jekyll itself makes of the same files; the expected values come from its builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feedd.generators import GeneratorError, kind
from feedd.model import Entry, Problem, Site, Source
from feedd.normalizer import SUFFIXES
from feedd.normalizer.normalize import Reading, normalize
from feedd.normalizer.parse import parse
from feedd.pipeline.surroundings import Neighbourhood
from feedd.watcher.folder import FileWatcher
from feedd.yaml_core import load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOLDEN = load((Path(__file__).parent / "jekyll_golden.yaml").read_text("utf-8")).value


@dataclass(frozen=True)
class Blog:
    """A Jekyll site on disk, read as the daemon reads it."""

    root: Path
    site: Site = Site("https://ann.example", "https://ann.example", "Ann")
    below: str = ""

    def write(self, files: Mapping[str, str]) -> Blog:
        for path, text in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        return self

    def readings(self) -> dict[str, Reading]:
        """What every article that is found became, by path."""
        texts = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        found = kind("jekyll")
        settings = {
            name: path.read_text("utf-8")
            for name, path in texts.items()
            if any(Path(name).match(pattern) for pattern in found.reads)
        }
        preset = found.make(settings, self.below).preset
        folder = self.root / self.below if self.below else self.root
        source = Source("blog", str(folder), ignore=preset.ignore, preset=preset, site_root=str(self.root))
        watcher = FileWatcher(frozenset(SUFFIXES))
        stats = {stat.key.path: stat for stat in watcher.scan(source, {}).changed}
        around = Neighbourhood(source, self.site, watcher, lambda: stats, NOW)
        made = {}
        for path, stat in stats.items():
            article = parse(watcher.read(source, stat))
            assert not isinstance(article, Problem), article
            made[path] = normalize(article, source, self.site, stat, "", NOW, around)
        return made

    def entry(self, path: str) -> Entry:
        entry = self.readings()[path].entry
        assert entry is not None
        return entry


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


def post(body: str = "Text.", **matter: Any) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in matter.items())
    return f"---\n{lines}---\n{body}\n"


# --- Against Jekyll ---------------------------------------------------------------------------------------------------


def expected(row: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """As Jekyll has it, in our words."""
    return {
        "url": "https://ann.example" + row["url"],
        "title": " ".join(row["title"].split()),
        "date": row["date"] and datetime.fromisoformat(row["date"]),
        # labels that differ only in case are one
        "categories": tuple({each.casefold(): each for each in reversed(row.get("categories", []))}.values())[::-1],
        "tags": tuple(row.get("tags", [])),
        "authors": tuple([row["author"]] if row.get("author") else []),
    }


def shown(entry: Entry) -> dict[str, Any]:
    return {
        "url": entry.url,
        "title": entry.title,
        "date": entry.published,
        "categories": entry.categories,
        "tags": entry.tags,
        "authors": tuple(person.name for person in entry.authors),
    }


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_every_file_is_what_jekyll_makes_of_it(tmp_path: Path, golden: dict[str, Any]) -> None:
    """Addresses, titles, dates, labels and authors equal Jekyll's, and what is no article there is none here."""
    config = load(golden["config"]).value
    site = Site("https://ann.example" + config.get("baseurl", ""), "https://ann.example", "Ann")
    site = replace(site, timezone=config["timezone"])
    blog = Blog(tmp_path, site).write({"_config.yml": golden["config"]})
    blog.write({row["path"]: row["text"] for row in golden["files"]})
    made = {path: each.entry for path, each in blog.readings().items() if each.entry and not each.entry.draft}
    wanted = {row["path"]: row for row in golden["files"] if "url" in row}
    assert sorted(made) == sorted(wanted)
    for path, row in wanted.items():
        want = expected(row, site.timezone)
        want["url"] = site.url + row["url"]
        want["date"] = want["date"] or made[path].published
        assert shown(made[path]) == want, path
