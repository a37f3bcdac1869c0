"""`conf.py` as far as it matters here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedd.generators.clock import is_zone
from feedd.generators.folders import only
from feedd.generators.python_settings import PythonSettings, is_quick, read

CONF = "conf.py"
# The settings that are looked at, with Nikola's defaults (nikola/nikola.py, Nikola.__init__).
_DEFAULTS: dict[str, Any] = {
    "POSTS": (("posts/*.txt", "posts", "post.tmpl"),),
    "PAGES": (("pages/*.txt", "pages", "page.tmpl"),),
    "DEFAULT_LANG": "en",
    "TRANSLATIONS": {},
    "TRANSLATIONS_PATTERN": "{path}.{lang}.{ext}",
    "PRETTY_URLS": True,
    "STRIP_INDEXES": True,
    "INDEX_FILE": "index.html",
    "USE_SLUGIFY": True,
    "USE_TAG_METADATA": True,
    "FUTURE_IS_NOW": False,
    "TIMEZONE": "UTC",
    "BLOG_AUTHOR": "",
    "DEFAULT_PREVIEW_IMAGE": "",
    "FILE_METADATA_REGEXP": "",
    "FILE_METADATA_UNSLUGIFY_TITLES": True,
    "CATEGORY_DESTPATH_AS_DEFAULT": False,
    "CATEGORY_DESTPATH_TRIM_PREFIX": False,
    "CATEGORY_DESTPATH_FIRST_DIRECTORY_ONLY": True,
    "CATEGORY_DESTPATH_NAMES": {},
    "METADATA_MAPPING": {},
    "FILES_FOLDERS": {"files": ""},
    "IMAGE_FOLDERS": {"images": "images"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of POSTS or PAGES: files like `folder/…/name` are published below `destinations`, by language."""

    folder: str
    name: str
    destinations: tuple[tuple[str, str], ...]
    posts: bool


@dataclass(frozen=True, slots=True)
class Rules:
    values: tuple[tuple[str, Any], ...]
    rows: tuple[Row, ...]
    languages: tuple[tuple[str, str], ...]  # TRANSLATIONS: (language, folder)
    names: tuple[tuple[str, str], ...]  # CATEGORY_DESTPATH_NAMES
    mapping: tuple[tuple[str, str], ...]  # METADATA_MAPPING, of all kinds of heads: (their name, Nikola's)
    folders: tuple[tuple[str, str], ...]  # (where files lie, where they are published)

    def __getitem__(self, name: str) -> Any:
        return dict(self.values)[name]


NO_RULES = Rules((), (), (), (), (), ())
_Warning = tuple[str, str, str]


def read_rules(files: Mapping[str, str]) -> tuple[Rules, tuple[_Warning, ...]]:
    settings = read(files, CONF) if CONF in files else PythonSettings()
    warnings: list[_Warning] = [
        (CONF, f"{name} is computed on line {line}, which feedd does not do", "its default counts")
        for name, line in sorted(settings.unknown.items())
        if name in _DEFAULTS
    ]
    given = settings.values
    values = {name: _fitting(given.get(name, default), default) for name, default in _DEFAULTS.items()}
    if isinstance(given.get("BLOG_AUTHOR"), str | dict):
        values["BLOG_AUTHOR"] = given["BLOG_AUTHOR"]
    if values["FILE_METADATA_REGEXP"] and not is_quick(values["FILE_METADATA_REGEXP"]):
        warnings.append((CONF, "FILE_METADATA_REGEXP is one that may take for ever", "it is left out"))
        values["FILE_METADATA_REGEXP"] = ""
    if values["TRANSLATIONS_PATTERN"].count("{path}") != 1:
        values["TRANSLATIONS_PATTERN"] = _DEFAULTS["TRANSLATIONS_PATTERN"]
    if not is_zone(values["TIMEZONE"]):
        warnings.append((CONF, f'TIMEZONE "{values["TIMEZONE"][:40]}" is not known', "UTC is used"))
        values["TIMEZONE"] = "UTC"
    default = values["DEFAULT_LANG"]
    translations = {str(name): str(path) for name, path in values["TRANSLATIONS"].items()} or {default: ""}
    rules = Rules(
        tuple((name, _frozen(value)) for name, value in values.items() if name not in _TABLES),
        (*_rows(values["POSTS"], translations, True), *_rows(values["PAGES"], translations, False)),
        tuple((name, path.removeprefix("./").strip("/")) for name, path in translations.items()),
        _texts(_of_default(values["CATEGORY_DESTPATH_NAMES"], default)),
        tuple(pair for each in values["METADATA_MAPPING"].values() for pair in _texts(each)),
        _texts({**values["IMAGE_FOLDERS"], **values["FILES_FOLDERS"]}),
    )
    return rules, tuple(warnings)


_TABLES = (
    "POSTS",
    "PAGES",
    "TRANSLATIONS",
    "CATEGORY_DESTPATH_NAMES",
    "METADATA_MAPPING",
    "FILES_FOLDERS",
    "IMAGE_FOLDERS",
)


def _fitting(value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return bool(value)
    kind = (list, tuple) if isinstance(default, tuple) else type(default)
    return value if isinstance(value, kind) else default


def _rows(rows: Any, translations: Mapping[str, str], posts: bool) -> Iterator[Row]:
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) < 2 or not isinstance(row[0], str):
            continue
        folder, _, name = posixpath.normpath(row[0]).rpartition("/")
        given = row[1] if isinstance(row[1], dict) else dict.fromkeys(translations, row[1])
        destinations = tuple((str(language), str(path).strip("/")) for language, path in given.items())
        yield Row(folder, name, destinations, posts)


def _of_default(names: Mapping[Any, Any], default: str) -> Mapping[Any, Any]:
    """CATEGORY_DESTPATH_NAMES is one mapping, or one for each language."""
    return names.get(default, {}) if any(isinstance(each, dict) for each in names.values()) else names


def _texts(values: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in values.items()) if isinstance(values, Mapping) else ()


def _frozen(value: Any) -> Any:
    return _texts(value) if isinstance(value, dict) else value


def ignored(rules: Rules, below: str) -> Iterator[str]:
    """Nothing but the folders of POSTS, as seen from the source, without the names that no row there fits."""
    folders = {row.folder for row in rules.rows if row.posts}
    inside = [_inside(folder, below) for folder in folders]
    if "" not in inside:
        yield from only(path for path in inside if path)
    for row in rules.rows:
        path = None if row.posts else _inside(row.folder, below)
        if path and row.folder not in folders:
            yield f"/{path}/"


def _inside(folder: str, below: str) -> str | None:
    """A folder as seen from the source: "" if the source is it or lies in it, None if it is elsewhere."""
    if not folder or f"{below}/".startswith(f"{folder}/"):
        return ""
    return folder.removeprefix(below).lstrip("/") if f"{folder}/".startswith(f"{below}/" if below else "") else None
