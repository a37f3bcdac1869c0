"""Astro: content collections, the pages that show them, Markdown pages, as version 5 has them. Pure.

A collection's addresses are made by a program, src/pages/…/[slug].astro; its name and a look for the collection's name
in it are enough to know them. What is understood, what is not and why: docs/generators/astro.md.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from feedd.generators import Kind, Made, scripts
from feedd.generators.base import BasePreset
from feedd.generators.scripts import Call, Script
from feedd.model import Article, Claim, Page
from feedd.normalizer.claims import Stated, fold, read_claims

CONFIGS = ("astro.config.mjs", "astro.config.ts", "astro.config.js", "astro.config.mts", "astro.config.cjs")
COLLECTIONS = (
    "src/content.config.ts",
    "src/content.config.js",
    "src/content.config.mjs",
    "src/content/config.ts",
    "src/content/config.js",
    "src/content/config.mjs",
)
PAGES = "src/pages/"
CONTENT = "src/content/"
_NO_CONTENT = ("*.txt", "*.text", "*.rst", "*.rest", "*.htm", "*.xhtml", "*.ipynb", "*.docx")
# Names of dates in Astro's templates and its themes that nobody else uses.
_DATES = {"updateddate": "updated", "moddatetime": "updated", "pubdatetime": "date"}
# A dynamic page whose last part is called so lists articles and shows none.
_LISTS = frozenset(("page", "tag", "tags", "category", "categories", "author", "authors", "year", "series", "topic"))
_LANGUAGES = frozenset(("lang", "locale", "language"))
_COLLECTION_NAMES = frozenset(("collection", "section", "type"))


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of entries. `route` is the page that shows them: "/blog/{id}", with {lang} where it says a language;
    {page} is the id, or nothing for "index"."""

    name: str
    base: str
    route: str
    underscores: bool = False  # names that begin with one are entries too
    slugs: bool = True  # ids are made of paths in the usual way


@dataclass(frozen=True, slots=True)
class AstroPreset(BasePreset):
    base: str = ""  # "/docs": what every address on the site begins with
    public: str = "public"
    ending: str = "/"  # of an address: "/", "" or ".html"
    collections: tuple[Collection, ...] = ()
    redirects: tuple[tuple[str, str], ...] = ()  # (former path, path now)

    def believe(self, article: Article) -> Article:
        usable = [claim for claim in article.claims if not _is_bundled(claim) and not _is_data(claim, article)]
        claims = [
            Claim("future", True, "Astro publishes dates to come at once"),
            *(claim for claim in usable if claim.rule == "front matter"),
            *_dates(article),
            *(claim for claim in usable if claim.rule != "front matter"),
        ]
        address = self.path(article.key.path, article.matter, None)
        former = tuple(old for old, new in self.redirects if address and _same(new, address))
        if former:
            claims.append(Claim("aliases", tuple(self.base + old for old in former), "redirects in Astro's settings"))
        return replace(article, claims=tuple(claims))

    def link(self, page: Page) -> str | None:
        path = self.path(page.path, page.matter, page.language)
        return None if path is None else self.on_site(path, page)

    def files(self, path: str) -> tuple[str, ...]:
        name = path.lstrip("/")
        inside = name.removeprefix(f"{self.base.lstrip('/')}/") if self.base else name
        return tuple(dict.fromkeys(f"{self.public}/{each}" for each in (inside, name)))

    # --- addresses

    def on_site(self, path: str, page: Page) -> str:
        """Below `base`, where the site's address does not end in it already."""
        return path if urlsplit(page.site.url).path.rstrip("/").endswith(self.base) else self.base + path

    def path(self, path: str, matter: Mapping[str, Any], language: str | None) -> str | None:
        """The page of a file of the source, without `base`; None if it is in no collection and no page."""
        whole = posixpath.join(self.below, path)
        fitting = [each for each in self.collections if whole.startswith(f"{each.base}/")]
        if fitting:
            collection = max(fitting, key=lambda each: len(each.base))
            name = whole[len(collection.base) + 1 :]
            slug = matter.get("slug")
            entry = (
                slug if isinstance(slug, str) and slug.strip() else _entry_id(name) if collection.slugs else _stem(name)
            )
            return self._ended(_filled(collection.route, entry, language))
        if whole.startswith(PAGES):
            name = _stem(whole.removeprefix(PAGES))
            return self._ended(name.removesuffix("index") if name in ("index",) or name.endswith("/index") else name)
        return None

    def _ended(self, path: str) -> str:
        plain = quote(path.strip("/"), safe="/-._~!$&'()*+,;=:@")
        return f"/{plain}{self.ending}" if plain else "/"


