"""The door: which format is it, and then its file."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from feedd.lint import atom, jsonfeed, opml, rss, tree
from feedd.lint.findings import Book, Finding, quoted
from feedd.lint.served import check_served
from feedd.lint.tree import Node

RSS: Final = "rss"
ATOM: Final = "atom"
JSON: Final = "json"
OPML: Final = "opml"
_ROOTS: Final = {"rss": RSS, "atom:feed": ATOM, "atom:entry": ATOM, "opml": OPML}
_OLD: Final = {"rdf:RDF": "RSS 1.0 or 0.90", "rss11:Channel": "RSS 1.1", "atom03:feed": "Atom 0.3"}
_MARKUP: Final = re.compile(rb"\s*<!doctype html|\s*<html", re.IGNORECASE)


def lint(
    data: bytes,
    *,
    address: str | None = None,
    now: datetime | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Everything that is wrong with a document, in its order; whatever the bytes are, this does not raise.

    `address` is where it is in public, `headers` (names in lower case) what a server said of it, `now` the moment."""
    book = Book(address, now)
    kind = _lint(data, book)
    if headers is not None and kind is not None:
        check_served(book, kind, headers)
    return book.findings()


def _lint(data: bytes, book: Book) -> str | None:
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        book.put("no-feed", "the document is empty")
    elif start.startswith((b"{", b"[")):
        return _json(data, book)
    elif _MARKUP.match(start):
        book.put("no-feed", "this is a web page")
    elif b"\0" in start or start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _xml(data, book)
    else:
        book.put("no-feed", "this is neither XML nor JSON")
    return None


def _json(data: bytes, book: Book) -> str | None:
    found = jsonfeed.read(data, book)
    if found is None:
        return None
    jsonfeed.lint(book, *found)
    return JSON


def _xml(data: bytes, book: Book) -> str | None:
    if data[:1].isspace() and data.lstrip().startswith(b"<?xml"):
        book.put("xml-space-first", "white space stands before the document", 1, 1)
    root = tree.read(data, book)
    if root is None:
        return None
    kind = _ROOTS.get(root.name)
    if kind == RSS:
        rss.lint(book, root)
    elif kind == ATOM:
        atom.lint(book, root)
    elif kind == OPML:
        opml.lint(book, root)
    else:
        _stranger(book, root)
    return kind


def _stranger(book: Book, root: Node) -> None:
    if old := _OLD.get(root.name):
        book.add("old-rss", old, root)
    else:
        book.add("no-feed", f"the document is {quoted(root.name)}", root)
