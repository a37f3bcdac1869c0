"""Jekyll's settings: `_config.yml`, its defaults, collections and places (lib/jekyll/configuration.rb). Pure."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from feedd.generators import GeneratorError
from feedd.generators.clock import is_zone
from feedd.generators.jekyll_urls import STYLES
from feedd.normalizer.values import truth
from feedd.yaml_core import YamlError, load

CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")
AUTHORS = ("_data/authors.yml", "_data/authors.yaml")


@dataclass(frozen=True, slots=True)
class Collection:
    permalink: str | None
    future: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """One of the `defaults`: values for documents below a path, of a type."""

    path: str
    type: str | None
    values: Mapping[str, Any]

    def beats(self, other: Default | None) -> bool:
        """FrontmatterDefaults#has_precedence?"""
        if other is None:
            return True
        mine, theirs = _place(self.path), _place(other.path)
        if len(mine) != len(theirs):
            return len(mine) > len(theirs)
        return self.type is not None or other.type is None


@dataclass(frozen=True, slots=True)
class JekyllConfig:
    """What the preset asks of the settings. `values` is everything, for `{{ site.x }}`."""

    values: Mapping[str, Any] = field(default_factory=dict)
    baseurl: str = ""  # "/blog" or ""
    style: str = "date"
    zone: str | None = None
    source: str = ""  # the folder of the articles, includes and pictures, where it is not the settings' own
    collections: Mapping[str, Collection] = field(default_factory=dict)  # those whose documents have a page
    collections_dir: str = ""
    defaults: tuple[Default, ...] = ()
    authors: Mapping[str, Any] = field(default_factory=dict)
    drafts: bool = False  # shown?
    future: bool = False
    unpublished: bool = False  # shown?
    markdown: tuple[str, ...] = ("markdown", "mkdown", "mkdn", "mkd", "md")

    def folder(self, name: str) -> str:
        """`includes_dir` and the like, with Jekyll's default."""
        given = self.values.get(f"{name}_dir")
        return (given if isinstance(given, str) and given else f"_{name}").strip("/")

    def at_home(self, path: str) -> str:
        """A path below the settings' folder as Jekyll sees it, below its source."""
        return path.removeprefix(f"{self.source}/") if self.source and path != self.source else path

    def on_disk(self, path: str) -> str:
        """The other way round."""
        return posixpath.join(self.source, path)


def read(files: Mapping[str, str]) -> tuple[JekyllConfig, tuple[tuple[str, str, str], ...]]:
    """The settings and what a person should know about them. Raises GeneratorError."""
    path = next((name for name in CONFIGS if name in files), "")
    values = _loaded(files[path], path) if path else {}
    values = {name: value for name, value in values.items() if value is not None}
    zone, warnings = _zone(values.get("timezone"), path)
    style = str(values.get("permalink") or "date")
    markdown = str(values.get("markdown_ext") or "markdown,mkdown,mkdn,mkd,md").split(",")
    config = JekyllConfig(
        values=values,
        baseurl=_baseurl(values.get("baseurl")),
        style=style,
        zone=zone,
        source=_source(values.get("source")),
        collections=_collections(values.get("collections"), style),
        collections_dir=str(values.get("collections_dir") or "").strip("/"),
        defaults=_defaults(values.get("defaults")),
        authors=_authors(files),
        drafts=truth(values.get("show_drafts")) is True,
        future=truth(values.get("future")) is True,
        unpublished=truth(values.get("unpublished")) is True,
        markdown=tuple(each.strip().lower() for each in markdown),
    )
    return config, warnings


def _loaded(text: str, path: str) -> dict[str, Any]:
    try:
        value = tomllib.loads(text) if path.endswith(".toml") else load(text).value
    except YamlError as bad:
        raise GeneratorError(path, bad.message, bad.hint, bad.line, bad.column) from None
    except (ValueError, RecursionError) as bad:
        raise GeneratorError(path, f"not readable as TOML: {bad}") from None
    if value is not None and not isinstance(value, dict):
        raise GeneratorError(path, "these are no settings", 'write it as "name: value" lines', 1)
    return value or {}


def _zone(value: Any, path: str) -> tuple[str | None, tuple[tuple[str, str, str], ...]]:
    if not value:
        return None, ()
    if is_zone(str(value)):
        return str(value), ()
    hint = "write a name like Europe/Vienna"
    return None, ((path, f'the timezone "{str(value)[:60]}" is not known; the site\'s is used', hint),)


