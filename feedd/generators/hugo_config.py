"""Hugo's own settings -> what the preset needs of them, per language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from feedd.generators.clock import is_zone
from feedd.generators.hugo_files import as_list, in_language, settings
from feedd.generators.hugo_mounts import Root, roots, static

_DEFAULT_DATES = {  # resources/page/pagemeta/page_frontmatter.go, newDefaultFrontmatterConfig
    "date": ("date", "publishdate", "lastmod"),
    "lastmod": (":git", "lastmod", "date", "publishdate"),
    "publishdate": ("publishdate", "date"),
    "expirydate": ("expirydate",),
}
_ALSO = {"lastmod": ("modified",), "publishdate": ("pubdate", "published"), "expirydate": ("unpublishdate",)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One permalink pattern, and the paths of pages that it is for, as a glob ("/{posts,posts/**}")."""

    paths: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Language:
    """One of the site's languages and what holds for its pages."""

    key: str  # "pt-br", as in file names and addresses
    tag: str  # "pt-BR", as readers know it
    prefix: str  # of its addresses: "pt-br", or ""
    base: str  # where it has an address of its own: "https://pt.example.org"; else ""
    disabled: bool
    permalinks: tuple[Rule, ...]
    ugly: bool | tuple[str, ...]  # everywhere, or in these sections
    lower: bool  # addresses are put in lower case
    accents: bool  # and keep their accents
    zone: str | None  # of times without one
    dates: Mapping[str, tuple[str, ...]]  # where date, lastmod, publishdate, expirydate are looked for
    taxonomies: Mapping[str, str]  # plural -> singular
    params: Mapping[str, Any]
    future: bool
    expired: bool
    drafts: bool
    cascade: tuple[Mapping[str, Any], ...]
    static: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    base_path: str  # of baseURL: "/blog", or ""
    default: str  # the key of the default language
    languages: Mapping[str, Language]
    roots: tuple[Root, ...]  # the deepest first
    ignored: tuple[str, ...]  # expressions
    warnings: tuple[tuple[str, str, str], ...] = field(default=(), compare=False, repr=False)


def read(files: Mapping[str, str]) -> Config:
    """Raises GeneratorError where a file cannot be read."""
    return _config(*settings(files))


