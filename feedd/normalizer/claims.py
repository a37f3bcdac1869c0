"""What an article says about itself, field by field: one table of names, and one pass over it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from feedd.model import Claim, Problem
from feedd.normalizer.findings import FIELD, TOO_MANY, UNPRINTABLE, warning
from feedd.normalizer.plain import xml_safe
from feedd.normalizer.values import (
    Misfit,
    ValueReader,
    read_addresses,
    read_authors,
    read_draft,
    read_enclosures,
    read_feeds,
    read_image,
    read_labels,
    read_language,
    read_line,
    read_moment,
    read_published,
    read_status,
    read_switch,
    read_text,
    read_url,
    truth,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One name and value an article gives, wherever it stands. `raw` is the source text of a value that is not text."""

    key: str
    value: Any
    rule: str
    line: int | None = None
    raw: str | None = None


def _read_date(value: Any, raw: str | None, key: str) -> Any:
    """`published: false` is no date."""
    return None if truth(value) is not None else read_moment(value, raw, key)


# (field, the names people give it, best first, how its value is read). Names are compared without case, "-", "_" and
# blanks, so `publishDate`, `publish_date` and `Publish Date` are one. Where two rows have the same field the upper one
# is believed first. From Hugo, Jekyll, Pelican, Zola, Eleventy, Ghost and schema.org.
_FIELDS: tuple[tuple[str, str, ValueReader], ...] = (
    ("title", "title headline", read_line),
    (
        "date",
        "date published datepublished publishedat publishedon publishedtime pubdate posted created createdat"
        " datecreated creationdate",
        _read_date,
    ),
    (
        "updated",
        "updated lastmod lastmodified lastmodifiedat modified modifiedat datemodified modifieddate modifiedtime"
        " updatedat updatedon lastupdated dateupdated",
        read_moment,
    ),
    (
        "publish_at",
        "publishat publishdate publishon embargo embargountil embargoeduntil scheduled scheduledfor scheduledat",
        read_moment,
    ),
    ("expires", "expires expiresat expireson expirydate expiry expirationdate unpublishat unpublishdate", read_moment),
    ("draft", "draft isdraft", read_draft),
    ("draft", "published", read_published),
    ("draft", "status poststatus", read_status),
    ("id", "id guid uuid", read_line),
    ("url", "canonicalurl canonical url permalink link", read_url),
    ("aliases", "aliases alias redirectfrom redirects oldurls", read_addresses),
    ("slug", "slug", read_line),
    ("authors", "authors author byline by creator", read_authors),
    ("categories", "categories category section sections articlesection rubric kicker", read_labels),
    ("tags", "tags tag keywords labels", read_labels),
    ("language", "lang language locale inlanguage", read_language),
    ("summary", "summary description excerpt abstract", read_text),
    (
        "image",
        "image cover coverimage featuredimage featureimage heroimage headerimage thumbnail banner hero photo ogimage"
        " images",
        read_image,
    ),
    ("caption", "caption imagecaption photocaption covercaption", read_line),
    ("credit", "credit imagecredit photocredit photographer imagecopyright", read_line),
    ("enclosures", "enclosures enclosure audio podcast attachments", read_enclosures),
    ("feeds", "feeds feed", read_feeds),
    ("minor", "minor minoredit", read_switch),
    ("major", "major majoredit", read_switch),
)
_ROWS = tuple((field, names.split(), read) for field, names, read in _FIELDS)
KNOWN_NAMES = frozenset(name for _, names, _ in _ROWS for name in names)
_FILLER = re.compile(r"[-_\s]+")


def fold(key: str) -> str:
    """A name as it is compared."""
    return _FILLER.sub("", key).casefold()


def read_claims(stated: Iterable[Stated], where: str) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """Typed claims, best first within each field, and a warning for each value that does not fit its field.

    Of the claims that this is a draft any one is enough, so those come first.
    """
    named: dict[str, Stated] = {}
    for each in stated:
        named.setdefault(fold(each.key), each)
    claims: list[Claim] = []
    problems: list[Problem] = []
    for field, names, read in _ROWS:
        for each in (named[name] for name in names if name in named):
            value = read(each.value, each.raw, each.key[:40])
            if isinstance(each.value, str) and xml_safe(each.value)[1]:  # an escape in YAML, TOML or JSON
                message = f"{each.key[:40]} has invisible characters that no feed may carry; they were removed"
                problems.append(warning(UNPRINTABLE, where, message, "delete them", each.line))
            if isinstance(value, Misfit):
                code = TOO_MANY if field in ("tags", "categories") and value.value else FIELD
                problems.append(warning(code, where, value.message, value.hint, each.line))
                value = value.value
            if value is not None:
                claims.extend(_as_claims(field, value, each))
    claims.sort(key=lambda claim: claim.field == "draft" and not claim.value)
    return tuple(claims), tuple(problems)


def _as_claims(field: str, value: Any, stated: Stated) -> list[Claim]:
    """An image may bring its caption, its credit and words in its stead along."""
    if field != "image":
        return [Claim(field, value, stated.rule, stated.line)]
    names = {"url": "image", "caption": "caption", "credit": "credit", "alt": "alt"}
    return [Claim(names[name], each, stated.rule, stated.line) for name, each in value.items()]


def from_front_matter(
    data: Mapping[str, Any], lines: Mapping[str, int], raw: Mapping[tuple[str | int, ...], str]
) -> list[Stated]:
    """The keys of a front matter, and those of its `[taxonomies]` table (Zola) after them."""
    stated = [
        Stated(key, _as_written(key, value, raw), "front matter", lines.get(key), raw.get((key,)))
        for key, value in data.items()
    ]
    taxonomies = data.get("taxonomies")
    if isinstance(taxonomies, Mapping):
        line = lines.get("taxonomies")
        stated += [Stated(str(key), value, "front matter", line) for key, value in taxonomies.items()]
    return stated


def _as_written(key: str, value: Any, raw: Mapping[tuple[str | int, ...], str]) -> Any:
    """The numbers of a list as text: a tag `3.10` is not the number 3.1."""
    if not isinstance(value, list):
        return value
    return [
        raw.get((key, at), each) if isinstance(each, int | float) and not isinstance(each, bool) else each
        for at, each in enumerate(value)
    ]


# --- What the path says -----------------------------------------------------------------------------------------------

_DATED_NAME = re.compile(r"([0-9]{4})[-_]([0-9]{1,2})[-_]([0-9]{1,2})(?:[-_ ]+(.+))?")
_DATED_FOLDER = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:/|$)")


def from_path(path: str) -> tuple[Claim, ...]:
    """What a file's name and folders claim: a date (and the slug after it) as in `2026-11-23-hello.md`, a date as in
    `2026/11/23/hello.md`, a draft below `_drafts`."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    bundle = stem.casefold() in ("index", "_index")
    if bundle:  # the folder is the article: its name counts
        stem = folder.rpartition("/")[2]
    claims: list[Claim] = []
    if found := _DATED_NAME.fullmatch(stem):
        rule = "folder name" if bundle else "file name"
        day = _calendar_day(found[1], found[2], found[3])
        claims += [Claim("date", day, rule)] if day else []
        claims += [Claim("slug", found[4], rule)] if day and found[4] else []
    if found := _DATED_FOLDER.search(folder):
        day = _calendar_day(found[1], found[2], found[3])
        claims += [Claim("date", day, "folder name")] if day else []
    if "_drafts" in folder.split("/"):
        claims.append(Claim("draft", True, "folder name"))
    return tuple(claims)


def _calendar_day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
