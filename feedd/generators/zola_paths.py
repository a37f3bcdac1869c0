"""Where a file stands in Zola's content, and how Zola spells addresses (file_info.rs, page.rs, slugs.rs). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedd.generators.transliterate import to_ascii
from feedd.generators.zola_config import CONTENT, Config

DATE_IN_NAME = re.compile(
    r"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?)"
    r"(?:\s?[_-](.+))?"
)
_NOT_IN_FILES = str.maketrans("", "", '<>:"/\\|?*')
_SYMBOLS = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")  # Zola spells their names out ("crab")


@dataclass(frozen=True, slots=True)
class Place:
    """A page's file. `folders` lead to it, a bundle's own folder is not among them; `name` is what its slug is made of:
    the file's name without suffix and language, or the bundle's folder."""

    language: str
    folders: tuple[str, ...]
    name: str
    home: bool = False  # content/index.md, which has no name

    @property
    def date(self) -> str | None:
        found = DATE_IN_NAME.match(self.name)
        return found[1] if found else None


def locate(config: Config, path: str) -> Place | None:
    """The place of a file below the site's root, None outside of its content."""
    top, *folders, file = ("", *path.split("/")) if "/" not in path else path.split("/")
    if top != CONTENT or not file:
        return None
    name, language = file.removesuffix(".md"), config.language
    bundle = bool(folders) and name.partition(".")[0] == "index"
    stem, dot, rest = name.partition(".")
    if dot and rest in config.languages and rest != config.language:
        name, language = stem, rest
    if bundle:
        *folders, own = folders
        name = own if name == "index" else name
    return Place(language, tuple(folders), name, home=not folders and not bundle and name == "index")


def page_path(place: Place, matter: Mapping[str, Any], config: Config) -> str | None:
    """The page's address as a path with "/" at both ends; None if only Zola can spell it."""
    stated = matter.get("path")
    if isinstance(stated, str) and stated.strip():
        return f"/{stated.strip().strip('/')}/".replace("//", "/")
    slug = matter.get("slug")
    spelled = _slug(slug if isinstance(slug, str) and slug else _dateless(place.name, config), config)
    if spelled is None:
        return None
    prefix = (place.language,) if place.language != config.language else ()
    parts = (*prefix, *place.folders, "" if place.home else spelled)
    return f"/{'/'.join(parts)}/".replace("//", "/")


def section_path(folder: str, language: str, config: Config) -> str:
    """Sections keep the names of their folders."""
    prefix = f"/{language}" if language != config.language else ""
    return f"{prefix}/{folder.strip('/')}/".replace("//", "/")


def _dateless(name: str, config: Config) -> str:
    found = DATE_IN_NAME.match(name)
    return found[2] if found and found[2] and not config.keep_dates else name


def _slug(text: str, config: Config) -> str | None:
    if config.slugify == "off":
        return text
    if config.slugify == "safe":
        return text.rstrip(" .").translate(_NOT_IN_FILES)
    plain = to_ascii(text) if not _SYMBOLS.search(text) else None
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") if plain is not None else None
