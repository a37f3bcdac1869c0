"""What a link or picture in a Hugo page means (the embedded render hooks for links and images, and `ref`)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote, unquote

from feedd.generators.hugo_config import Config
from feedd.generators.hugo_paths import Place
from feedd.generators.hugo_permalinks import Target
from feedd.model import Page
from feedd.normalizer import references
from feedd.ports import Surroundings

_ARTICLES = (".md", ".markdown", ".mdown")


class Site(Protocol):
    """What is asked of the preset."""

    @property
    def below(self) -> str: ...
    @property
    def config(self) -> Config: ...
    def place(self, path: str) -> Place | None: ...
    def target(self, place: Place, matter: Mapping[str, Any]) -> Target: ...
    def on_site(self, path: str, page: Page) -> str: ...
    def is_section(self, path: str, language: str) -> bool: ...


def refer(target: str, page: Page, url: str, site: Site, around: Surroundings) -> str | None:
    """Links to files of articles; links to pages by their names only where Hugo itself looks them up (a site of several
    languages); pictures beside the article or in a folder of static files."""
    written = target.partition("#")[0].partition("?")[0]
    path, rest = unquote(written), target[len(written) :]
    place = site.place(page.path)
    if not path or place is None:
        return None
    suffix = posixpath.splitext(path)[1].lower()
    by_name = not suffix and len(site.config.languages) > 1
    if suffix in _ARTICLES or by_name:
        found = article(path, page, place.language, site, around, anywhere=not by_name)
        return found + rest if found else None
    return _file(path, rest, page, place, site, around) if not path.startswith("/") else None


# --- Pages ------------------------------------------------------------------------------------------------------------


def article(
    path: str, page: Page, language: str, site: Site, around: Surroundings, *, anywhere: bool = True
) -> str | None:
    """The address of the page that a path means: from the content folder with "/", else beside this page, else from
    the content folder, else the only page of that name (getPageRef). One in this language is preferred."""
    wanted = path.rstrip("/")
    for place in _places(wanted, page, site):
        if f"{place}/".startswith(f"{site.below}/" if site.below else ""):
            inner = place.removeprefix(site.below).lstrip("/")
            found = [each for each in _files_of(inner, language, around) if _means(each, _stem(inner), site)]
            if found:
                return around.address(_best(found, language, site))
    if not anywhere or wanted.startswith("/"):
        return None
    named = _named(posixpath.basename(wanted), around)
    same = [each for each in named if _language(each, site) == language] or named
    return around.address(same[0]) if len(same) == 1 else None


def _places(path: str, page: Page, site: Site) -> list[str]:
    """Where the page may lie, below the site's root."""
    full = f"{site.below}/{page.path}".strip("/")
    root = next((each.folder for each in site.config.roots if full.startswith(f"{each.folder}/".lstrip("/"))), "")
    own = posixpath.dirname(full)
    bundle = posixpath.basename(page.path).startswith("index.")
    folders = [root] if path.startswith("/") else [own, *((posixpath.dirname(own),) if bundle else ()), root]
    found = (references.inside(posixpath.join(folder, path.lstrip("/"))) for folder in folders)
    return [each for each in dict.fromkeys(found) if each is not None]


def _stem(path: str) -> str:
    return path.removesuffix(next((suffix for suffix in _ARTICLES if path.lower().endswith(suffix)), ""))


def _files_of(path: str, language: str, around: Surroundings) -> Iterator[str]:
    """Files that the path may mean, as they are or with a language before the suffix; `find` knows bare names, too."""
    stem = _stem(path)
    for name in (path, stem, f"{stem}/index", f"{stem}.{language}", f"{stem}/index.{language}"):
        yield from around.find(name)


def _means(found: str, stem: str, site: Site) -> bool:
    folder, _, name = found.rpartition("/")
    place = site.place(found)
    bare = f"{folder}/{place.file if place else name}".lstrip("/")
    return bare in (stem, f"{stem}/index") or found.rpartition(".")[0] == stem


def _named(name: str, around: Surroundings) -> list[str]:
    stem = _stem(name)
    found = [path for each in (name, stem) for path in around.find(each)]
    bundles = (path for path in around.find("index") if posixpath.basename(posixpath.dirname(path)) == stem)
    return list(dict.fromkeys(found)) or list(bundles)


def _language(path: str, site: Site) -> str:
    place = site.place(path)
    return place.language if place else ""


def _best(paths: list[str], language: str, site: Site) -> str:
    return next((path for path in paths if _language(path, site) == language), paths[0])


# --- Files ------------------------------------------------------------------------------------------------------------


def _file(path: str, rest: str, page: Page, place: Place, site: Site, around: Surroundings) -> str | None:
    """A picture beside the page is published with its bundle, or with its section; one of the static folders at the
    site's top, where themes look for it."""
    beside = references.beside(path, page, site.below)
    if beside is not None and around.media(beside) is not None:
        if place.bundle and place.language != site.config.default and (first := _first_language(page, site, around)):
            return posixpath.join(first, quote(path)) + rest
        folder = site.target(place, page.matter).files if place.bundle else place.own
        return _absolute(posixpath.normpath(f"{folder}/{path}"), rest, page, place, site)
    named = references.inside(path)
    static = site.config.languages[place.language].static
    if named is not None and any(around.media(f"{folder}/{named}") is not None for folder in static):
        return _absolute(f"/{named}", rest, page, place, site)
    return None


def _first_language(page: Page, site: Site, around: Surroundings) -> str | None:
    """Files of a bundle in several languages are published once, with the page in the default language."""
    found = around.find(f"{posixpath.dirname(page.path)}/index")
    first = next((each for each in found if _language(each, site) == site.config.default), None)
    address = around.address(first) if first else None
    return address.removesuffix(".html") if address else None


def _absolute(path: str, rest: str, page: Page, place: Place, site: Site) -> str:
    base = site.config.languages[place.language].base
    return (base + quote(path) if base else page.site.url + quote(site.on_site(path, page))) + rest
