"""Zola: paths, slugs, dates and languages as its own source has them. Pure.

What is understood, what is not and why: docs/generators/zola.md.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from feedd.generators import Kind, Made, zola_shortcodes
from feedd.generators.base import BasePreset
from feedd.generators.zola_config import CONTENT, MARKERS, Config, read
from feedd.generators.zola_paths import Place, locate, page_path, section_path
from feedd.model import Article, Claim, Page, Problem, Resolved
from feedd.normalizer import references
from feedd.normalizer.claims import Stated, fold, read_claims
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.frontmatter import split
from feedd.normalizer.values import Misfit, read_labels
from feedd.ports import Surroundings

# Zola reads *.md and nothing else; README.md is a page to it like any other.
_PATTERNS = (
    "![Rr][Ee][Aa][Dd][Mm][Ee].md",
    *("*.markdown", "*.mdown", "*.mkd", "*.html", "*.htm", "*.xhtml", "*.txt", "*.text", "*.rst", "*.rest"),
    *("*.ipynb", "*.docx", "_index.*"),
)
_OURS = frozenset(
    ("url", "slug", "date", "publish_at", "expires", "draft", "categories", "tags", "language", "aliases")
)
_DATE_IN_PATH = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:/|$)")
_LABELS = {"tags": "tags", "tag": "tags", "keywords": "tags", "categories": "categories", "category": "categories"}


@dataclass(frozen=True, slots=True)
class ZolaPreset(BasePreset):
    config: Config = field(default_factory=lambda: read({}))
    drafts: tuple[str, ...] = ()  # folders below the site's root whose sections are drafts

    def believe(self, article: Article) -> Article:
        place = self._place(article.key.path)
        if place is None:
            return article
        matter = article.matter
        own = [claim for claim in article.claims if claim.field not in _OURS]
        dates = list(_dates(article, place))
        claims = (
            *self._drafts(article),
            *dates,
            *_plain(article, place, self.config),
            *own,
            *_more(article, self.config),
        )
        if not dates:  # components/site/src/feeds.rs
            claims = (*claims, Claim("feeds", (), "Zola's feeds hold dated pages only"))
        problems = [each for each in article.problems if each.line is None or each.line != article.lines.get("path")]
        if page_path(place, matter, self.config) is None:
            message = "its address cannot be known: only Zola can spell the file's name in plain letters"
            problems.append(warning(FIELD, article.key.path, message, "give it a path or a slug"))
        return replace(article, claims=claims, problems=tuple(problems))

    def link(self, page: Page) -> str | None:
        place = self._place(page.path)
        path = page_path(place, page.matter, self.config) if place else None
        return self._on_site(path, page) if path is not None else None

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        return zola_shortcodes.expand(body, page.body_type)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        if not target.startswith("@/"):
            return references.other_article(target, page, self.below, around) or self._static(target, page, around)
        path, hash_, fragment = unquote(target[2:].partition("#")[0]), *target[2:].partition("#")[1:]
        return self._internal(path, page, around, hash_ + fragment)

    def files(self, path: str) -> tuple[str, ...]:
        name = path.lstrip("/")
        return (f"static/{name}", f"{CONTENT}/{name}")

    def _internal(self, path: str, page: Page, around: Surroundings, rest: str) -> str | None:
        """ "@/posts/x.md" is a file below content; an _index.md there is its section."""
        full = f"{CONTENT}/{path}"
        name = posixpath.basename(path)
        if name.startswith("_index."):
            language = name.removeprefix("_index.").removesuffix("md").rstrip(".") or self.config.language
            found = section_path(posixpath.dirname(path), language, self.config)
            return page.site.url + quote(self._on_site(found, page)) + rest
        if not f"{full}/".startswith(f"{self.below}/" if self.below else ""):
            return None
        address = around.address(full.removeprefix(self.below).lstrip("/"))
        return address + rest if address else None

    def _static(self, target: str, page: Page, around: Surroundings) -> str | None:
        """Templates take pictures of the front matter from the site's top. What lies beside a page is published beside
        it, which is also what a browser thinks."""
        path = references.inside(unquote(target.partition("#")[0].partition("?")[0]))
        if path is None or target.startswith(("/", "#", "./")):
            return None
        beside = references.beside(target, page, self.below)
        if beside is not None and around.media(beside) is not None:
            return None
        found = around.media(f"static/{path}") is not None
        return page.site.url + quote(self._on_site(f"/{path}", page)) if found else None

    def _place(self, path: str) -> Place | None:
        return locate(self.config, f"{self.below}/{path}".strip("/"))

    def _on_site(self, path: str, page: Page) -> str:
        """A path below base_url, where the site's address does not have that part already."""
        base = self.config.base_path
        return path if urlsplit(page.site.url).path.rstrip("/").endswith(base) else base + path

    def _drafts(self, article: Article) -> Iterator[Claim]:
        full = f"{self.below}/{article.key.path}".strip("/")
        if any(full.startswith(f"{folder}/") for folder in self.drafts):
            yield Claim("draft", True, "its section is a draft")
        for key, hidden in (("draft", True), ("render", False)):
            if article.matter.get(key) is hidden:
                yield Claim("draft", True, "front matter", article.lines.get(key))


