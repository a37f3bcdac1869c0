"""Where Eleventy puts a page: default addresses, permalinks, slugs.

From src/TemplatePermalink.js, src/TemplateFileSlug.js and the slugify libraries of version 3.1.8.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from feedd.generators import liquid
from feedd.generators.eleventy_data import stem
from feedd.generators.liquid_values import UNKNOWN, Filter, written

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-(.*)", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def default(path: str) -> str:
    """A date in the name stays in the address; x/x.md is the page of its folder, as x/index.md is."""
    folder, _, name = stem(path).rpartition("/")
    if name != "index" and folder.rpartition("/")[2] != name:
        folder = f"{folder}/{name}"
    return "/" + _safe(folder.strip("/") + "/").lstrip("/")


def literal(given: str) -> str:
    """The address of what is written to this path of the output folder."""
    path = given + ("index.html" if given.endswith("/") else "")
    path = posixpath.normpath("/" + path.lstrip("/"))
    for end in ("/index.html", "/index"):
        if path.endswith(end):
            return _safe(path.removesuffix(end) + "/")
    return _safe(path)


def permalink(given: Any) -> str | bool | None:
    """What a `permalink` in the cascade comes to: a template, False for no page, None for the default."""
    if isinstance(given, Mapping):
        given = given.get("build", False if given else None)
    if given is False:
        return False
    return given if isinstance(given, str) and given.strip() else None


def fill(template: str, names: Mapping[str, Any], filters: Mapping[str, Filter]) -> str | None:
    """A permalink with its `{{ … }}` filled in; None if something in it cannot be told."""
    language = liquid.Language(names=names, filters=filters, others=UNKNOWN)
    done = liquid.resolve(template, language)
    return None if done.removed or not done.body.strip() else done.body.strip()


def page_data(path: str, source: str, day: datetime) -> dict[str, Any]:
    """The variable `page`, without its url. `path` is below the input folder, `source` below Eleventy's."""
    folder, _, name = stem(path).rpartition("/")
    raw = _undated(name)
    slug = _undated(folder.rpartition("/")[2]) if raw == "index" else raw
    file_stem = f"/{folder}/{raw}" if folder else f"/{raw}"
    return {"fileSlug": slug, "filePathStem": file_stem, "inputPath": f"./{source}", "date": day}


def day_of(stated: Any, path: str, date: datetime) -> datetime:
    """The date as templates see it, which is in UTC: a day without a time stays that day whatever the site's zone."""
    text = stated if isinstance(stated, str) else first_date(path) if stated is None else None
    if text and _DAY.fullmatch(text.strip()):
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    return date.astimezone(UTC)


def first_date(path: str) -> str | None:
    """The first date anywhere in a path counts, also in the name of a folder (Template.getMappedDate)."""
    for found in _DAY.finditer(path):
        try:
            datetime.fromisoformat(found[0])
        except ValueError:
            return None
        return found[0]
    return None


def _undated(name: str) -> str:
    found = _DATED.search(name)
    return found[1] if found else name


def _safe(path: str) -> str:
    return quote(path, safe="/-._~!$&'()*+,;=:@")


# --- Slugs ------------------------------------------------------------------------------------------------------------


# What these libraries make of letters that do not come apart into a Latin one and a mark.
def _table(letters: str, spellings: str) -> dict[str, str]:
    return dict(zip(letters, spellings.split(), strict=True))


_LATIN = _table("äöüßæøðþđħıłœ", "ae oe ue ss ae o d th d h i l oe")
_GREEK = _table("αβγδεζηθικλμνξοπρσςτυφχψω", "a b g d e z i th i k l m n ks o p r s s t y f x ps o")
_CYRILLIC = _table(
    "абвгдежзийклмнопрстуфхцчшщыэюяёєіїљњќґ",
    "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sch y e yu ya yo ye i yi lj nj kj g",
)
_LETTERS = {**_LATIN, **_GREEK, **_CYRILLIC, "ъ": "", "ь": "", "¢": "c", "¥": "y", "€": "e"}
_WORDS = {"&": " and ", "🦄": " unicorn ", "♥": " love "}
_CONTRACTION = re.compile(r"([a-z0-9])'([ts])(?=\s|$)")
# From the charMap of the library "slugify", whose Latin letters are those above but for these.
_SLUG_WORDS = {
    "$": "dollar", "%": "percent", "&": "and", "<": "less", ">": "greater", "|": "or", "¢": "cent", "£": "pound",
    "©": "(c)", "®": "(r)", "€": "euro", "™": "tm", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-",
    "♥": "love", "ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U",
}  # fmt: skip


def slugify(value: Any) -> Any:
    """The filter `slugify` (@sindresorhus/slugify 2, without decamelize); UNKNOWN for scripts that it has tables for
    and we have not."""
    text = "".join(_WORDS.get(each, each) for each in unicodedata.normalize("NFC", _text(value)))
    spelled = [_spelled(each) for each in text.lower()]
    if None in spelled:
        return UNKNOWN
    plain = _CONTRACTION.sub(r"\1\2", "".join(each for each in spelled if each is not None))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def slug(value: Any) -> Any:
    """The older filter `slug` (slugify 1), which keeps some signs; UNKNOWN for other scripts than the Latin one."""
    kept = []
    for each in unicodedata.normalize("NFC", _text(value)):
        if each.lower() in _GREEK or each.lower() in _CYRILLIC:
            return UNKNOWN
        spelling = _SLUG_WORDS.get(each) or (each if each.isascii() else _spelled(each))
        if spelling is None:
            return UNKNOWN
        spelling = " " if spelling == "-" else spelling
        kept.append(re.sub(r"[^A-Za-z0-9_\s$*+~.()'\"!\-:@]+", "", spelling))
    return re.sub(r"\s+", "-", "".join(kept).strip()).lower()


def _spelled(character: str) -> str | None:
    """In ASCII; "" for what no slug has, None for a letter that we do not know."""
    if character.isascii():
        return character
    if (known := _LETTERS.get(character.lower())) is not None:
        return known
    bare = "".join(each for each in unicodedata.normalize("NFD", character) if not unicodedata.combining(each))
    letters = [each if each.isascii() else _LETTERS.get(each.lower()) for each in bare]
    if None not in letters:
        return "".join(each for each in letters if each is not None)
    return None if unicodedata.category(character).startswith(("L", "N")) else " "


def _text(value: Any) -> str:
    found = written(value)
    if found is None:
        raise TypeError("no text")
    return found
