"""Pelican: articles with `Key: value` heads below `PATH`, settings in `pelicanconf.py`.

Everything that Pelican knows of a file is metadata, collected from the settings' defaults, the file's path and its
head, each beating the one before (pelican/readers.py, `Readers.read_file`). The address is a template filled from it
(pelican/contents.py). So `believe` does the same once, and keeps the two addresses (`url` and `save_as`) with the
article for `link` and `refer`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from feedd.generators import Kind, Made, liquid_tags
from feedd.generators.base import BasePreset
from feedd.generators.clock import wall_clock
from feedd.generators.pelican_metadata import Known, collect
from feedd.generators.pelican_settings import CONF, NO_RULES, PUBLISH, Rules, read_rules
from feedd.generators.pelican_text import SUBSTITUTIONS, fill, month_first, slugify, strip_tags
from feedd.generators.python_markdown import without_contents_mark
from feedd.model import Article, Claim, Page, Person, Problem, Resolved
from feedd.normalizer import references
from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.findings import FIELD, warning
from feedd.normalizer.values import read_authors, read_language
from feedd.ports import Surroundings

# Where `believe` leaves what `link` and `refer` need; no head can have such keys.
_URL, _SAVE_AS = "pelican: url", "pelican: save_as"
_DECIDED = frozenset(("title", "date", "updated", "draft", "authors", "categories", "tags", "language", "slug", "url"))


@dataclass(frozen=True, slots=True)
class PelicanPreset(BasePreset):
    rules: Rules = NO_RULES
    prefix: str = ""  # what stands before a path below the source in a path below PATH ("posts/")
    inner: str = ""  # the other way round: PATH as seen from the source ("content/")

    # --- what the file is

    def believe(self, article: Article) -> Article:
        path = self._below_path(article.key.path)
        known = collect(article, path, self.rules)
        title = strip_tags(known["title"].text) if "title" in known else ""
        slug, problems = self._slug(known, title, article)
        status = known["status"].text.lower() if "status" in known else "published"
        language = known["lang"].text if "lang" in known else self.rules["DEFAULT_LANG"].lower()
        date, wall = self._moment(known.get("date"))
        claims = [
            *_claim("title", title, known.get("title")),
            *_claim("date", date, known.get("date")),
            *_claim("updated", self._moment(known.get("modified"))[0], known.get("modified")),
            *self._people(known),
            *self._labels(known),
            *_language(language, known.get("lang")),
            *_claim("slug", slug, known.get("slug")),
            *self._visibility(status, known, title, path),
        ]
        if self.rules["WITH_FUTURE_DATES"]:
            claims.append(Claim("future", True, "WITH_FUTURE_DATES"))
        fields = self._fields(known, path, slug, language, wall)
        addresses = self._addresses(known, fields, status, language, self._is_page(path))
        others = (claim for claim in article.claims if claim.field not in _DECIDED)
        return replace(
            article,
            claims=(*claims, *others),
            problems=(*(each for each in article.problems if not _is_about_url(each)), *problems),
            matter={**article.matter, **addresses},
        )

    def _below_path(self, path: str) -> str:
        """The path of an article below PATH, as Pelican sees it."""
        return path.removeprefix(self.inner) if self.inner else self.prefix + path

    def _is_page(self, path: str) -> bool:
        return any(f"{path}/".startswith(f"{each.strip('/')}/") for each in self.rules["PAGE_PATHS"] if each)

    def _slug(self, known: Mapping[str, Known], title: str, article: Article) -> tuple[str, tuple[Problem, ...]]:
        if "slug" in known:
            return known["slug"].text, ()
        source = known["title"].text if "title" in known else ""
        if self.rules["SLUGIFY_SOURCE"] == "basename":
            source = article.key.path.rpartition("/")[2].rpartition(".")[0]
        slug = self._slugify(source, "SLUG")
        if slug is not None:
            return slug, ()
        where, line = article.key.path, known["title"].line if "title" in known else None
        problem = warning(
            FIELD,
            where,
            f'the slug of "{title[:60]}" is not known: Pelican spells it in ASCII with the library Unidecode',
            'add "Slug: …" to the article, or install Unidecode beside feedd',
            line,
        )
        return self._slugify(source, "SLUG", keep=True) or "", (problem,)

    def _slugify(self, text: str, kind: str, *, keep: bool = False) -> str | None:
        """`keep` leaves letters as they are."""
        table = dict(self.rules.substitutions).get(kind, SUBSTITUTIONS)
        letters, case = keep or self.rules["SLUGIFY_USE_UNICODE"], self.rules["SLUGIFY_PRESERVE_CASE"]
        return slugify(text, table, letters=letters, case=case)

    def _moment(self, known: Known | None) -> tuple[str | None, datetime | None]:
        """(the date for feedd, the clock that the author looked at, which addresses are made of). A time without a zone
        is in TIMEZONE; a day stays a day."""
        if known is None:
            return None, None
        text = month_first(" ".join(known.text.replace("_", " ").split()))
        zoned = parse_date(text, ZoneInfo(self.rules["TIMEZONE"]))
        if not isinstance(zoned, ParsedDate):
            return known.text, None
        return text if zoned.date_only else zoned.instant.isoformat(), wall_clock(text)

    def _people(self, known: Mapping[str, Known]) -> Iterator[Claim]:
        """`authors`, else `author`, else AUTHOR."""
        for name in ("authors", "author"):
            if name in known:
                each = known[name]
                people = read_authors(each.items if name == "authors" else [each.text], None, name)
                if isinstance(people, tuple):
                    yield Claim("authors", people, each.rule, each.line)
                    return
        if self.rules["AUTHOR"]:
            yield Claim("authors", (Person(self.rules["AUTHOR"]),), f"AUTHOR in {CONF}")

    def _labels(self, known: Mapping[str, Known]) -> Iterator[Claim]:
        if "category" in known and known["category"].text:
            category = known["category"]
            yield Claim("categories", (category.text,), category.rule, category.line)
        if "tags" in known and known["tags"].items:
            yield Claim("tags", tuple(known["tags"].items), known["tags"].rule, known["tags"].line)

    def _visibility(self, status: str, known: Mapping[str, Known], title: str, path: str) -> Iterator[Claim]:
        """What no list of Pelican's shows is a draft: by its status, or for want of a title or a date. (With
        DEFAULT_DATE "fs" the file's time is one.)"""
        if status != "published":
            each = known["status"]
            yield Claim("draft", True, f"{each.rule}, status {status[:20]}", each.line)
        elif not title:
            yield Claim("draft", True, "Pelican publishes nothing without a title")
        elif "date" not in known and self.rules["DEFAULT_DATE"] != "fs":
            yield Claim("draft", True, "Pelican publishes nothing without a date")
        elif self._is_page(path):
            yield Claim("draft", True, "a page of the site, below PAGE_PATHS")

    # --- where it is

    def _fields(
        self, known: Mapping[str, Known], path: str, slug: str, language: str, wall: datetime | None
    ) -> dict[str, Any]:
        """What a template of an address may name (pelican/contents.py, `url_format`)."""
        author = self.rules["AUTHOR"] or ""
        if "author" in known:
            author = known["author"].text
        elif "authors" in known:
            author = next(iter(known["authors"].items), author)
        category = known["category"].text if "category" in known else ""
        return {
            **{name: each.text for name, each in known.items()},
            "path": known["path"].text if "path" in known else path,
            "slug": slug,
            "lang": language,
            "date": wall,
            "author": self._slugify(author, "AUTHOR") if author else "",
            "category": self._slugify(category, "CATEGORY") if category else "",
        }

    def _addresses(
        self, known: Mapping[str, Known], fields: Mapping[str, Any], status: str, language: str, page: bool
    ) -> dict[str, str]:
        kind = "PAGE" if page else "DRAFT" if status == "draft" else "ARTICLE"
        kind += "" if language == self.rules["DEFAULT_LANG"].lower() else "_LANG"
        found = {}
        for key, name in ((_URL, "url"), (_SAVE_AS, "save_as")):
            given = known[name].text if name in known else None
            address = given or fill(self.rules[f"{kind}_{name.upper()}"], fields)
            if address is not None:
                found[key] = address
        return found

    def link(self, page: Page) -> str | None:
        url = page.matter.get(_URL)
        return "/" + url.lstrip("/") if isinstance(url, str) and url else None

    # --- what it refers to

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        if page.body_type != "markdown":
            return Resolved(body)
        has_contents = re.search(r"\btoc\b", str(self.rules["MARKDOWN"])) is not None
        text = without_contents_mark(body) if has_contents else body
        has_tags = any("liquid_tags" in plugin for plugin in self.rules["PLUGINS"])
        return liquid_tags.resolve(text) if has_tags else Resolved(text)

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        """pelican/contents.py, `_link_replacer`. A plain link to another article's file is understood too; Pelican
        leaves such a link broken."""
        found = _INTRASITE.match(target)
        if found is None:
            return references.other_article(target, page, self.below, around)
        what, value = found[1], unescape(found[2])
        path = re.split(r"[?#]", value, maxsplit=1)[0]
        rest = value[len(path) :]
        find = _REFERS.get(what)
        address = find(self, path, page, around) if find else None
        if address is None:
            return None
        return (address if "://" in address else f"{page.site.url}/{quote(address.lstrip('/'), safe=_SAFE)}") + rest

    def _to_article(self, path: str, page: Page, around: Surroundings) -> str | None:
        for each in dict.fromkeys((path, unquote(path))):
            below = self._meant(each, page)
            source = self._below_source(below) if below else None
            if source is not None and (address := around.address(source)):
                return address
        return self._to_static(path, page, around)

    def _to_static(self, path: str, page: Page, around: Surroundings) -> str | None:
        below = self._meant(unquote(path), page)
        return self._static(below) if below else None

    def _static(self, path: str) -> str | None:
        metadata = {name: value for place, each in self.rules.extra if path == place for name, value in each}
        if metadata.get("url"):
            return str(metadata["url"])
        return fill(self.rules["STATIC_URL"], {"path": path, **metadata})

    def _to_attached(self, path: str, page: Page, around: Surroundings) -> str | None:
        """The file moves to where the page is written: beside it, or as far below it as it is in the source
        (pelican/contents.py, `Static.attach_to`)."""
        below = self._meant(unquote(path), page)
        save_as = page.matter.get(_SAVE_AS)
        if below is None or not isinstance(save_as, str):
            return None
        if any(name in ("url", "save_as") for place, each in self.rules.extra if below == place for name, _ in each):
            return self._static(below)
        folder = posixpath.dirname(self._below_path(page.path))
        inside = below.startswith(f"{folder}/") if folder else True
        tail = posixpath.relpath(below, folder or ".") if inside else posixpath.basename(below)
        return posixpath.join(posixpath.dirname(save_as), tail)

    def _meant(self, path: str, page: Page) -> str | None:
        """A path below PATH, from one that is written in an article: "/…" begins at PATH, others beside the article."""
        folder = "" if path.startswith("/") else posixpath.dirname(self._below_path(page.path))
        return references.inside(posixpath.join(folder, path.lstrip("/"))) if path else None

    def _below_source(self, path: str) -> str | None:
        if self.inner:
            return self.inner + path
        return path.removeprefix(self.prefix) if path.startswith(self.prefix) else None

    def _to_index(self, path: str, page: Page, around: Surroundings) -> str | None:
        return str(self.rules["INDEX_SAVE_AS"])

    def _to_category(self, path: str, page: Page, around: Surroundings) -> str | None:
        return self._of_label(path, "CATEGORY")

    def _to_tag(self, path: str, page: Page, around: Surroundings) -> str | None:
        return self._of_label(path.strip(), "TAG")

    def _to_author(self, path: str, page: Page, around: Surroundings) -> str | None:
        return self._of_label(path, "AUTHOR")

    def _of_label(self, name: str, kind: str) -> str | None:
        slug = self._slugify(name, kind)
        return fill(self.rules[f"{kind}_URL"], {"slug": slug, "name": name}) if slug else None

    def files(self, path: str) -> tuple[str, ...]:
        path = path.lstrip("/")
        moved = (place for place, each in self.rules.extra if dict(each).get("path") == path)
        return tuple(posixpath.join(self.rules.path, each) for each in (*moved, path))