def _entry_id(name: str) -> str:
    """The id that a file of a collection has (content/utils.js, getContentEntryIdAndSlug)."""
    return re.sub(r"/index$", "", "/".join(github_slug(part) for part in _stem(name).split("/")))


def _stem(name: str) -> str:
    return posixpath.splitext(name)[0]


def github_slug(text: str) -> str:
    """As the library github-slugger: letters, digits, marks, "_" and "-" stay, blanks become "-"."""
    kept = (each for each in text.lower() if each in "- " or unicodedata.category(each)[0] in "LMN" or each == "_")
    return "".join(kept).replace(" ", "-")


def _filled(route: str, entry: str, language: str | None) -> str:
    """The page of an entry. Entries of a site in several languages stand in a folder for each."""
    if "{lang}" in route:
        first, slash, rest = entry.partition("/")
        language, entry = (first, rest) if slash else (language or first, entry)
        route = route.replace("{lang}", language)
    return route.replace("{id}", entry).replace("{page}", "" if entry == "index" else entry)


def _same(one: str, other: str) -> bool:
    return one.strip("/").removesuffix(".html") == other.strip("/").removesuffix(".html")


# --- Claims -----------------------------------------------------------------------------------------------------------


def _dates(article: Article) -> Iterator[Claim]:
    for key, value in article.matter.items():
        field = _DATES.get(fold(str(key)))
        if field is not None:
            stated = Stated(field, value, "front matter", article.lines.get(str(key)))
            yield from read_claims([stated], article.key.path)[0]


def _is_bundled(claim: Claim) -> bool:
    """Is it a picture in src/? Astro writes those under names of its own, which nobody else can know."""
    return claim.field == "image" and isinstance(claim.value, str) and claim.value.startswith((".", "~/", "@"))


def _is_data(claim: Claim, article: Article) -> bool:
    """`url:` and `link:` are data of the theme; of addresses only a canonical one counts."""
    names = [key for key, line in article.lines.items() if line == claim.line]
    return claim.field == "url" and bool(names) and not any("canonical" in fold(name) for name in names)


# --- Making one -------------------------------------------------------------------------------------------------------


def make(files: Mapping[str, str], below: str) -> Made:
    text = next((files[name] for name in CONFIGS if name in files), "")
    config = scripts.read(text).exported()
    base = config.get("base")
    public = config.get("publicDir")
    starlight = re.search(r"\bstarlight\s*\(", text) is not None
    collections = tuple(_collections(files, starlight))
    preset = AstroPreset(
        "astro",
        below,
        _ignored(collections, below),
        base="/".join(("", *filter(None, base.split("/")))) if isinstance(base, str) else "",
        public=posixpath.normpath(public.strip("/")) if isinstance(public, str) else "public",
        ending=_ending(config),
        collections=collections,
        redirects=tuple(_redirects(config.get("redirects"))),
    )
    return Made(preset, tuple(_warnings(files, collections)))


def _ending(config: Mapping[str, Any]) -> str:
    """What an address ends with: https://docs.astro.build/en/reference/configuration-reference/#buildformat"""
    build = config.get("build")
    if isinstance(build, dict) and build.get("format") in ("file", "preserve"):
        return "" if config.get("trailingSlash") == "never" else ".html"
    return "" if config.get("trailingSlash") == "never" else "/"


def _redirects(given: Any) -> Iterator[tuple[str, str]]:
    for old, new in given.items() if isinstance(given, dict) else ():
        target = new.get("destination") if isinstance(new, dict) else new
        if isinstance(target, str) and target.startswith("/") and "[" not in old:
            yield old, target


def _collections(files: Mapping[str, str], starlight: bool) -> Iterator[Collection]:
    """Those that are defined, and one for each folder in src/content that a page shows."""
    script = scripts.read(next((files[name] for name in COLLECTIONS if name in files), ""))
    routes = tuple(_routes(files))
    named = _defined(script)
    for page in routes:
        for name in page.collections:
            named.setdefault(name, (f"{CONTENT}{name}", "", True))
    if starlight:
        named.setdefault("docs", (f"{CONTENT}docs", "", True))
    for name, (base, pattern, usual) in sorted(named.items()):
        own = "/{page}" if starlight and name == "docs" else _route_of(name, routes)
        yield Collection(name, base, own, bool(pattern) and "_" not in pattern, usual)
    yield Collection("", CONTENT.rstrip("/"), _route_of("", routes) if _any_collection(routes) else "/{id}")


