"""Which feeds does an entry belong to, and what is a feed's name? Pure.

Membership does not depend on time: whether a member is shown is the store's window, computed from its moments. Days and
years are those of the site's zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from fnmatch import fnmatchcase
from functools import lru_cache

from feedd.model import Entry, Feed, Query
from feedd.renderer import slugs
from feedd.renderer.facts import EACH, Facts, suffix
from feedd.where import compiled

# Raised whenever the same entry is in other feeds than before: then memberships are decided anew.
VERSION = "2"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Beside a page of this name stands one of the whole site: its first page, and the list of all feeds.
_RESERVED = frozenset(("index", "feeds", "feeds-sitemap"))


def feeds_of(entry: Entry, definitions: Sequence[Feed], zone: tzinfo) -> tuple[Feed, ...]:
    """The concrete feeds an entry belongs to, in the order of the settings; two values that share a path are one feed.
    Two definitions never share one: a path is of the first that can make it, whether it does or not, so that no feed
    has the entries of both. (The settings refuse such definitions.) What the settings define themselves is never made
    of a value besides."""
    found: dict[str, Feed] = {}
    facts = Facts(entry, zone)
    for number, definition in enumerate(definitions):
        if not _holds(definition.query, entry, facts):
            continue
        for feed in expand(definition, entry, zone):
            if feed.value is not None and (
                _is_fixed(feed.path, definitions) or _is_anothers(feed.path, definitions[:number])
            ):
                continue
            if entry.feeds is None or is_named(feed, definition, entry.feeds):
                found.setdefault(feed.path, feed)
    return tuple(found.values())


def _is_fixed(path: str, definitions: Sequence[Feed]) -> bool:
    """Compared without case: on the disks of macOS and Windows feed.xml and Feed.xml are one file."""
    return any(each.each is None and each.path.casefold() == path.casefold() for each in definitions)


def _is_anothers(path: str, before: Sequence[Feed]) -> bool:
    return any(each.each is not None and _shape(each.path).fullmatch(path) for each in before)


@lru_cache(maxsize=256)
def _shape(template: str) -> re.Pattern[str]:
    """What is made from a template: a value is part of one folder's name."""
    literals = (re.escape(each) for each in _PLACEHOLDER.split(template)[::2])
    return re.compile("[^/]+".join(literals), re.IGNORECASE)


def expand(definition: Feed, entry: Entry, zone: tzinfo) -> tuple[Feed, ...]:
    """The feed itself, or one per value of the entry's `each` field."""
    if definition.each is None:
        return (definition,)
    return tuple(concrete(definition, value) for value in EACH[definition.each](entry, zone))


@lru_cache(maxsize=4096)  # every entry asks, and there are few tags beside the entries
def concrete(definition: Feed, value: str) -> Feed:
    """One feed of an `each` definition: "tags/{tag}" and "Python" give tags/python.

    The title keeps the value as the first entry wrote it; "python" and "Python" are one feed.
    """
    each, slug = definition.each or "", slugs.segment(value)
    path = _filled(definition.path, {each: slug, "value": slug, "slug": slug})
    if path.casefold() in _RESERVED:
        path = f"{path}-{slugs.mark(value)}"
    names = {each: value, "value": value, "slug": slug}
    return replace(
        definition,
        path=path,
        title=_filled(definition.title, names),
        description=_filled(definition.description, names),
        language=definition.language or (value if each == "language" else None),
        value=value,
        definition=definition.path,
    )


def _filled(template: str, names: Mapping[str, str]) -> str:
    """In one pass: a value may look like a placeholder itself."""
    return _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), template)


def is_named(feed: Feed, definition: Feed, names: Iterable[str]) -> bool:
    """Does a front matter list (`feeds: [main, tags/*]`) name this feed, by its path or by its definition's?"""
    return any(fnmatchcase(feed.path, name) or name == definition.path for name in names)


def unknown(names: Iterable[str], definitions: Sequence[Feed]) -> tuple[str, ...]:
    """The names of a front matter list that can mean no feed. Any value of an `each` feed may come up."""
    patterns = [_PLACEHOLDER.sub("*", d.path) if d.each else d.path for d in definitions]
    return tuple(name for name in names if not any(fnmatchcase(p, name) or fnmatchcase(name, p) for p in patterns))


def matches(query: Query, entry: Entry, zone: tzinfo) -> bool:
    """All the fields that restrict, any of the values of each."""
    return _holds(query, entry, Facts(entry, zone))


def _holds(query: Query, entry: Entry, facts: Facts) -> bool:
    return (
        (not query.sources or entry.key.root in query.sources)
        and (not query.folders or any(_inside(entry.key.path, folder) for folder in query.folders))
        and _any(query.categories, entry.categories)
        and _any(query.tags, entry.tags)
        and (not query.authors or _any(query.authors, (person.name for person in entry.authors)))
        and (not query.languages or _speaks(query.languages, entry.language))
        and (not query.file_types or suffix(entry) in query.file_types)
        and (not query.where or compiled(query.where).holds(facts))
        and all(_holds(each, entry, facts) for each in query.all)
        and (not query.any or any(_holds(each, entry, facts) for each in query.any))
        and not any(_holds(each, entry, facts) for each in query.none)
    )


def _inside(path: str, folder: str) -> bool:
    folder = folder.strip("/")
    return not folder or path == folder or path.startswith(folder + "/")


def _any(wanted: Sequence[str], has: Iterable[str]) -> bool:
    if not wanted:
        return True
    names = {name.casefold() for name in wanted}
    return any(value.casefold() in names for value in has)


def _speaks(wanted: Iterable[str], language: str | None) -> bool:
    """A language is meant with all its regions: "en" is "en-GB", too (RFC 4647 3.3.1)."""
    tag = f"{language or ''}-".casefold()
    return any(tag.startswith(f"{each}-".casefold()) for each in wanted)
