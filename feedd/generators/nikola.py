"""Nikola: `.. title:` heads, folders from POSTS, settings in `conf.py`.

The address of a post is language + destination of its POSTS row + folder below the row's + slug
(nikola/post.py, `Post.permalink`). `believe` finds the row and the language from the file's path and keeps the address
with the article for `link`.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urljoin
from zoneinfo import ZoneInfo

from feedd.generators import Kind, Made, nikola_body
from feedd.generators.base import BasePreset
from feedd.generators.nikola_settings import CONF, NO_RULES, Row, Rules, ignored, read_rules
from feedd.generators.transliterate import to_ascii
from feedd.model import Article, Claim, Page, Person, Problem, Resolved
from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.values import read_authors, read_labels, read_language
from feedd.ports import Surroundings

_URL = "nikola: url"  # where `believe` leaves the address for `link`; no head can have such a key
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class _Place:
    """What a path says: the row, the folder below it, the language, the name of the file without language."""

    row: Row
    inner: str
    language: str
    stem: str


@dataclass(frozen=True, slots=True)
class _Known:
    value: Any
    rule: str
    line: int | None = None

    @property
    def text(self) -> str:
        return "" if self.value is None or isinstance(self.value, list | Mapping) else str(self.value).strip()


@dataclass(frozen=True, slots=True)
class NikolaPreset(BasePreset):
    rules: Rules = NO_RULES

    # --- what the file is

    @property
    def suffixes(self) -> tuple[tuple[str, str], ...]:
        """Its compiler for reStructuredText takes .txt, too (conf.py, COMPILERS)."""
        return ((".txt", "rst"),)

    def believe(self, article: Article) -> Article:
        path = posixpath.join(self.below, article.key.path)
        place = self._place(path)
        if place is None:
            return replace(article, claims=(Claim("draft", True, f"no row of POSTS in {CONF} fits"), *article.claims))
        known = self._metadata(article, path, place)
        slug, problems = self._slug(known, place, article)
        url = self._permalink(place, slug, known)
        claims = [
            *_claim("title", known, known["title"].text),
            *_claim("date", known, self._moment(known.get("date"))),
            *_claim("updated", known, self._moment(known.get("updated"))),
            *self._people(known, place),
            *self._labels(known, place),
            *_language(place),
            *_claim("slug", known, slug),
            *self._visibility(known, place),
            *self._image(known, url),
        ]
        if self.rules["FUTURE_IS_NOW"]:
            claims.append(Claim("future", True, f"FUTURE_IS_NOW in {CONF}"))
        others = (claim for claim in article.claims if claim.field not in _DECIDED)
        return replace(
            article,
            claims=(*claims, *others),
            problems=(*article.problems, *problems),
            matter={**article.matter, _URL: url},
        )

    def _place(self, path: str) -> _Place | None:
        """nikola/plugins/misc/scan_posts.py: the first row whose folder and pattern fit."""
        folder, _, name = path.rpartition("/")
        plain, language = self._without_language(name)
        for row in self.rules.rows:
            if f"{folder}/".startswith(f"{row.folder}/" if row.folder else "") and (
                fnmatchcase(plain, row.name) or fnmatchcase(name, row.name)
            ):
                inner = folder.removeprefix(row.folder).lstrip("/")
                return _Place(row, inner, language, plain.rpartition(".")[0] or plain)
        return None

    def _without_language(self, name: str) -> tuple[str, str]:
        """("trip.rst", "es") for trip.es.rst (nikola/utils.py, get_translation_candidate)."""
        for language, _ in self.rules.languages:
            before, after = self.rules["TRANSLATIONS_PATTERN"].replace("{lang}", language).split("{path}")
            ending = after.replace("{ext}", "")
            stem, dot, suffix = name.rpartition(".")
            if before == "" and ending.startswith(".") and ending.endswith(".") and len(ending) > 2:
                if f"{stem}{dot}".endswith(ending) and len(stem) + 1 > len(ending):
                    return f"{stem[: len(stem) + 1 - len(ending)]}.{suffix}", language
            elif name.endswith(f".{language}") and after == "{ext}".join((".", f".{language}")):
                return name.removesuffix(f".{language}"), language
        return name, self.rules["DEFAULT_LANG"]

    def _metadata(self, article: Article, path: str, place: _Place) -> dict[str, _Known]:
        """nikola/post.py, get_meta: the file's name, then the head; a sidecar is in the head already."""
        known = {}
        pattern = self.rules["FILE_METADATA_REGEXP"]
        match = _compiled(pattern).match(path[:_LONGEST]) if pattern else None
        for key, value in (match.groupdict() if match else {}).items():
            name = key.lower().strip()
            if value is not None:
                known[name] = _Known(self._readable(value) if name == "title" else value, "file name")
        names = dict(self.rules.mapping)
        for key, value in article.matter.items():
            known[names.get(key, key)] = _Known(value, "front matter", article.lines.get(key))
        if article.body_type == "rst":
            # `:title:` in a field list is docutils' own; believed after Nikola's head.
            for claim in article.claims:
                if claim.rule in ("field list", "document title") and claim.field in ("title", "date"):
                    known.setdefault(claim.field, _Known(claim.value, claim.rule, claim.line))
        if not known.get("title", _Known("", "")).text:
            known["title"] = _Known(posixpath.basename(path).rpartition(".")[0], "file name")
        return known

    def _readable(self, slug: str) -> str:
        """nikola/utils.py, unslugify (without discarding numbers)."""
        if not self.rules["FILE_METADATA_UNSLUGIFY_TITLES"]:
            return slug
        return re.sub(r"[_\-.]", " ", slug).strip().capitalize()

    def _slug(self, known: Mapping[str, _Known], place: _Place, article: Article) -> tuple[str, tuple[Problem, ...]]:
        if "slug" in known and known["slug"].text:
            return known["slug"].text, ()
        slug = self._slugify(place.stem)
        if slug is not None:
            return slug, ()
        message = f'the slug of "{place.stem[:60]}" is not known: Nikola spells it in ASCII with the library Unidecode'
        hint = 'add ".. slug: …" to the article, or install Unidecode beside feedd'
        return place.stem, (warning(FIELD, article.key.path, message, hint),)

    def _slugify(self, text: str) -> str | None:
        """nikola/utils.py, slugify."""
        if not self.rules["USE_SLUGIFY"]:
            return re.sub(r"[/\\?#\"'\r\n\t*:<>|]", "-", text)
        spelled = to_ascii(text[:_LONGEST])
        return None if spelled is None else re.sub(r"[-\s]+", "-", re.sub(r"[^+\w\s-]", "", spelled).strip().lower())

    def _moment(self, known: _Known | None) -> str | None:
        """A time without a zone is in TIMEZONE; a day stays a day. (" UTC+02:00" is +02:00, nikola/utils.py.)"""
        if known is None or not known.text:
            return None
        text = re.sub(r" UTC(?=[+-][0-9][0-9]:[0-9][0-9])", "", known.text)
        parsed = parse_date(text, ZoneInfo(self.rules["TIMEZONE"]))
        return parsed.instant.isoformat() if isinstance(parsed, ParsedDate) and not parsed.date_only else text

    def _people(self, known: Mapping[str, _Known], place: _Place) -> Iterator[Claim]:
        if "author" in known and known["author"].text:
            each = known["author"]
            people = read_authors([name.strip() for name in each.text.split(",")], None, "author")
            if isinstance(people, tuple):
                yield Claim("authors", people, each.rule, each.line)
        elif name := _of_language(self.rules["BLOG_AUTHOR"], place.language, self.rules["DEFAULT_LANG"]):
            yield Claim("authors", (Person(name),), f"BLOG_AUTHOR in {CONF}")

    def _labels(self, known: Mapping[str, _Known], place: _Place) -> Iterator[Claim]:
        tags = tuple(each for each in self._tags(known) if not self._is_mark(each))
        if tags:
            yield Claim("tags", tags, known["tags"].rule, known["tags"].line)
        name = next((name for name in ("category", "section") if name in known and known[name].text), None)
        if name is not None:
            yield Claim("categories", (known[name].text,), known[name].rule, known[name].line)
        elif self.rules["CATEGORY_DESTPATH_AS_DEFAULT"] and (category := self._category(place)):
            yield Claim("categories", (category,), f"CATEGORY_DESTPATH_AS_DEFAULT in {CONF}")

    def _tags(self, known: Mapping[str, _Known]) -> list[str]:
        value = known["tags"].value if "tags" in known else ""
        found = read_labels(value if isinstance(value, list) else str(value or "").split(","), None, "tags")
        return list(found) if isinstance(found, tuple) else []

    def _is_mark(self, tag: str) -> bool:
        """Tags that are marks: `draft` is one in any case of letters (nikola/post.py, _set_tags)."""
        return bool(self.rules["USE_TAG_METADATA"]) and (tag.lower() == "draft" or tag == "private")

    def _category(self, place: _Place) -> str:
        trim = self.rules["CATEGORY_DESTPATH_TRIM_PREFIX"] and place.inner
        category = place.inner if trim else _joined(self._destination(place), place.inner)
        if self.rules["CATEGORY_DESTPATH_FIRST_DIRECTORY_ONLY"]:
            category = category.split("/")[0]
        return dict(self.rules.names).get(category, category)

    def _visibility(self, known: Mapping[str, _Known], place: _Place) -> Iterator[Claim]:
        status = known["status"].text if "status" in known else ""
        mark = next((each for each in self._tags(known) if self._is_mark(each)), None)
        if not place.row.posts:
            yield Claim("draft", True, f"a page of the site, PAGES in {CONF}")
        elif status in ("draft", "private"):
            yield Claim("draft", True, f"{known['status'].rule}, status {status}", known["status"].line)
        elif mark is not None:
            yield Claim("draft", True, f"{known['tags'].rule}, tag {mark}", known["tags"].line)

    def _image(self, known: Mapping[str, _Known], url: str) -> Iterator[Claim]:
        """`previewimage` is relative to the page, which is not always what stands beside the file."""
        given = known["previewimage"].text if "previewimage" in known else ""
        image = given or self.rules["DEFAULT_PREVIEW_IMAGE"]
        if isinstance(image, str) and image:
            rule = known["previewimage"].rule if given else f"DEFAULT_PREVIEW_IMAGE in {CONF}"
            yield Claim("image", urljoin(url, image), rule, known["previewimage"].line if given else None)

    # --- where it is

    def _destination(self, place: _Place) -> str:
        found = dict(place.row.destinations)
        return found.get(place.language, found.get(self.rules["DEFAULT_LANG"], next(iter(found.values()), "")))

    def _permalink(self, place: _Place, slug: str, known: Mapping[str, _Known]) -> str:
        """nikola/post.py, Post.permalink and has_pretty_url."""
        stated = _truth(known["pretty_url"].text) if "pretty_url" in known else None
        pretty = stated if stated is not None else self.rules["PRETTY_URLS"] and slug != "index"
        folders = _joined(dict(self.rules.languages).get(place.language, ""), self._destination(place), place.inner)
        pieces = [each for each in folders.split("/") if each and each != "."]
        link = "/" + "/".join([*pieces, *((slug, "index.html") if pretty else (f"{slug}.html",))])
        index = self.rules["INDEX_FILE"]
        if self.rules["STRIP_INDEXES"] and link.endswith(f"/{index}"):
            link = link.removesuffix(index)
        return quote(unquote(unicodedata.normalize("NFC", link)))  # nikola/utils.py, encodelink

    def link(self, page: Page) -> str | None:
        url = page.matter.get(_URL)
        return url if isinstance(url, str) else None

    # --- what stands in it

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        return nikola_body.resolve(body, page, around, self.below)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        return None  # Nikola, too, takes addresses as a browser on the page does

    def files(self, path: str) -> tuple[str, ...]:
        path = path.lstrip("/")
        found = []
        for folder, target in self.rules.folders:
            below = f"{target}/" if target else ""
            if path.startswith(below):
                found.append(posixpath.join(folder, path.removeprefix(below)))
        return (*found, path)