def _defined(script: Script) -> dict[str, tuple[str, str, bool]]:
    """By name: (folder, pattern, are ids made in the usual way)."""
    found: dict[str, tuple[str, str, bool]] = {}
    collections = script.names.get("collections")
    for name, value in collections.items() if isinstance(collections, dict) else ():
        options = value.arguments[0] if isinstance(value, Call) and value.arguments else {}
        loader = options.get("loader") if isinstance(options, dict) else None
        given = loader.arguments[0] if isinstance(loader, Call) and loader.arguments else {}
        given = given if isinstance(given, dict) else {}
        base, pattern = given.get("base"), given.get("pattern")
        patterns = pattern if isinstance(pattern, list) else [pattern]
        folder = posixpath.normpath(base.strip("/")) if isinstance(base, str) else f"{CONTENT}{name}"
        told = " ".join(each for each in patterns if isinstance(each, str))
        found[name] = folder, told, "generateId" not in given
    return found


@dataclass(frozen=True, slots=True)
class _Route:
    """A page with parts in brackets. `collections` are those that its program asks for."""

    parts: tuple[str, ...]
    collections: tuple[str, ...]
    shows: bool  # it renders an entry


_PART = re.compile(r"\[(\.\.\.)?([\w$-]+)\]")
_ASKS = re.compile(r"\bget(?:Collection|Entry|CollectionStaticPaths)\s*\(\s*[\"'`]([\w-]+)[\"'`]")
_SHOWS = re.compile(r"<Content\b|\brender\s*\(")


def _routes(files: Mapping[str, str]) -> Iterator[_Route]:
    for path, text in sorted(files.items()):
        name = path.removeprefix(PAGES)
        parts = tuple(_stem(name).removesuffix("/index").split("/"))
        if path.startswith(PAGES) and path.endswith(".astro") and _PART.search(parts[-1]):
            yield _Route(parts, tuple(dict.fromkeys(_ASKS.findall(text))), _SHOWS.search(text) is not None)


def _any_collection(routes: tuple[_Route, ...]) -> bool:
    return any(
        _PART.fullmatch(part) and part.strip("[].") in _COLLECTION_NAMES for each in routes for part in each.parts
    )


def _route_of(name: str, routes: tuple[_Route, ...]) -> str:
    """The page that most likely shows this collection; /name/id where none does."""
    best: tuple[int, str] = (0, f"/{name}/{{id}}" if name else "/{id}")
    for each in routes:
        template = _template(each.parts, name)
        if template is None:
            continue
        said = name in each.collections
        generic = not each.collections and (f"{name}/" in f"{'/'.join(each.parts)}/" or "[collection]" in each.parts)
        score = (4 if said else 2 if generic else 0) + (1 if each.shows and (said or generic) else 0)
        best = max(best, (score, template), key=lambda pair: pair[0])
    return best[1]


def _template(parts: tuple[str, ...], name: str) -> str | None:
    """ "/blog/{id}" for ("blog", "[...slug]"); None if some part cannot be told, or it is a list."""
    made = []
    for at, part in enumerate(parts):
        found = _PART.fullmatch(part)
        if found is None and "[" not in part:
            made.append(part)
        elif found and found[2] in _LANGUAGES:
            made.append("{lang}")
        elif found and found[2] in _COLLECTION_NAMES and at < len(parts) - 1:
            made.append(name)
        elif found and at == len(parts) - 1 and found[2].lower() not in _LISTS:
            made.append("{id}")
        else:
            return None
    return "/" + "/".join(part for part in made if part)


def _ignored(collections: tuple[Collection, ...], below: str) -> tuple[str, ...]:
    """Names that begin with "_" are no pages, and no entries unless the collection's pattern takes them."""
    bases = [each.base for each in collections if each.name and not each.underscores] or [CONTENT.rstrip("/")]
    patterns = []
    for base in dict.fromkeys((PAGES.rstrip("/"), *bases)):
        if f"{below}/".startswith(f"{base}/"):
            patterns.append("_*")
        elif not below or base.startswith(f"{below}/"):
            patterns.append(f"/{base[len(below) :].lstrip('/')}/**/_*")
    return (*_NO_CONTENT, *patterns)


def _warnings(files: Mapping[str, str], collections: tuple[Collection, ...]) -> Iterator[tuple[str, str, str]]:
    name = next((name for name in COLLECTIONS if name in files), "")
    for each in collections:
        if not each.slugs:
            message = f"the ids of the collection {each.name} are made by a program (generateId), which is not run"
            yield name, message, "set link: for the source, if its addresses come out wrong"


KIND = Kind("astro", "Astro", CONFIGS, (*CONFIGS, *COLLECTIONS, f"{PAGES}**/*.astro"), make)
