"""OPML 2.0 (opml.org/spec2.opml): a list of feeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedd.lint.elements import Kind, Language, walk
from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node
from feedd.lint.values import Check, absolute_url, email, language, one_of, rfc822_date, text, web_url, whole

_BOOLEAN: Final = one_of("opml-boolean", "true", "false")
_OUTLINE_ATTRS: Final[Mapping[str, Check]] = {
    "text": text,
    "type": text,
    "isComment": _BOOLEAN,
    "isBreakpoint": _BOOLEAN,
    "created": rfc822_date,
    "category": text,
    "xmlUrl": absolute_url,
    "htmlUrl": absolute_url,
    "url": absolute_url,
    "description": text,
    "language": language,
    "title": text,
    "version": text,
}
_NUMBER: Final = Kind((whole(0),))
_HEAD: Final = Kind(
    children={
        "title": Kind((text,)),
        "dateCreated": Kind((rfc822_date,)),
        "dateModified": Kind((rfc822_date,)),
        "ownerName": Kind((text,)),
        "ownerEmail": Kind((email,)),
        "ownerId": Kind((web_url,)),
        "docs": Kind((absolute_url,)),
        "expansionState": Kind((text,)),
        **{f"window{side}": _NUMBER for side in ("Top", "Left", "Bottom", "Right")},
        "vertScrollState": _NUMBER,
    }
)
ROOT: Final = Kind(
    attrs={"version": one_of("opml-version", "1.0", "1.1", "2.0")},
    needs=("version",),
    children={"head": _HEAD, "body": Kind(free=True)},
    requires=("head", "body"),
)
LANGUAGE: Final = Language("OPML", "", {})


def lint(book: Book, root: Node) -> None:
    walk(book, root, ROOT, LANGUAGE)
    body = root.find("body")
    if body is None:
        return
    if not body.all("outline"):
        book.add("opml-empty", "the body has no <outline>", body)
    waiting = list(reversed(body.children))
    while waiting:  # outlines stand in outlines, as deep as their author likes
        node = waiting.pop()
        waiting.extend(reversed(node.children))
        if node.name == "outline":
            _outline(book, node)
        elif ":" not in node.name and not node.name.startswith("{"):
            book.add("element-unknown", f"OPML has no <{node.name}> in its body", node)


def _outline(book: Book, node: Node) -> None:
    attrs = node.attrs
    for name, value in attrs.items():
        if check := _OUTLINE_ATTRS.get(name):
            check(book, node, value, f"{name} of <outline>")
    if "text" not in attrs:
        book.add("opml-text", "an <outline> without text", node)
    kind = attrs.get("type", "").lower()
    if kind == "rss" and "xmlUrl" not in attrs:
        book.add("opml-feed", f"the feed {quoted(attrs.get('text', ''))} has no xmlUrl", node)
    elif kind == "link" and "url" not in attrs:
        book.add("opml-link", f"the link {quoted(attrs.get('text', ''))} has no url", node)
    elif not kind and "xmlUrl" in attrs:
        book.add("opml-type", f"{quoted(attrs.get('text', ''))} has an xmlUrl and no type=rss", node)
