"""HTML inside of feeds: what readers cut out, and what means something else away from its site.

The text is searched, not parsed: each pattern is one pass. A "<" or ">" inside of an attribute ends the tag here.
"""

from __future__ import annotations

import re
from html import unescape

from feedd.lint.findings import Book, quoted
from feedd.lint.tree import Node
from feedd.lint.values import is_relative

# What a reader's sanitizer takes out, or what means something else outside of its page.
_ACTIVE = (
    "script", "style", "object", "embed", "applet", "frameset", "frame", "iframe", "meta", "link", "basefont", "base",
    "plaintext", "xmp",
)  # fmt: skip
_ACTIVE_TAG = re.compile(rf"<({'|'.join(_ACTIVE)}|\?import)(?=[\s/>])", re.IGNORECASE)
_EVENT = re.compile(r"<[a-z][^<>]*?\s(on[a-z]{3,20})\s*=", re.IGNORECASE)
_STYLE = re.compile(r"<[a-z][^<>]*?\sstyle\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_BAD_STYLE = re.compile(r"url\s*\(|expression|behavio|binding|position\s*:|javascript|@import|\\", re.IGNORECASE)
# What is relative, or only looks so: most addresses are whole, and need not be looked at one by one.
_REFERENCE = re.compile(
    r"\s(?:href|src|poster|cite|longdesc)\s*=\s*+(?![\"']?https?:)(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))",
    re.IGNORECASE,
)
_SCRIPT_URL = re.compile(r"\s*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_DOUBLY = re.compile(
    r"&lt;/?(?:p|div|br|a|em|strong|b|i|img|ul|ol|li|h[1-6]|span|table)(?:\s[^<>&]{0,200})?/?&gt;", re.I
)
_XHTML_REFERENCES = ("href", "src", "poster", "cite")


def check(book: Book, node: Node, value: str, name: str) -> None:
    """HTML as text, as in description and content:encoded."""
    if "<" in value:
        _look(book, node, value, name)
    elif "&lt;" in value and _DOUBLY.search(value):
        book.add("html-escaped-twice", f"{name} shows tags as text", node)


def _look(book: Book, node: Node, value: str, name: str) -> None:
    if found := _ACTIVE_TAG.search(value):
        book.add("html-active", f"{name} has <{found[1].lower()}>", node)
    if " on" in value.lower() and (found := _EVENT.search(value)):
        book.add("html-event", f"{name} has the attribute {found[1].lower()}", node)
    if "style" in value:
        for found in _STYLE.finditer(value):
            _style(book, node, found[1] or found[2] or "", name)
    for found in _REFERENCE.finditer(value):
        _reference(book, node, unescape(found[1] or found[2] or found[3] or "").strip(), name)


def _style(book: Book, node: Node, value: str, name: str) -> None:
    if _BAD_STYLE.search(value):
        book.add("html-style", f"{name} has the style {quoted(value)}", node)


def _reference(book: Book, node: Node, value: str, name: str) -> None:
    if is_relative(value):
        book.add("html-relative", f"{name} refers to {quoted(value)}", node)
    elif _SCRIPT_URL.match(value):
        book.add("html-active", f"{name} refers to {quoted(value)}", node)


def check_xhtml(book: Book, div: Node, name: str, based: bool) -> None:
    """XHTML as elements, as in Atom. `based`: an xml:base says what relative addresses mean."""
    waiting = [div]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        space, _, local = node.name.rpartition(":")
        if not space:
            book.add("atom-xhtml-namespace", f"<{local}> in {name} is in no namespace", node)
        elif space == "xhtml" and local.lower() in _ACTIVE:
            book.add("html-active", f"{name} has <{local}>", node)
        for key, value in node.attrs.items():
            if key.startswith("on"):
                book.add("html-event", f"{name} has the attribute {key}", node)
            elif key == "style":
                _style(book, node, value, name)
            elif key in _XHTML_REFERENCES and not based:
                _reference(book, node, value.strip(), name)
