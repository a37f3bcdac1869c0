"""`pelicanconf.py` (and `publishconf.py`, which imports it) as far as it matters here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from feedd.generators.clock import is_zone
from feedd.generators.folders import only
from feedd.generators.pelican_text import SUBSTITUTIONS, has_strange_places
from feedd.generators.python_settings import PythonSettings, is_quick, read

CONF, PUBLISH = "pelicanconf.py", "publishconf.py"
_KINDS = ("SLUG", "CATEGORY", "TAG", "AUTHOR")
# The settings that are looked at, with Pelican's defaults (pelican/settings.py, DEFAULT_CONFIG).
_DEFAULTS: dict[str, Any] = {
    "PATH": ".",
    "OUTPUT_PATH": "output",
    "ARTICLE_PATHS": [""],
    "ARTICLE_EXCLUDES": [],
    "PAGE_PATHS": ["pages"],
    "IGNORE_FILES": [],
    "READERS": {},
    "ARTICLE_URL": "{slug}.html",
    "ARTICLE_SAVE_AS": "{slug}.html",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "ARTICLE_LANG_SAVE_AS": "{slug}-{lang}.html",
    "DRAFT_URL": "drafts/{slug}.html",
    "DRAFT_SAVE_AS": "drafts/{slug}.html",
    "DRAFT_LANG_URL": "drafts/{slug}-{lang}.html",
    "DRAFT_LANG_SAVE_AS": "drafts/{slug}-{lang}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_SAVE_AS": "pages/{slug}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "PAGE_LANG_SAVE_AS": "pages/{slug}-{lang}.html",
    "STATIC_URL": "{path}",
    "CATEGORY_URL": "category/{slug}.html",
    "CATEGORY_SAVE_AS": "category/{slug}.html",
    "TAG_URL": "tag/{slug}.html",
    "AUTHOR_URL": "author/{slug}.html",
    "INDEX_SAVE_AS": "index.html",
    "USE_FOLDER_AS_CATEGORY": True,
    "DEFAULT_CATEGORY": "misc",
    "DEFAULT_DATE": None,
    "DEFAULT_LANG": "en",
    "DEFAULT_METADATA": {},
    "EXTRA_PATH_METADATA": {},
    "FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2}).*",
    "PATH_METADATA": "",
    "AUTHOR": None,
    "TIMEZONE": "UTC",
    "WITH_FUTURE_DATES": True,
    "SLUGIFY_SOURCE": "title",
    "SLUGIFY_USE_UNICODE": False,
    "SLUGIFY_PRESERVE_CASE": False,
    "MARKDOWN": {},
    "PLUGINS": [],
}
# Names of earlier versions (pelican/settings.py, handle_deprecated_settings).
_OLD_LISTS = {"ARTICLE_DIR": "ARTICLE_PATHS", "PAGE_DIR": "PAGE_PATHS"}
_TABLES = tuple(f"{kind}_REGEX_SUBSTITUTIONS" for kind in _KINDS) + tuple(f"{kind}_SUBSTITUTIONS" for kind in _KINDS)

_Substitutions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Pelican's settings as far as they matter here. Mappings are tuples of pairs, so that all of it has a `repr` that
    says everything and cannot be changed."""

    path: str  # PATH as seen from the settings' folder, "" if it is that folder
    values: tuple[tuple[str, Any], ...]
    substitutions: tuple[tuple[str, _Substitutions], ...]  # by kind: SLUG, CATEGORY, TAG, AUTHOR
    metadata: tuple[tuple[str, Any], ...]  # DEFAULT_METADATA
    extra: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]  # EXTRA_PATH_METADATA, the least specific path first

    def __getitem__(self, name: str) -> Any:
        return dict(self.values)[name]


