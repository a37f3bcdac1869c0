"""What a server says of a document: its headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feedd.lint.findings import Book, quoted

# The type of the format first; then what every reader takes as well.
_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "rss": ("application/rss+xml", "application/xml", "text/xml"),
    "atom": ("application/atom+xml", "application/xml", "text/xml"),
    "json": ("application/feed+json", "application/json"),
    "opml": ("text/x-opml", "text/x-opml+xml", "application/xml", "text/xml"),
}


def check_served(book: Book, kind: str, headers: Mapping[str, str]) -> None:
    """`headers` with names in lower case."""
    given, _, parameters = headers.get("content-type", "").partition(";")
    given = given.strip().lower()
    if given not in _TYPES[kind]:
        book.put("http-type", f"Content-Type is {quoted(given)}, not {_TYPES[kind][0]}")
    charset = parameters.lower().partition("charset=")[2].strip(' "')
    if charset and charset not in ("utf-8", "utf8"):
        book.put("http-charset", f"Content-Type says charset={quoted(charset)}")
    if "etag" not in headers and "last-modified" not in headers:
        book.put("http-validators", "neither ETag nor Last-Modified")