def _config(given: Mapping[str, Any], path: str) -> Config:
    default = str(given.get("defaultcontentlanguage") or "en").lower()
    stated = given.get("languages")
    languages = {key: each for key, each in stated.items() if _is_map(each)} if isinstance(stated, Mapping) else {}
    if not languages:
        languages = {default: {}}
    elif default not in languages:  # Hugo refuses this; its first language is most likely meant
        default = min(languages, key=lambda key: (_number(languages[key].get("weight")) or 1 << 30, key))
    warnings: list[tuple[str, str, str]] = []
    make = _Maker(default, len(languages) > 1, path, warnings)
    return Config(
        base_path=_path_of(given.get("baseurl")),
        default=default,
        languages={key: make.language(key, own, in_language(given, own)) for key, own in languages.items()},
        roots=roots(given, languages, default),
        ignored=tuple(_expressions(given.get("ignorefiles"), path, warnings)),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _is_map(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the languages of one site, and collects what a person should know."""

    default: str
    several: bool
    path: str
    warnings: list[tuple[str, str, str]]

    def language(self, key: str, own: Mapping[str, Any], all_: Mapping[str, Any]) -> Language:
        in_folder = truthy(all_.get("defaultcontentlanguageinsubdir")) if key == self.default else self.several
        base = str(own.get("baseurl") or "").rstrip("/")
        spoken = own if self.several else all_
        return Language(
            key=key,
            tag=str(spoken.get("locale") or spoken.get("languagecode") or key),
            prefix=key if in_folder and not base else "",
            base=base,
            disabled=key in {str(each).lower() for each in as_list(all_.get("disablelanguages"))}
            or truthy(own.get("disabled")),
            permalinks=tuple(_rules(all_.get("permalinks"), self.path, self.warnings)),
            ugly=_ugly(all_.get("uglyurls")),
            lower=not truthy(all_.get("disablepathtolower")),
            accents=not truthy(all_.get("removepathaccents")),
            zone=_zone(all_.get("timezone"), self.path, self.warnings),
            dates=_dates(all_.get("frontmatter")),
            taxonomies=_taxonomies(all_.get("taxonomies")),
            params=all_["params"],
            future=truthy(all_.get("buildfuture")),
            expired=truthy(all_.get("buildexpired")),
            drafts=truthy(all_.get("builddrafts")),
            cascade=tuple(each for each in as_list(all_.get("cascade")) if _is_map(each)),
            static=tuple(static(all_)),
        )


def truthy(value: Any) -> bool:
    """As Hugo casts: text is true only if it says so."""
    return value.strip().lower() in ("true", "1", "t") if isinstance(value, str) else bool(value)


def _path_of(address: Any) -> str:
    try:
        return urlsplit(str(address or "")).path.rstrip("/")
    except ValueError:
        return ""


def _rules(given: Any, path: str, warnings: list[tuple[str, str, str]]) -> Iterator[Rule]:
    """All three forms: a list of targets and patterns, sections by kind, sections alone (resources/page/permalinks.go).
    A deeper section is more special than the one around it."""
    if isinstance(given, list):
        for each in given:
            target = each.get("target") if isinstance(each, Mapping) else None
            target = target if isinstance(target, Mapping) else {}
            if isinstance(each, Mapping) and isinstance(each.get("pattern"), str):
                kinds = str(target.get("kind") or "page").lower()
                if "page" in re.split(r"[{},]", kinds) or "*" in kinds:
                    yield Rule(str(target.get("path") or "/**").lower(), each["pattern"])
        return
    if not isinstance(given, Mapping):
        return
    pages = given.get("page")
    sections = {key: each for key, each in given.items() if isinstance(each, str)}
    sections |= (
        {key: each for key, each in pages.items() if isinstance(each, str)} if isinstance(pages, Mapping) else {}
    )
    for section in sorted(sections, key=lambda name: -name.count("/")):
        name = section.strip(" /")
        yield Rule(f"/{{{name},{name}/**}}" if name else "/*", sections[section])
    warnings += [
        (path, f'the permalink token ":{token}" is not known', "it is left out of addresses")
        for token in sorted({token for pattern in sections.values() for token in TOKEN.findall(pattern)})
        if not _KNOWN_TOKEN.fullmatch(token) and not _GO_DATE.search(token)
    ]


TOKEN = re.compile(r"(?<!\\):(\w+(?:\[[^\]]+\])?)")
_GO_DATE = re.compile(r"2006|Jan|Mon|0[1-6]|002|15|PM")
_KNOWN_TOKEN = re.compile(
    r"year(?:day)?|month(?:name)?|day|weekday(?:name)?|section(?:slug)?|section(?:slug)?s(?:\[.*\])?|title|slug|filename"
    r"|slugorfilename|contentbasename|slugorcontentbasename"
)


def _ugly(given: Any) -> bool | tuple[str, ...]:
    if isinstance(given, Mapping):
        return tuple(str(section) for section, yes in given.items() if truthy(yes))
    return truthy(given)


def _zone(given: Any, path: str, warnings: list[tuple[str, str, str]]) -> str | None:
    if not isinstance(given, str) or not given:
        return None
    if not is_zone(given):
        warnings.append((path, f'the timeZone "{given[:40]}" is not known', "write a name like Europe/Berlin"))
        return None
    return given


def _dates(given: Any) -> dict[str, tuple[str, ...]]:
    orders = dict(_DEFAULT_DATES)
    if isinstance(given, Mapping):
        for name, default in _DEFAULT_DATES.items():
            if name in given:
                stated = [str(each).lower() for each in as_list(given[name])]
                orders[name] = tuple(key for each in stated for key in (default if each == ":default" else (each,)))
    return {
        name: tuple(dict.fromkeys(key for each in order for key in (each, *_ALSO.get(each, ()))))
        for name, order in orders.items()
    }


def _taxonomies(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        return {"tags": "tag", "categories": "category"}
    return {str(plural).lower(): str(singular) for singular, plural in given.items() if isinstance(plural, str)}


def _expressions(given: Any, path: str, warnings: list[tuple[str, str, str]]) -> Iterator[str]:
    for each in as_list(given):
        try:
            re.compile(each)
            yield each
        except (re.error, TypeError):
            message = f"ignoreFiles: {str(each)[:60]!r} is no expression that can be read here"
            warnings.append((path, message, "use the source's ignore: instead"))