NO_RULES = Rules("", (), (), (), ())
_Warning = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What the settings come to. `prefix` and `inner` say how the source lies to PATH (see `_places`)."""

    rules: Rules
    prefix: str
    inner: str
    ignore: tuple[str, ...] = ()
    warnings: tuple[_Warning, ...] = ()


def read_rules(files: Mapping[str, str], below: str) -> Found:
    name = PUBLISH if PUBLISH in files else CONF
    settings = read(files, name) if name in files else PythonSettings()
    warnings: list[_Warning] = [
        (name, f"{setting} is computed on line {line}, which feedd does not do", "its default counts")
        for setting, line in sorted(settings.unknown.items())
        if setting in _DEFAULTS or setting in _TABLES
    ]
    values = _checked(settings.values, name, warnings)
    path = posixpath.normpath(values["PATH"] if "PATH" in settings.values else _usual_path(below))
    rules = Rules(
        "" if path == "." else path,
        tuple((setting, _frozen(value)) for setting, value in values.items() if setting not in _MAPPINGS),
        _substitutions(settings.values, name, warnings),
        _pairs(values["DEFAULT_METADATA"]),
        tuple(
            (place, _pairs(each))
            for place, each in sorted(values["EXTRA_PATH_METADATA"].items())
            if isinstance(each, dict)
        ),
    )
    prefix, inner = _places(rules.path, below)
    found = Found(rules, prefix, inner, (), tuple(warnings))
    return replace(found, ignore=tuple(_ignored(found, values)))


_MAPPINGS = ("DEFAULT_METADATA", "EXTRA_PATH_METADATA", "READERS", "IGNORE_FILES", "ARTICLE_EXCLUDES", "ARTICLE_PATHS")


def _checked(given: Mapping[str, Any], name: str, warnings: list[_Warning]) -> dict[str, Any]:
    """Every setting with a value of the kind that Pelican expects, else its default."""
    renamed = {new: [given[old]] for old, new in _OLD_LISTS.items() if isinstance(given.get(old), str)}
    values = {setting: {**renamed, **given}.get(setting, default) for setting, default in _DEFAULTS.items()}
    for setting, default in _DEFAULTS.items():
        value = values[setting]
        if isinstance(default, list):
            values[setting] = list(map(str, value)) if isinstance(value, list | tuple) else default
        elif isinstance(default, bool):
            values[setting] = bool(value)
        elif isinstance(default, dict | str) and not isinstance(value, type(default)):
            # An address or regular expression that is empty or None switches something off.
            values[setting] = default if value is not None and value is not False else type(default)()
    warnings += [
        (name, f"{setting} has places that feedd does not understand", "such articles get feedd's own address")
        for setting, value in values.items()
        if setting.endswith("_URL") and has_strange_places(value)
    ]
    if not isinstance(values["AUTHOR"], str):
        values["AUTHOR"] = None
    if not _is_date(values["DEFAULT_DATE"]):
        values["DEFAULT_DATE"] = None
    for setting in ("FILENAME_METADATA", "PATH_METADATA"):
        if values[setting] and not is_quick(values[setting]):
            warnings.append((name, f"{setting} is a regular expression that may take for ever", "it is left out"))
            values[setting] = ""
    if not is_zone(values["TIMEZONE"]):
        warnings.append((name, f'TIMEZONE "{values["TIMEZONE"][:40]}" is not known', "UTC is used"))
        values["TIMEZONE"] = "UTC"
    if posixpath.isabs(values["PATH"]) or posixpath.normpath(values["PATH"]).startswith(".."):
        warnings.append((name, f'PATH "{values["PATH"][:80]}" leads out of the folder', "the folder itself is used"))
        values["PATH"] = "."
    return values


def _usual_path(below: str) -> str:
    """PATH where the settings do not say it: then it is given on the command line, `pelican content` as a rule."""
    first = below.partition("/")[0]
    return first if first == "content" else below or "."


def _is_date(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, list | tuple) or not 3 <= len(value) <= 6:
        return False
    try:
        datetime(*value)  # noqa: DTZ001 - is it one at all?
    except (TypeError, ValueError):
        return False
    return True


def _frozen(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_frozen(each) for each in value)
    return repr(value) if isinstance(value, dict) else value


def _pairs(values: Mapping[Any, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((str(key).lower(), _frozen(value)) for key, value in values.items())


def _substitutions(
    given: Mapping[str, Any], name: str, warnings: list[_Warning]
) -> tuple[tuple[str, _Substitutions], ...]:
    """What is replaced in slugs, by kind; the old settings without REGEX are words that stand for themselves."""
    tables = {kind: given.get(f"{kind}_REGEX_SUBSTITUTIONS") for kind in _KINDS}
    old = {kind: given.get(f"{kind}_SUBSTITUTIONS") for kind in _KINDS}
    for kind in _KINDS:
        words = old[kind]
        if tables[kind] is None and isinstance(words, list | tuple):
            first = old["SLUG"] if kind in ("CATEGORY", "TAG") else None
            tables[kind] = _from_old([*(first if isinstance(first, list | tuple) else ()), *words])
    found: dict[str, _Substitutions] = {}
    for kind, table in tables.items():
        rows = _rows(table) if table is not None else found.get("SLUG")
        if table is not None and rows is None:
            warnings.append((name, f"{kind}_REGEX_SUBSTITUTIONS cannot be used", "Pelican's own are used"))
        found[kind] = rows if rows is not None else SUBSTITUTIONS
    return tuple(found.items())


def _from_old(rows: list[Any]) -> list[tuple[str, str]]:
    """pelican/settings.py, `handle_deprecated_settings`: a third item says that the rest is left as it is."""
    pairs = [row for row in rows if isinstance(row, list | tuple) and len(row) in (2, 3)]
    found = [(re.escape(str(row[0])), str(row[1]).replace("\\", r"\\")) for row in pairs]
    clean = not any(len(row) == 3 and row[2] for row in pairs)
    return [*found, *(each for each in SUBSTITUTIONS if clean or "\\A" in each[0] or "\\Z" in each[0])]


def _rows(table: Any) -> _Substitutions | None:
    if not isinstance(table, list | tuple):
        return None
    rows = [tuple(map(str, row)) for row in table if isinstance(row, list | tuple) and len(row) == 2]
    try:
        for source, target in rows:
            if not is_quick(source):
                return None
            re.sub(source, target, "a")
    except (re.error, IndexError):
        return None
    return tuple((row[0], row[1]) for row in rows)


def _places(path: str, below: str) -> tuple[str, str]:
    """(prefix, inner) of a preset: how paths below the source and paths below PATH become each other."""
    if below == path or not path:
        return (f"{below}/" if below and not path else ""), ""
    if f"{below}/".startswith(f"{path}/"):
        return below.removeprefix(path).lstrip("/") + "/", ""
    inner = path.removeprefix(below).lstrip("/") if f"{path}/".startswith(f"{below}/") or not below else ""
    return "", f"{inner}/" if inner else ""


_READ_BY_PELICAN = {".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm"}
_READ_BY_US = (".txt", ".text", ".rest", ".xhtml", ".ipynb", ".docx")


def _ignored(found: Found, values: Mapping[str, Any]) -> Iterator[str]:
    """Patterns of what Pelican does not take for an article, as seen from the source."""
    readers = values["READERS"]
    yield from (f"*{suffix}" for suffix in _READ_BY_US if suffix[1:] not in readers)
    yield from (
        f"*.{suffix}" for suffix, reader in readers.items() if reader is None and f".{suffix}" in _READ_BY_PELICAN
    )
    yield from (each for each in values["IGNORE_FILES"] if "/" not in each and each.strip())
    wanted = [each.strip("/") for each in values["ARTICLE_PATHS"]]
    if found.inner or "" not in wanted:
        inside = [path for each in wanted if (path := _seen_from_source(found, each)) is not None]
        yield from only(inside) if inside and "" not in inside else ()
    for each in (*values["ARTICLE_EXCLUDES"], *values["PAGE_PATHS"], _output(found, values)):
        path = _seen_from_source(found, posixpath.normpath(each.strip("/"))) if each.strip("/.") else None
        if path:
            yield f"/{path}/"


def _output(found: Found, values: Mapping[str, Any]) -> str:
    """OUTPUT_PATH as seen from PATH, "" where it is elsewhere."""
    output = posixpath.normpath(values["OUTPUT_PATH"])
    path = found.rules.path
    if posixpath.isabs(output) or output.startswith(".."):
        return ""
    return output.removeprefix(f"{path}/") if not path or output.startswith(f"{path}/") else ""


def _seen_from_source(found: Found, path: str) -> str | None:
    """A path below PATH as seen from the source: "" for the source itself or what is above it, None for elsewhere."""
    if found.inner:
        return f"{found.inner}{path}".rstrip("/")
    if f"{found.prefix}".startswith(f"{path}/") or not path:
        return ""
    return path.removeprefix(found.prefix) if path.startswith(found.prefix) else None