def _is_about_url(problem: Problem) -> bool:
    """`url: blog/hello/` is no address elsewhere, and is one here."""
    return problem.code == FIELD and problem.message.casefold().startswith('url "')


def _claim(field: str, value: Any, known: Known | None) -> list[Claim]:
    return [Claim(field, value, known.rule if known else "the title", known.line if known else None)] if value else []


def _language(text: str, known: Known | None) -> list[Claim]:
    tag = read_language(text, None, "lang")
    rule = known.rule if known else f"DEFAULT_LANG in {CONF}"
    return [Claim("language", tag, rule, known.line if known else None)] if isinstance(tag, str) else []


# --- References -------------------------------------------------------------------------------------------------------

_INTRASITE = re.compile(r"[{|](filename|static|attach|tag|category|author|index)[|}](.*)", re.DOTALL)
_SAFE = "/-._~!$&'()*+,;=:@%"
_REFERS: dict[str, Callable[[PelicanPreset, str, Page, Surroundings], str | None]] = {
    "filename": PelicanPreset._to_article,
    "static": PelicanPreset._to_static,
    "attach": PelicanPreset._to_attached,
    "tag": PelicanPreset._to_tag,
    "category": PelicanPreset._to_category,
    "author": PelicanPreset._to_author,
    "index": PelicanPreset._to_index,
}


def make(files: Mapping[str, str], below: str) -> Made:
    found = read_rules(files, below)
    preset = PelicanPreset("pelican", below, found.ignore, found.rules, found.prefix, found.inner)
    return Made(preset, found.warnings, found.rules["TIMEZONE"])


KIND = Kind("pelican", "Pelican", (CONF,), (CONF, PUBLISH), make)
