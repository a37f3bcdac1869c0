"""How two versions of one of our documents differ, entry by entry: what `feedd build --dry-run` says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from feedd.cli.say import plural

_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as one document shows it. `content` is all of it, to be compared."""

    id: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Changes:
    added: tuple[Item, ...]
    changed: tuple[Item, ...]  # as they would be
    removed: tuple[Item, ...]
    same: int

    def words(self) -> str:
        """ "+1 entry, ~1 changed, 48 same"."""
        counts = [f"+{plural(len(self.added), 'entry', 'entries')}"] if self.added else []
        counts += [f"~{len(self.changed)} changed"] if self.changed else []
        counts += [f"-{len(self.removed)} gone"] if self.removed else []
        if not counts:
            return f"{self.same} same, in another order or under another head"
        return ", ".join([*counts, f"{self.same} same"])


def between(before: bytes, after: bytes, format: str) -> Changes | None:
    """None if `before` is no document of ours."""
    old, new = items(before, format), items(after, format)
    if old is None or new is None:
        return None
    kept = [id for id in new if id in old]
    changed = tuple(new[id] for id in kept if new[id] != old[id])
    return Changes(
        added=tuple(item for id, item in new.items() if id not in old),
        changed=changed,
        removed=tuple(item for id, item in old.items() if id not in new),
        same=len(kept) - len(changed),
    )


def items(data: bytes, format: str) -> Mapping[str, Item] | None:
    """The entries of a document by id, in its order; None for what cannot be read as one."""
    try:
        found = _of_json(data) if format == "json" else _of_xml(data, format)
        return {item.id: item for item in found}
    except (ValueError, KeyError, TypeError, AttributeError, etree.XMLSyntaxError):
        return None


def _of_json(data: bytes) -> Iterator[Item]:
    for item in json.loads(data)["items"]:
        yield Item(str(item["id"]), item.get("title") or "", json.dumps(item, sort_keys=True).encode())


def _of_xml(data: bytes, format: str) -> Iterator[Item]:
    # What stands there may be anybody's file: no entities, nothing fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    item, id, title = (
        ("channel/item", "guid", "title") if format == "rss" else (f"{_ATOM}entry", f"{_ATOM}id", f"{_ATOM}title")
    )
    if root.tag != ("rss" if format == "rss" else f"{_ATOM}feed"):
        raise ValueError(f"not {format}")
    for element in root.iterfind(item):
        name = element.findtext(id) or element.findtext("link") or ""
        yield Item(name, element.findtext(title) or "", etree.tostring(element, with_tail=False))
