"""A Jekyll document: what its place, its name, its front matter and the defaults make of it (lib/jekyll/document.rb).

Pure. Everything is worked out from the path and the front matter, so that an article's claims, its address and the
addresses of its neighbours come from the same few lines.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from feedd.generators.jekyll_config import JekyllConfig, defaults_for, merge
from feedd.generators.jekyll_urls import Parts, escape_path, fill, tidy, with_suffix
from feedd.normalizer.dates import ParsedDate, parse_date
from feedd.normalizer.values import plain

_DATED = re.compile(r"([0-9]{4}|[0-9]{2,3})-([0-9]{1,2})-([0-9]{1,2})-(.*)", re.DOTALL)
# SafeYAML and Psych alike take such a time, unquoted, for one in UTC.
_TIME_WITHOUT_ZONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?\s*", re.ASCII)
_DAYS_FIRST = re.compile(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?![0-9])")  # Ruby's Time.parse
POSTS, DRAFTS = "_posts", "_drafts"


@dataclass(frozen=True, slots=True)
class Document:
    """`path` is relative to the site's root, `relative` to the collections' folder. `label` names the collection, None
    for a page. `data` is the front matter with the defaults under it."""

    path: str
    relative: str
    label: str | None
    draft: bool  # lies in a folder of drafts
    data: Mapping[str, Any]
    slug: str
    day: str | None  # of the file's name, 2026-05-01
    categories: tuple[str, ...]

    @property
    def title(self) -> str:
        """Utils.titleize_slug: what a document without a title is called."""
        return " ".join(part.capitalize() for part in name_slug(self.relative)[1].split("-"))


def read(path: str, matter: Mapping[str, Any], config: JekyllConfig) -> Document:
    relative = path
    if config.collections_dir:
        relative = path.removeprefix(f"{config.collections_dir}/")
    label, draft = _collection(relative)
    kind = label or "pages"
    under = defaults_for(config, relative, kind)
    data = merge(under, matter)
    day, slug = name_slug(relative)
    given = data.get("slug")
    return Document(
        path=path,
        relative=relative,
        label=label,
        draft=draft,
        data=data,
        slug=str(given) if given is not None and given is not False else slug,
        day=day,
        categories=_categories(relative, label, draft, under, matter, data),
    )


def name_slug(path: str) -> tuple[str | None, str]:
    """The day that a file's name begins with, if it does, and the rest of the name."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if found := _DATED.fullmatch(stem):
        year = found[1] if len(found[1]) == 4 else str(int(found[1]) + (2000 if int(found[1]) < 69 else 1900))
        return f"{year}-{int(found[2]):02}-{int(found[3]):02}", found[4].rstrip(".")
    return None, stem.rstrip(".")


def _collection(relative: str) -> tuple[str | None, bool]:
    folders = relative.split("/")[:-1]
    if POSTS in folders:
        return "posts", False
    if DRAFTS in folders:
        return "posts", True
    first = folders[0] if folders else ""
    return (first[1:], False) if first.startswith("_") and len(first) > 1 else (None, False)


# --- Labels -----------------------------------------------------------------------------------------------------------


def _categories(
    relative: str, label: str | None, draft: bool, under: Mapping[str, Any], matter: Mapping[str, Any], data: Any
) -> tuple[str, ...]:
    """Folders above `_posts`, then those of the defaults, then the document's own: all of them count."""
    special = f"_{label}" if label and not draft else DRAFTS
    found = _folders_above(relative, special) if label else []
    for each in (under.get("categories"), matter.get("categories")):
        found += _split(each)
    single = data.get("category")
    found += _flat(single) if single else []
    return tuple(dict.fromkeys(found))


def _folders_above(relative: str, special: str) -> list[str]:
    if relative.startswith(special):
        return []
    above = relative[: relative.find(special)] if special in relative else relative
    return [each for each in above.split("/") if each not in ("", special, posixpath.basename(relative))]


def tags(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Utils.pluralized_array_from_hash: `tag` is one, `tags` are words or a list."""
    single = data.get("tag")
    return tuple(dict.fromkeys(_flat(single) if single else _split(data.get("tags"))))


def _split(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else _flat(value)


def _flat(value: Any) -> list[str]:
    if isinstance(value, list):
        return [one for each in value[:200] for one in (_flat(each) if not isinstance(each, list) else map(str, each))]
    text = plain(value)
    return [text] if text else []


# --- Dates ------------------------------------------------------------------------------------------------------------


def date_text(value: Any, config: JekyllConfig) -> Any:
    """A stated date so that it means the same to others: days before months, and a time with its zone. What has no
    time stays a day, what cannot be read stays as it is."""
    if not isinstance(value, str):
        return value
    written = _DAYS_FIRST.sub(r"\3-\2-\1", value.strip(), count=1)
    if _TIME_WITHOUT_ZONE.fullmatch(written):
        return f"{written}+00:00"
    parsed = parse_date(written, ZoneInfo(config.zone)) if config.zone else None
    return parsed.instant.isoformat() if isinstance(parsed, ParsedDate) and not parsed.date_only else written


def date_of(document: Document, config: JekyllConfig, fallback: datetime) -> datetime:
    """The document's date as local time, for its address; `fallback` where it has none."""
    zone = ZoneInfo(config.zone) if config.zone else fallback.tzinfo
    zone = zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")
    for value in (document.data.get("date"), document.day):
        parsed = parse_date(date_text(value, config), zone) if value else None
        if isinstance(parsed, ParsedDate):
            return parsed.instant.astimezone(zone)
    return fallback.astimezone(zone)


# --- Addresses --------------------------------------------------------------------------------------------------------


def output_ext(path: str, config: JekyllConfig) -> str:
    suffix = posixpath.splitext(path)[1]
    return ".html" if suffix[1:].lower() in (*config.markdown, "textile") else suffix


def path_of(document: Document, config: JekyllConfig, fallback: datetime) -> str:
    """Where the document is on the site, without the `baseurl`."""
    permalink = plain(document.data.get("permalink"))
    if document.label is None:
        return _page(document, permalink, config)
    stem = posixpath.splitext(document.relative)[0]
    parts = Parts(
        collection=document.label,
        path=stem.replace(f"_{document.label}", "", 1).rstrip("."),
        name=posixpath.basename(stem),
        slug=document.slug,
        categories=document.categories,
        date=date_of(document, config, fallback),
        output_ext=output_ext(document.path, config),
    )
    known = config.collections.get(document.label)
    template = known.permalink if known and known.permalink else with_suffix("/:collection/:path", config.style)
    return fill(permalink or template, parts)


def _page(document: Document, permalink: str | None, config: JekyllConfig) -> str:
    """lib/jekyll/page.rb, for links to pages."""
    folder, name = posixpath.split(document.path)
    stem, ext = posixpath.splitext(name)[0], output_ext(name, config)
    if ext != ".html":
        template = "/:path/:basename:output_ext"
    else:
        template = "/:path/" if stem == "index" else with_suffix("/:path/:basename", config.style)
    values = {":path": folder, ":basename": stem, ":output_ext": ext}
    return tidy(
        re.sub(r":(?:path|basename|output_ext)", lambda key: escape_path(values[key[0]]), permalink or template)
    )
