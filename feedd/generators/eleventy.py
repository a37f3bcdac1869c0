"""Eleventy: the data cascade, permalinks, dates and collections, as version 3.1.8 has them. Pure.

What is understood, what is not and why: docs/generators/eleventy.md.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from feedd.generators import Kind, Made, eleventy_body, eleventy_links, liquid_values, scripts
from feedd.generators.base import BasePreset
from feedd.generators.eleventy_data import CONFIGS, DATA_FILES, Cascade, Config, cascade, config, labels
from feedd.generators.scripts import UNKNOWN
from feedd.model import Article, Claim, Page, Problem, Resolved
from feedd.normalizer import references
from feedd.normalizer.claims import Stated, fold, read_claims
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.parse import FORMATS
from feedd.ports import Surroundings

# Names of collections that a site is built from; the starters' own filters leave these out of the tags they show.
COLLECTIONS = frozenset(("all", "nav", "post", "posts"))
# Formats that Eleventy does not have: what is written in them is no page of its site.
_NO_TEMPLATES = (
    "*.txt",
    "*.text",
    "*.rst",
    "*.rest",
    "*.markdown",
    "*.mdown",
    "*.mkd",
    "*.htm",
    "*.xhtml",
    "*.ipynb",
    "*.docx",
)
_ADDRESSES = frozenset(("permalink", "url", "link"))
# These mean something to Eleventy or to us alone, and are not taken from data files.
_NOT_HANDED_DOWN = frozenset(("permalink", "tags", "layout", "id", "guid", "uuid", "slug", "aliases"))


@dataclass(frozen=True, slots=True)
class EleventyPreset(BasePreset):
    config: Config = field(default_factory=Config)
    cascade: Cascade = field(default_factory=Cascade)

    def believe(self, article: Article) -> Article:
        article = _with_script_matter(article)
        path = self.path(article.key.path)
        data = self.cascade.of(path, article.matter)
        own, rest = _parted(article.claims)
        claims = [
            *self._decided(data, path, article.matter),
            *self._dates(article, own, path),
            *(claim for claim in own if claim.field not in ("tags", "date") and not _is_address(claim, article)),
            *self._handed_down(article, path),
            *(claim for claim in rest if not (claim.field == "date" and claim.rule in ("file name", "folder name"))),
            *self._author(),
        ]
        line = article.lines.get("permalink")
        problems = tuple(each for each in article.problems if not _is_about_permalink(each))
        if self._address(data, path, datetime(2000, 1, 1, tzinfo=UTC)) is None:
            message = "the permalink cannot be worked out without Eleventy; the address is made from the path"
            problems += (warning(FIELD, article.key.path, message, "set link: for this source", line),)
        return replace(article, claims=tuple(claims), problems=problems)

    def link(self, page: Page) -> str | None:
        path = self.path(page.path)
        data = {"title": page.title, **self.cascade.of(path, page.matter)}
        day = eleventy_links.day_of(data.get("date"), f"{self.below}/{page.path}", page.date)
        return self.on_site(self._address(data, path, day) or eleventy_links.default(path), page)

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        path = self.path(page.path)
        data = {"title": page.title, **self.cascade.of(path, page.matter)}
        engine = _engine(data.get("templateEngineOverride"), dict(self.config.engines).get(page.body_type, ""))
        if not engine:
            return Resolved(body)
        day = eleventy_links.day_of(data.get("date"), f"{self.below}/{page.path}", page.date)
        names = {**self._names(data, path, day), "page": {**self._page(path, day), "url": self.link(page)}}
        return eleventy_body.resolve(body, engine, names, page, self, around)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        """Links to templates by their path, from this file's folder or from the input folder on (the plugin
        InputPathToUrl), and pictures that are copied from beside the article."""
        if (found := references.other_article(target, page, self.below, around)) is not None:
            return found
        path, mark, part = target.partition("#")
        if path.lower().endswith((".md", ".html", ".njk", ".liquid")) and not urlsplit(target).scheme:
            address = self.address(path, around)
            if address is not None:
                return address + mark + part
        beside = references.beside(target, page, self.below)
        public = self.public(beside) if beside else None
        if beside and public is not None and around.media(beside) is not None:
            return page.site.url + self.on_site("/" + eleventy_links.literal(public).lstrip("/"), page)
        return None

    def files(self, path: str) -> tuple[str, ...]:
        name = path.lstrip("/")
        prefix = self.config.prefix.lstrip("/")
        names = dict.fromkeys((name, name.removeprefix(f"{prefix}/") if prefix else name))
        return tuple(dict.fromkeys(place for each in names for place in self._sources(each)))

    # --- for the files beside this one

    def path(self, path: str) -> str:
        """A path below the source, from Eleventy's input folder on."""
        whole = posixpath.join(self.below, path)
        root = self.config.input
        return whole[len(root) :].lstrip("/") if root and whole.startswith(f"{root}/") else whole

    def on_site(self, path: str, page: Page) -> str:
        """Below pathPrefix, where the site's address does not end in it already."""
        prefix = self.config.prefix
        return path if urlsplit(page.site.url).path.rstrip("/").endswith(prefix) else prefix + path

    def address(self, path: str, around: Surroundings) -> str | None:
        """The address of the template with this path from the input folder on."""
        whole = references.inside(posixpath.join(self.config.input, unquote(path).lstrip("/")))
        home = f"{self.below}/" if self.below else ""
        return around.address(whole.removeprefix(home)) if whole and whole.startswith(home) else None

    def public(self, path: str) -> str | None:
        """Where a file of the project is on the site, None if it is not copied there."""
        for source, target in self.config.copies:
            if not source or f"{path}/".startswith(f"{source}/"):
                return posixpath.join(target, path[len(source) :].lstrip("/")).rstrip("/")
        return None

    def template(self, name: str) -> tuple[str, ...]:
        """Where an include may lie."""
        place = posixpath.join(self.config.includes, name.removeprefix("./"))
        return place, f"{place}.liquid", f"{place}.html"

    # --- the steps

    def _sources(self, name: str) -> Iterator[str]:
        for source, target in self.config.copies:
            if not target or f"{name}/".startswith(f"{target}/"):
                yield posixpath.join(source, name[len(target) :].lstrip("/")).rstrip("/")
        yield posixpath.join(self.config.input, name)
        yield name

    def _decided(self, data: Mapping[str, Any], path: str, matter: Mapping[str, Any]) -> Iterator[Claim]:
        """What only Eleventy's rules say."""
        yield Claim("future", True, "Eleventy publishes dates to come at once")
        if eleventy_links.permalink(data.get("permalink")) is False:
            yield Claim("draft", True, "permalink: false, so it has no page")
        elif isinstance(data.get("pagination"), Mapping):
            yield Claim("draft", True, "pagination: it makes pages of a list")
        excluded = data.get("eleventyExcludeFromCollections")
        if excluded is True or COLLECTIONS.intersection(labels(excluded)) - {"nav"}:
            yield Claim("feeds", (), "eleventyExcludeFromCollections")
        tags = tuple(
            dict.fromkeys(tag for tag in labels(data.get("tags")) if tag not in self._collections(path, matter))
        )
        if tags:
            yield Claim("tags", tags, "front matter and data files" if self.cascade.places(path) else "front matter")

    def _collections(self, path: str, matter: Mapping[str, Any]) -> frozenset[str]:
        """Tags that are no topics: blog/blog.json puts everything in blog/ into the collection "blog"."""
        return COLLECTIONS | (frozenset(path.split("/")[:-1]) - frozenset(labels(matter.get("tags"))))

    def _dates(self, article: Article, own: list[Claim], path: str) -> Iterator[Claim]:
        """`date` in front matter or a data file, else the first date in the path. Words such as "Created" are left to
        what feedd itself knows of the file."""
        names = (*reversed(self.cascade.places(path)),)
        handed = next((self.cascade.local[name]["date"] for name in names if "date" in self.cascade.local[name]), None)
        stated = article.matter.get("date", handed)
        if stated is not None and not isinstance(stated, str | datetime) and not hasattr(stated, "year"):
            stated = None
        if isinstance(stated, str) and _WORDS.fullmatch(stated):
            return
        if stated is not None and stated == article.matter.get("date"):
            claims = [claim for claim in own if claim.field == "date"]
            yield from (replace(claim, value=_in_utc(claim.value)) for claim in claims)
        elif stated is not None:
            yield Claim("date", _in_utc(stated), "a data file")
        else:
            yield from (claim for claim in own if claim.field == "date")
            day = eleventy_links.first_date(f"{self.below}/{article.key.path}")
            if day:
                yield Claim("date", day, "the first date in the path")

    def _handed_down(self, article: Article, path: str) -> Iterator[Claim]:
        """What the data files say and the front matter does not, the nearest first."""
        given = {fold(str(key)) for key in article.matter}
        for place in reversed(self.cascade.places(path)):
            origin = self.cascade.origins[place]
            stated = [
                Stated(key, value, origin)
                for key, value in self.cascade.local[place].items()
                if fold(key) not in _NOT_HANDED_DOWN | given and fold(key) not in ("date", *_ADDRESSES)
            ]
            yield from read_claims(stated, article.key.path)[0]

    def _author(self) -> Iterator[Claim]:
        """The site's own author, as the starters keep it: `_data/metadata.json`."""
        for name, data in self.cascade.site.items():
            if name in ("metadata", "site", "meta") and isinstance(data, Mapping) and data.get("author"):
                author = data["author"]
                claims, _ = read_claims([Stated("author", author, f"{self.config.data}/{name}")], name)
                yield from claims

    def _address(self, data: Mapping[str, Any], path: str, day: datetime) -> str | None:
        """None if there is a permalink that cannot be worked out."""
        template = eleventy_links.permalink(data.get("permalink"))
        if not isinstance(template, str):
            return eleventy_links.default(path)
        if "{{" in template or "{%" in template:
            filled = eleventy_links.fill(template, self._names(data, path, day), eleventy_body.FILTERS)
            return None if filled is None else eleventy_links.literal(filled)
        return eleventy_links.literal(template)

    def _names(self, data: Mapping[str, Any], path: str, day: datetime) -> dict[str, Any]:
        computed = data.get("eleventyComputed")
        unknown = dict.fromkeys(map(str, computed), liquid_values.UNKNOWN) if isinstance(computed, Mapping) else {}
        return {**self.cascade.site, **data, **unknown, "page": self._page(path, day)}

    def _page(self, path: str, day: datetime) -> dict[str, Any]:
        return eleventy_links.page_data(path, posixpath.join(self.config.input, path), day)


