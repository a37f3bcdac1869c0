"""What an entry is asked about by `where` and `each`: its fields by the names that people know, and its front matter.
Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from feedd.model import Entry
from feedd.where import Name, Value, fold

MATTER = "matter"  # matter.title is the front matter's, title the entry's
_FILLER = re.compile(r"[-_\s]+")


class Facts:
    """Keeps `where.Facts`. The front matter is only unpacked if somebody asks for it, and once."""

    __slots__ = ("_entry", "_folded", "_matter", "zone")

    def __init__(self, entry: Entry, zone: tzinfo) -> None:
        self._entry, self.zone = entry, zone
        self._matter: Mapping[str, Any] | None = None
        self._folded: Mapping[str, Any] = {}

    def value(self, name: Name) -> Value:
        first, *rest = name
        if not rest and (built_in := BUILT_IN.get(fold(first))) is not None:
            found = built_in(self._entry, self.zone)
            return None if found in ("", ()) else found  # what is empty is not said
        if rest and fold(first) == MATTER:
            first, *rest = rest
        found = self._from_matter(first)
        for key in rest:
            found = _below(found, key)
        return found

    def _from_matter(self, key: str) -> Value:
        if self._matter is None:
            self._matter = json.loads(self._entry.matter) if self._entry.matter else {}
            self._folded = {_folded(each): value for each, value in reversed(self._matter.items())}
        return self._matter[key] if key in self._matter else self._folded.get(_folded(key))


def _below(found: Value, key: str) -> Value:
    if not isinstance(found, Mapping):
        return None
    return found[key] if key in found else next((v for k, v in found.items() if _folded(k) == _folded(key)), None)


def _folded(key: str) -> str:
    """A name as articles are read: `publishDate`, `publish_date` and `Publish Date` are one."""
    return _FILLER.sub("", key).casefold()


def _folder(entry: Entry) -> str:
    """Where the article lies below its source: a bundle (lisbon/index.md) is an article, and no folder of others."""
    folder, _, name = unicodedata.normalize("NFC", entry.key.path).rpartition("/")
    bundle = name.rpartition(".")[0].casefold() in ("index", "_index")
    return folder.rpartition("/")[0] if bundle else folder


def section(entry: Entry) -> str:
    """The first folder below the source; empty for what lies at the top."""
    return _folder(entry).partition("/")[0]


def suffix(entry: Entry) -> str:
    """ "md" for a/b.MD."""
    stem, _, end = entry.key.path.rpartition("/")[2].rpartition(".")
    return end.casefold() if stem else ""


def _year(entry: Entry, zone: tzinfo) -> int:
    return local(entry.published, zone).year


def local(moment: datetime, zone: tzinfo) -> datetime:
    """A moment in a zone; as it is where that leaves the calendar (the first day of the year 1)."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _names(entry: Entry) -> tuple[str, ...]:
    return tuple(person.name for person in entry.authors)


BUILT_IN: dict[str, Callable[[Entry, tzinfo], Value]] = {
    "section": lambda entry, zone: section(entry),
    "folder": lambda entry, zone: _folder(entry),
    "path": lambda entry, zone: entry.key.path,
    "source": lambda entry, zone: entry.key.root,
    "file_type": lambda entry, zone: suffix(entry),
    "url": lambda entry, zone: entry.url,
    "id": lambda entry, zone: entry.id,
    "title": lambda entry, zone: entry.title,
    "summary": lambda entry, zone: entry.summary,
    "author": lambda entry, zone: next(iter(_names(entry)), None),
    "authors": lambda entry, zone: _names(entry),
    "category": lambda entry, zone: next(iter(entry.categories), None),
    "categories": lambda entry, zone: entry.categories,
    "tags": lambda entry, zone: entry.tags,
    "language": lambda entry, zone: entry.language,
    "date": lambda entry, zone: entry.published,
    "updated": lambda entry, zone: entry.updated,
    "year": _year,
    "month": lambda entry, zone: local(entry.published, zone).month,
}

# What `each` makes feeds of.
EACH: dict[str, Callable[[Entry, tzinfo], tuple[str, ...]]] = {
    "tag": lambda entry, zone: entry.tags,
    "category": lambda entry, zone: entry.categories,
    "author": lambda entry, zone: _names(entry),
    "section": lambda entry, zone: (section(entry),) if section(entry) else (),
    "language": lambda entry, zone: (entry.language,) if entry.language else (),
    "year": lambda entry, zone: (f"{_year(entry, zone):04}",),
}