# --- Values -----------------------------------------------------------------------------------------------------------

_DECIDED = frozenset(("title", "date", "updated", "draft", "authors", "categories", "tags", "language", "slug", "url"))


def _claim(field: str, known: Mapping[str, _Known], value: str | None) -> list[Claim]:
    each = known.get(field, _Known("", "file name"))
    return [Claim(field, value, each.rule, each.line)] if value else []


def _language(place: _Place) -> list[Claim]:
    tag = read_language(place.language, None, "lang")
    return [Claim("language", tag, "file name, or DEFAULT_LANG")] if isinstance(tag, str) else []


def _of_language(value: Any, language: str, default: str) -> str:
    """A setting that may be one text, or one for each language."""
    if isinstance(value, tuple):
        found = dict(value)
        value = found.get(language, found.get(default, ""))
    return value if isinstance(value, str) else ""


def _truth(text: str) -> bool | None:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower())


def _joined(*parts: str) -> str:
    path = posixpath.normpath("/".join(part for part in parts if part) or ".")
    return "" if path == "." else path.strip("/")


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def make(files: Mapping[str, str], below: str) -> Made:
    rules, warnings = read_rules(files)
    return Made(NikolaPreset("nikola", below, tuple(ignored(rules, below)), rules), warnings, rules["TIMEZONE"])


KIND = Kind("nikola", "Nikola", (CONF,), (CONF,), make)