def _source(value: Any) -> str:
    path = posixpath.normpath(value) if isinstance(value, str) and value else "."
    return "" if path == "." or path.startswith(("/", "..")) else path


def _baseurl(value: Any) -> str:
    text = str(value).strip("/") if isinstance(value, str) else ""
    return f"/{text}" if text else ""


def _collections(value: Any, style: str) -> dict[str, Collection]:
    """Posts always have pages; a list names collections without any settings, and so without pages."""
    given = value if isinstance(value, Mapping) else {}
    found = {"posts": Collection(STYLES.get(style, style))}
    for label, each in given.items():
        settings = each if isinstance(each, Mapping) else {}
        permalink = settings.get("permalink")
        template = permalink if isinstance(permalink, str) else None
        if label == "posts":
            found["posts"] = Collection(template or STYLES.get(style, style), bool(truth(settings.get("future"))))
        elif truth(settings.get("output")):
            found[re.sub(r"[^A-Za-z0-9_.-]", "", str(label))] = Collection(
                template, bool(truth(settings.get("future")))
            )
    return found


def _authors(files: Mapping[str, str]) -> dict[str, Any]:
    """What `_data/authors.yml` says of people; a file that cannot be read says nothing."""
    for path in AUTHORS:
        try:
            value = load(files.get(path, "")).value
        except YamlError:
            continue
        if isinstance(value, dict):
            return value
    return {}


# --- Defaults ---------------------------------------------------------------------------------------------------------


def _defaults(value: Any) -> tuple[Default, ...]:
    sets = value if isinstance(value, list) else []
    found = []
    for each in sets:
        if isinstance(each, Mapping) and isinstance(each.get("values"), Mapping):
            scope = each.get("scope")
            scope = scope if isinstance(scope, Mapping) else {}
            path, kind = scope.get("path"), scope.get("type")
            kind = {"page": "pages", "post": "posts", "draft": "drafts"}.get(str(kind), kind)
            found.append(Default(path if isinstance(path, str) else "", str(kind) if kind else None, each["values"]))
    return tuple(found)


def defaults_for(config: JekyllConfig, path: str, kind: str) -> Mapping[str, Any]:
    """FrontmatterDefaults#all: `path` is relative to the collections' folder."""
    merged: Mapping[str, Any] = {}
    strongest: Default | None = None
    for each in config.defaults:
        if each.type not in (None, kind) or not _covers(each.path, path, config.collections_dir):
            continue
        if each.beats(strongest):
            merged, strongest = merge(merged, each.values), each
        else:
            merged = merge(each.values, merged)
    return merged


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Utils.deep_merge_hashes: nothing never replaces something."""
    merged = dict(under)
    for name, value in over.items():
        old = merged.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[name] = merge(old, value)
        elif value is not None or name not in merged:
            merged[name] = value
    return merged


def _place(path: str) -> str:
    return path.strip("/") if path.startswith("/") else path


def _covers(scope: str, path: str, collections_dir: str) -> bool:
    if not scope:
        return True
    inside = f"{collections_dir}/"
    if "*" not in scope:
        return _place(path).startswith(scope.removeprefix(inside) if collections_dir else scope)
    whole = f"{inside}{path}" if collections_dir else path
    parts = whole.split("/")
    pattern = _glob(scope.strip("/"))
    return any(pattern.fullmatch("/".join(parts[:depth])) for depth in range(1, len(parts) + 1))


_GLOB = re.compile(
    r"(?P<deep>\*\*/)|(?P<many>\*+)|(?P<one>\?)|(?P<open>\{)|(?P<close>\})|(?P<comma>,)|(?P<plain>.)", re.S
)
_MEANING = {"deep": r"(?:[^./][^/]*/)*", "many": "[^/]*", "one": "[^/]", "open": "(?:", "close": ")", "comma": "|"}


@lru_cache(maxsize=256)
def _glob(scope: str) -> re.Pattern[str]:
    """Ruby's Dir.glob: a star stays within a folder, `**/` goes any depth, `{a,b}` is either."""
    braces = scope.count("{") == scope.count("}") > 0
    signs = _MEANING if braces else {name: _MEANING[name] for name in ("deep", "many", "one")}
    return re.compile("".join(signs.get(str(each.lastgroup)) or re.escape(each[0]) for each in _GLOB.finditer(scope)))
