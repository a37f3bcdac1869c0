"""What a document says of a noun, field by field: the names of all fields there are, their values, where they stand.

A table maps the name of each field to the place (or places) where it must be found, or to the reason why it is nowhere.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from feedd.model import Query, Schedule, SourceKey

PREFIXES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "thr": "http://purl.org/syndication/thread/1.0",
}
NO_WORD = "the format has no word for it"
INSIDE = "says how it is published, not what readers are told"
_WHOLE = (Query, Schedule, SourceKey)  # of which no part reaches readers


@dataclass(frozen=True)
class Said:
    """`where` is an XPath, or a path in JSON ("authors[].name"); `how` writes a value as it stands there; `of` gives
    the values, where they are not simply those of the field."""

    where: str
    how: Callable[[Any], Any] | None = None
    of: Callable[[Any], list[Any]] | None = None


Table = Mapping[str, Said | tuple[Said, ...] | str]


def names(noun: type, before: str = "") -> Iterator[str]:
    """Every field of a noun and of the nouns in it: "authors.name", "extras.license.url"."""
    hints = typing.get_type_hints(noun)
    for field in fields(noun):
        inner = next((each for each in _types(hints[field.name]) if is_dataclass(each) and each not in _WHOLE), None)
        if inner is None:
            yield before + field.name
        else:
            yield from names(inner, f"{before}{field.name}.")


def _types(hint: Any) -> Iterator[type]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        for each in typing.get_args(hint):
            yield from _types(each)
    elif isinstance(hint, type):
        yield hint


def values(noun: Any, name: str) -> list[Any]:
    """The values of a field, one by one; none where it says nothing."""
    found = [noun]
    for part in name.split("."):
        found = [value for each in found for value in _several(getattr(each, part))]
    return found


def _several(value: Any) -> list[Any]:
    if isinstance(value, tuple):
        return list(value)
    return [] if value in (None, "") else [value]


def lost(noun: Any, found: Any, table: Table) -> list[str]:
    """What a table says and the document does not."""
    return [
        f"{name}: {given!r} became {came!r} in {said.where}"
        for name, entry in table.items()
        if not isinstance(entry, str)
        for said in (entry if isinstance(entry, tuple) else (entry,))
        for given, came in [(_given(noun, name, said), _came(found, said.where))]
        if given != came
    ]


def _given(noun: Any, name: str, said: Said) -> list[Any]:
    written = said.how or (lambda value: value)
    return [written(value) for value in (said.of(noun) if said.of else values(noun, name))]


def _came(found: Any, where: str) -> list[Any]:
    if isinstance(found, dict):
        return dig(found, where)
    return [each if isinstance(each, str) else each.text for each in found.xpath(where, namespaces=PREFIXES)]


def dig(found: Any, where: str) -> list[Any]:
    """ "a.b[].c": the values of c of all objects in the list b of the object a."""
    for part in where.split("."):
        name, _, listed = part.partition("[")
        found = [each[name] for each in (found if isinstance(found, list) else [found]) if name in each]
        found = [value for each in found for value in each] if listed else found
    return list(found)


def without(some: Table, table: Table) -> Table:
    return {name: said for name, said in table.items() if name not in some}
