"""Which feeds does an entry belong to, and what is a feed's name? Pure.

Membership does not depend on time: whether a member is shown is the store's window, computed from its moments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache

from feedd.model import Entry, Feed, Query
from feedd.renderer.slugs import slugify

_VALUES: dict[str, Callable[[Entry], tuple[str, ...]]] = {
    "tag": lambda entry: entry.tags,
    "category": lambda entry: entry.categories,
    "author": lambda entry: tuple(person.name for person in entry.authors),
}


def feeds_of(entry: Entry, definitions: Sequence[Feed]) -> tuple[Feed, ...]:
    """The concrete feeds an entry belongs to, in the order of the settings; two that would share a path are one."""
    found: dict[str, Feed] = {}
    for definition in definitions:
        if not matches(definition.query, entry):
            continue
        for feed in expand(definition, entry):
            if entry.feeds is None or is_named(feed, definition, entry.feeds):
                found.setdefault(feed.path, feed)
    return tuple(found.values())


def expand(definition: Feed, entry: Entry) -> tuple[Feed, ...]:
    """The feed itself, or one per value of the entry's `each` field."""
    if definition.each is None:
        return (definition,)
    return tuple(concrete(definition, value) for value in _VALUES[definition.each](entry))


@lru_cache(maxsize=4096)  # every entry asks, and there are few tags beside the entries
def concrete(definition: Feed, value: str) -> Feed:
    """One feed of an `each` definition: "tags/{tag}" and "Python" give tags/python.

    The title keeps the value as the first entry wrote it; "python" and "Python" are one feed.
    """
    each = definition.each or ""
    path = definition.path.replace("{" + each + "}", slugify(value))
    title = definition.title.replace("{" + each + "}", value)
    return replace(definition, path=path, title=title, value=value, definition=definition.path)


def is_named(feed: Feed, definition: Feed, names: Iterable[str]) -> bool:
    """Does a front matter list (`feeds: [main, tags/*]`) name this feed, by its path or by its definition's?"""
    return any(fnmatchcase(feed.path, name) or name == definition.path for name in names)


def unknown(names: Iterable[str], definitions: Sequence[Feed]) -> tuple[str, ...]:
    """The names of a front matter list that can mean no feed. Any value of an `each` feed may come up."""
    patterns = [d.path.replace("{" + d.each + "}", "*") if d.each else d.path for d in definitions]
    return tuple(name for name in names if not any(fnmatchcase(p, name) or fnmatchcase(name, p) for p in patterns))


def matches(query: Query, entry: Entry) -> bool:
    """All the fields that restrict, any of the values of each."""
    return (
        (not query.sources or entry.key.root in query.sources)
        and (not query.folders or any(_inside(entry.key.path, folder) for folder in query.folders))
        and _any(query.categories, entry.categories)
        and _any(query.tags, entry.tags)
        and _any(query.authors, (person.name for person in entry.authors))
    )


def _inside(path: str, folder: str) -> bool:
    folder = folder.strip("/")
    return not folder or path == folder or path.startswith(folder + "/")


def _any(wanted: Iterable[str], has: Iterable[str]) -> bool:
    names = {name.casefold() for name in wanted}
    return not names or any(value.casefold() in names for value in has)
