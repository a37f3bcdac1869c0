"""Hugo: sections, bundles, languages, permalinks and cascades as its own source has them. Pure.

What is understood, what is not and why: docs/generators/hugo.md.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from feedd.generators import Kind, Made, hugo_claims, hugo_config, hugo_files, hugo_links, hugo_matter, hugo_shortcodes
from feedd.generators.base import BasePreset
from feedd.generators.hugo_config import Config
from feedd.generators.hugo_files import as_list
from feedd.generators.hugo_matter import Cascade
from feedd.generators.hugo_paths import Place, locate, lower
from feedd.generators.hugo_permalinks import NO_DATE, Facts, Target, target
from feedd.model import Article, Page, Problem, Resolved
from feedd.normalizer.frontmatter import split
from feedd.ports import Surroundings

SECTIONS = tuple(f"{folder}/**/_index.*" for folder in ("content*", "src/content*", "*/content"))
# Suffixes that are articles elsewhere and plain files to Hugo (media/config.go, DefaultContentTypes), and names that
# are nothing special to it.
_NO_CONTENT = ("*.txt", "*.text", "*.rest", "*.xhtml", "*.mkd", "*.ipynb", "*.docx", "_index.*")
_README = "![Rr][Ee][Aa][Dd][Mm][Ee].*"


@dataclass(frozen=True, slots=True)
class Branch:
    """A section with an _index file: what it is called in addresses."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class HugoPreset(BasePreset):
    config: Config = field(default_factory=lambda: hugo_config.read({}))
    branches: Mapping[tuple[str, str], Branch] = field(default_factory=dict)  # (language, "/posts/2026")
    cascades: tuple[Cascade, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)  # the names of authors by their keys

    def believe(self, article: Article) -> Article:
        place = self.place(article.key.path)
        if place is None:
            return article
        language = self.config.languages[place.language]
        matter, inherited = hugo_matter.whole(article.matter, place, self.cascades)
        ignored = any(re.search(each, f"/{self.below}/{article.key.path}") for each in self.config.ignored)
        found = self.target(place, matter)
        facts = hugo_claims.Facts(article, place, language, matter, inherited, found, self.people, ignored)
        return hugo_claims.believed(facts)

    def link(self, page: Page) -> str | None:
        place = self.place(page.path)
        if place is None:
            return None
        base = self.config.languages[place.language].base
        link = self.target(place, page.matter).link
        return base + link if base else self.on_site(link, page)

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        return hugo_shortcodes.expand(body, page, self, around)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        return hugo_links.refer(target, page, url, self, around)

    def owners(self, path: str) -> tuple[str, ...]:
        """Everything below a leaf bundle's folder belongs to its page (gohugo.io, "Page bundles")."""
        folders = path.split("/")[:-1]
        if posixpath.basename(path).startswith("index."):
            folders = folders[:-1]
        above = ("/".join(folders[:depth]) for depth in range(1, len(folders) + 1))
        return tuple(f"{self.below}/{folder}/index.md".lstrip("/") for folder in above)

    def files(self, path: str) -> tuple[str, ...]:
        name = path.lstrip("/")
        languages = self.config.languages.values()
        static = dict.fromkeys(folder for language in languages for folder in language.static)
        names = (
            name,
            *(name.removeprefix(f"{each}/") for each in self.config.languages if name.startswith(f"{each}/")),
        )
        folders = (*static, *(root.folder for root in self.config.roots))
        return tuple(f"{folder}/{each}" for each in names for folder in folders)

    # --- for the files beside this one

    def place(self, path: str) -> Place | None:
        """Where a file of the source stands in the site's tree."""
        return locate(self.config, f"{self.below}/{path}".strip("/"))

    def target(self, place: Place, matter: Mapping[str, Any]) -> Target:
        """The address of the page with this (whole) front matter."""
        language = self.config.languages[place.language]
        chosen = {name: hugo_matter.date_of(name, matter, place, language) for name in language.dates}
        date = chosen["date"]
        slug = hugo_claims.text(matter.get("slug")).strip("-")
        if "slug" not in matter and any(each and each[0] == ":filename" for each in chosen.values()):
            slug = hugo_matter.from_name(place)[1]
        sections, slugs = self._sections(place)
        when = hugo_matter.as_written(date[1]) if date else NO_DATE
        facts = Facts(place, hugo_claims.text(matter.get("title")), slug, when, sections, slugs)
        return target(facts, language, hugo_claims.text(matter.get("url")))

    def on_site(self, path: str, page: Page) -> str:
        """A path below baseURL, where the site's address does not have that part already."""
        base = self.config.base_path
        return path if urlsplit(page.site.url).path.rstrip("/").endswith(base) else base + path

    def is_section(self, path: str, language: str) -> bool:
        return path in ("", "/") or (language, path) in self.branches

    def _sections(self, place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sections that a page is in, and what they are called in addresses. A folder is a section if it has an
        _index file, or stands at the top (pageTree.CurrentSection)."""
        parts = tuple(part for part in lower(place.own).split("/") if part)
        top = 1 if place.section else 0
        depths = [
            depth
            for depth in range(1, len(parts) + 1)
            if depth == top or (place.language, _path(parts[:depth])) in self.branches
        ]
        slugs = (self._called(place.language, parts[:depth]) for depth in depths)
        return parts[: depths[-1]] if depths else (), tuple(slugs)

    def _called(self, language: str, parts: tuple[str, ...]) -> str:
        branch = self.branches.get((language, _path(parts)))
        return (branch.slug or branch.title if branch else "") or parts[-1]


def _path(parts: tuple[str, ...]) -> str:
    return "/" + "/".join(parts)


# --- Making one -------------------------------------------------------------------------------------------------------


def make(files: Mapping[str, str], below: str) -> Made:
    config = hugo_config.read(files)
    branches: dict[tuple[str, str], Branch] = {}
    cascades: list[Cascade] = []
    people: dict[str, str] = {}
    for path, matter in _indexes(files):
        place = locate(config, path)
        if place is None or not place.branch:
            continue
        folder = lower(place.own)
        branches[place.language, folder] = Branch(
            hugo_claims.text(matter.get("slug")).strip("-"), hugo_claims.text(matter.get("title"))
        )
        cascades += hugo_matter.cascades(as_list(matter.get("cascade")), folder, place.language)
        if folder.startswith(("/author/", "/authors/")) and matter.get("title"):
            people[folder.rpartition("/")[2]] = hugo_claims.text(matter["title"])
    for key, language in config.languages.items():
        cascades += hugo_matter.cascades(language.cascade, "", key)
    preset = HugoPreset(
        "hugo", below, _ignored(config, below), config, dict(sorted(branches.items())), tuple(cascades), people
    )
    return Made(preset, config.warnings, config.languages[config.default].zone)


def _indexes(files: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The front matter of section pages; what cannot be read there is Hugo's to complain about."""
    for path, text in files.items():
        if posixpath.basename(path).lower().startswith("_index."):
            front = split(text, path)
            yield path, {} if isinstance(front, Problem) else hugo_files.lower_keys(front.data)


def _ignored(config: Config, below: str) -> tuple[str, ...]:
    """Patterns relative to the source: outside of the content folders nothing is content."""
    roots = [root.folder for root in config.roots]
    homes = [root for root in roots if f"{root}/".startswith(f"{below}/" if below else "")]
    outside: list[str] = []
    inside: list[str] = []
    if below not in roots and homes:
        for root in homes:
            parts = root.removeprefix(below).strip("/").split("/")
            for depth in range(len(parts)):
                outside.append("/" + "/".join((*parts[:depth], "*")))
                inside.append("!/" + "/".join(parts[: depth + 1]) + "/")
    home = tuple(f"{root.removeprefix(below)}/index.*".replace("//", "/") for root in homes)
    home = tuple(each if each.startswith("/") else f"/{each}" for each in home)
    return (_README, *dict.fromkeys(outside), *dict.fromkeys(inside), *_NO_CONTENT, *dict.fromkeys(home))


KIND = Kind(
    "hugo",
    "Hugo",
    (*hugo_files.MARKERS[:4], "config/_default", *hugo_files.MARKERS[4:]),
    (*hugo_files.MARKERS, *(f"{folder}/*.*" for folder in hugo_files.FOLDERS), *SECTIONS),
    make,
)
