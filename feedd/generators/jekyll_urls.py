"""Addresses as Jekyll makes them: permalink templates, slugs (lib/jekyll/url.rb, drops/url_drop.rb, utils.rb). Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from feedd.generators.liquid_filters import strftime

# Configuration::STYLE_TO_PERMALINK
STYLES: Mapping[str, str] = {
    "none": "/:categories/:title:output_ext",
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
}
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_READABLE = frozenset("._~!$&'()+,;=@")  # what `slugify` leaves in its mode "pretty"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the placeholders stand for. `path` is below the collection's folder, without suffix."""

    collection: str
    path: str
    name: str  # the file's, without suffix
    slug: str
    categories: tuple[str, ...]
    date: datetime
    output_ext: str


_FROM_DATE = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "i_day": "%-d",
    "i_month": "%-m",
    "short_month": "%b",
    "long_month": "%B",
    "short_year": "%y",
    "w_year": "%G",
    "week": "%V",
    "w_day": "%u",
    "short_day": "%a",
    "long_day": "%A",
    "y_day": "%j",
}
_FROM_PARTS: Mapping[str, Callable[[Parts], str]] = {
    "collection": lambda parts: parts.collection,
    "path": lambda parts: parts.path,
    "name": lambda parts: slugify(parts.name),
    "title": lambda parts: slugify(parts.slug, pretty=True),
    "slug": lambda parts: slugify(parts.slug),
    "categories": lambda parts: "/".join(dict.fromkeys(each.lower() for each in parts.categories)),
    "slugified_categories": lambda parts: "/".join(dict.fromkeys(map(slugify, parts.categories))),
    "output_ext": lambda parts: parts.output_ext,
}


def fill(template: str, parts: Parts) -> str:
    """The path of an address. A placeholder that Jekyll does not know (it stops there) stays as it is written."""

    def value(found: re.Match[str]) -> str:
        # ":month_:day" is :month, "_", :day
        name = found[1].removesuffix("_") if found[1].endswith("_") else found[1]
        rest = found[1][len(name) :]
        if name in _FROM_DATE:
            return escape_path(strftime(parts.date, _FROM_DATE[name])) + rest
        return escape_path(_FROM_PARTS[name](parts)) + rest if name in _FROM_PARTS else found[0]

    return tidy(_PLACEHOLDER.sub(value, template))


def tidy(path: str) -> str:
    """URL#sanitize_url"""
    return re.sub("/{2,}", "/", f"/{path}".replace("..", "/").replace("./", ""))


def escape_path(text: str) -> str:
    return quote(text, safe="/-._~!$&'()*+,;=:@", errors="replace")


def slugify(text: str, *, pretty: bool = False) -> str:
    """Letters, marks and digits of any script; the rest becomes hyphens. `pretty` keeps case and some signs, too."""
    made: list[str] = []
    for character in text:
        if _is_word(character) or (pretty and character in _READABLE):
            made.append(character)
        elif not made or made[-1]:
            made.append("")  # one hyphen for any number of others
    slug = "".join(each or "-" for each in made)
    slug = slug.removeprefix("-").removesuffix("-")
    return slug if pretty else slug.lower()


def _is_word(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind == "Nd"


def with_suffix(template: str, style: str) -> str:
    """Utils.add_permalink_suffix: a collection's or page's address ends as the site's style does."""
    if style == "pretty" or style.endswith("/"):
        return template + "/"
    return (
        template + ":output_ext" if style in ("date", "ordinal", "none") or style.endswith(":output_ext") else template
    )