# --- Claims -----------------------------------------------------------------------------------------------------------


def _dates(article: Article, place: Place) -> Iterator[Claim]:
    """What it states, then its file's name, then its path: some sites say there, and nowhere else, when it was."""
    matter, lines = article.matter, article.lines
    if matter.get("date") not in (None, ""):
        yield Claim("date", matter["date"], "front matter", lines.get("date"))
    if place.date:
        yield Claim("date", place.date, "file name")
    path = matter.get("path")
    if isinstance(path, str) and (found := _DATE_IN_PATH.search(path)):
        yield Claim("date", f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", "path", lines.get("path"))


def _plain(article: Article, place: Place, config: Config) -> Iterator[Claim]:
    yield Claim("language", place.language, "its place in the site")
    aliases = article.matter.get("aliases")
    if isinstance(aliases, list):
        found = (each.strip("/") for each in aliases if isinstance(each, str) and "://" not in each)
        paths = tuple(each if each.endswith(".html") else f"{each}/" for each in found if each)
        yield Claim("aliases", paths, "front matter", article.lines.get("aliases"))
    taxonomies = article.matter.get("taxonomies")
    given = taxonomies if isinstance(taxonomies, Mapping) else {}
    for name, value in given.items():
        kind = _LABELS.get(fold(name)) or ("tags" if config.taxonomies == (name,) else None)
        labels = read_labels(value if isinstance(value, list) else [value], None, name)
        labels = labels.value if isinstance(labels, Misfit) else labels
        if kind and labels:
            yield Claim(kind, labels, "front matter", article.lines.get("taxonomies"))


def _more(article: Article, config: Config) -> Iterator[Claim]:
    """What everybody's names find in [extra] and among taxonomies; the site's author last."""
    stated = []
    for table in ("extra", "taxonomies"):
        values: Any = article.matter.get(table)
        if isinstance(values, Mapping):
            line = article.lines.get(table)
            stated += [Stated(str(key), value, "front matter", line) for key, value in values.items()]
    if config.author:
        stated.append(Stated("author", config.author, "the site's author"))
    for one in stated:
        claims, _ = read_claims([one], article.key.path)
        yield from (claim for claim in claims if claim.field not in _OURS | {"title", "updated", "id"})


# --- Making one -------------------------------------------------------------------------------------------------------


def make(files: Mapping[str, str], below: str) -> Made:
    config = read(files)
    drafts = tuple(sorted(posixpath.dirname(path) for path, matter in _indexes(files) if matter.get("draft") is True))
    return Made(ZolaPreset("zola", below, (*_outside(below), *_PATTERNS, *_ignored(config, below)), config, drafts))


def _indexes(files: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The front matter of section pages; what cannot be read there is Zola's to complain about."""
    for path, text in files.items():
        if posixpath.basename(path).startswith("_index."):
            front = split(text, path)
            yield path, {} if isinstance(front, Problem) else front.data


def _outside(below: str) -> tuple[str, ...]:
    """Where the source is the whole site, only its content is content."""
    return ("/*", f"!/{CONTENT}/") if not below else ()


def _ignored(config: Config, below: str) -> Iterator[str]:
    """`ignored_content` has globs of paths below content."""
    inside = below.removeprefix(CONTENT).strip("/")
    for glob in config.ignored:
        if "/" not in glob:
            yield glob
        elif not below:
            yield f"/{CONTENT}/{glob}"
        elif not inside or glob.startswith(f"{inside}/"):
            yield f"/{glob.removeprefix(inside).lstrip('/')}"


KIND = Kind("zola", "Zola", MARKERS, (*MARKERS, f"{CONTENT}/**/_index*.md"), make)