# --- Claims -----------------------------------------------------------------------------------------------------------

_WORDS = re.compile(r"\s*(?:git\s+)?(?:created|last modified)\s*", re.IGNORECASE)
_NO_ZONE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
)


def _in_utc(value: Any) -> Any:
    """A time without a zone is in UTC to Eleventy; a day alone stays a day."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{value.strip()}Z" if isinstance(value, str) and _NO_ZONE.fullmatch(value.strip()) else value


def _parted(claims: tuple[Claim, ...]) -> tuple[list[Claim], list[Claim]]:
    """What the front matter (or a sidecar) says, and what was seen elsewhere."""
    own = [claim for claim in claims if claim.rule == "front matter" or claim.where]
    return own, [claim for claim in claims if claim not in own]


def _is_address(claim: Claim, article: Article) -> bool:
    """A page's address is Eleventy's matter: `link:` and `url:` are data, only a canonical address is one."""
    if claim.field != "url":
        return False
    lines = {article.lines.get(key) for key in article.lines if fold(key) in _ADDRESSES}
    return claim.line in lines


def _is_about_permalink(problem: Problem) -> bool:
    """A template is no address to the reader of front matter; here it may be one."""
    return problem.code == FIELD and problem.message.startswith("permalink ")


_MATTER = re.compile(r"---(?:js|javascript)[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def _with_script_matter(article: Article) -> Article:
    """Front matter in JavaScript: its literals (gray-matter's `---js`)."""
    found = _MATTER.match(article.body) if article.body_line == 1 and article.body.startswith("---j") else None
    if found is None or article.body_type not in FORMATS:
        return article
    text = found[1].strip()
    script = scripts.read(f"export default {text}" if text.startswith("{") else text)
    data = {key: value for key, value in (script.exported() or script.names).items() if value is not UNKNOWN}
    claims, problems = read_claims(
        [Stated(key, value, "front matter") for key, value in data.items()], article.key.path
    )
    title = next((claim.value for claim in claims if claim.field == "title"), None)
    line = found[0].count("\n") + 1
    reading = FORMATS[article.body_type](article.body[found.end() :], line, title)
    if isinstance(reading, Problem):
        return article
    from_path = tuple(claim for claim in article.claims if claim.rule in ("file name", "folder name"))
    return replace(
        article,
        claims=(*claims, *reading.claims, *from_path),
        body=reading.body,
        body_type=reading.body_type,
        body_line=reading.body_line,
        problems=(*article.problems, *problems),
        matter=data,
    )


def _engine(override: Any, usual: str) -> str:
    """Which template language a body is in: "liquid", "njk" or none."""
    if isinstance(override, str):
        return next((each for each in ("njk", "liquid") if each in override.split(",")), "")
    return "" if override is False else usual


# --- Making one -------------------------------------------------------------------------------------------------------


def make(files: Mapping[str, str], below: str) -> Made:
    found = config(files)
    data, computed = cascade(files, found)
    hint = "set link: for the source, if its addresses come out wrong"
    warnings = tuple((path, "the permalink is made by a program, which is not run", hint) for path in computed)
    return Made(EleventyPreset("eleventy", below, _ignored(found, below), found, data), warnings)


def _ignored(found: Config, below: str) -> tuple[str, ...]:
    """Patterns relative to the source: what is no template, Eleventy's own folders, what the project ignores, and the
    home page."""
    folders = (found.output, found.includes, found.layouts, found.data)
    home = (f"/{found.input}/{name}".replace("//", "/") for name in ("index.*", "404.*"))
    patterns = (*(f"/{folder}/" for folder in folders if folder), *found.ignores, *home)
    seen = (_seen_from(pattern, below) for pattern in dict.fromkeys(patterns))
    return (*_NO_TEMPLATES, *(pattern for pattern in seen if pattern))


def _seen_from(pattern: str, below: str) -> str | None:
    """A gitignore pattern of Eleventy's folder as one of the source's; None if it is about something else."""
    anchored = "/" in pattern.rstrip("/")
    if not below or not anchored:
        return pattern
    path = pattern.lstrip("/")
    if path.startswith("**"):
        return pattern
    return path[len(below) :] if path.startswith(f"{below}/") and path.rstrip("/") != below else None


KIND = Kind("eleventy", "Eleventy", CONFIGS, (*CONFIGS, ".eleventyignore", *DATA_FILES), make)
