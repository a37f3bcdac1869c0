"""JSON Feed 1.1 (jsonfeed.org/version/1.1) and 1."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from feedd.lint import html, values
from feedd.lint.findings import Book, quoted
from feedd.lint.tree import MOST_BYTES, Node

VERSIONS: Final = ("https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DEPTH: Final = 6  # of the places that findings name

Place = tuple[str | int, ...]
Object = Mapping[str, Any]


class _Pages:
    """The book, for a document whose findings are named by keys and positions; lines are looked up at the end, and only
    if there is anything to say."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._found: list[tuple[str, str, Place]] = []

    def add(self, rule: str, message: str, place: Place) -> None:
        self._found.append((rule, message, place))

    def check(self, check: values.Check, value: str, name: str, place: Place) -> None:
        """A check made for XML."""
        inner = Book(now=self.book.now)
        check(inner, _NOWHERE, value, name)
        for finding in inner.findings():
            self.add(finding.rule, finding.message, place)

    def write(self, text: str) -> None:
        lines = _lines(text) if self._found else {}
        for rule, message, place in self._found:
            self.book.put(rule, message, _line(lines, place), None, _name(place))


_NOWHERE: Final = Node("", "", {}, 1, 1, None)


def read(data: bytes, book: Book) -> tuple[str, Any] | None:
    """The text and what it says, None where it is no JSON."""
    if len(data) > MOST_BYTES:
        book.put("size", f"{len(data):,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        book.put("json-utf8", f"byte {error.start:,} is not UTF-8", data.count(b"\n", 0, error.start) + 1)
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        book.put("json-bom", "the document begins with a byte order mark", 1, 1)
    try:
        return text, json.loads(text, parse_constant=_refuse, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        book.put("json-syntax", f"no JSON: {error.msg}", error.lineno, error.colno)
    except (ValueError, RecursionError) as error:
        book.put("json-syntax", f"no JSON that can be read: {quoted(str(error))}")
    return None


class _Pairs(dict[str, Any]):
    """An object that remembers a key that was there twice."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice = None if len(self) == len(pairs) else _first_repeated(key for key, _ in pairs)


def _first_repeated(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def lint(book: Book, text: str, feed: Any) -> None:
    pages = _Pages(book)
    if isinstance(feed, dict):
        _feed(pages, feed)
    else:
        pages.add("json-object", "the document is no object", ())
    pages.write(text)


# --- The feed ---------------------------------------------------------------------------------------------------------


def _feed(pages: _Pages, feed: Object) -> None:
    _version(pages, feed.get("version"))
    _keys(pages, feed, _FEED, ())
    if not isinstance(feed.get("title"), str) or not feed["title"].strip():
        pages.add("json-title", "the feed has no title", ())
    items = feed.get("items")
    if not isinstance(items, list):
        pages.add("json-items", "the feed has no array of items", ("items",) if "items" in feed else ())
        items = []
    _authors(pages, feed, ())
    _hubs(pages, feed.get("hubs"))
    _addresses(pages, feed)
    seen: set[str] = set()
    for number, item in enumerate(items):
        place = ("items", number)
        if not isinstance(item, dict):
            pages.add("json-item", "an item is no object", place)
            continue
        _item(pages, item, place)
        _unique(pages, item, seen, place)


def _version(pages: _Pages, version: object) -> None:
    if version not in VERSIONS:
        pages.add("json-version", f"the version is {quoted(str(version))}, not {VERSIONS[-1]}", ("version",))


def _addresses(pages: _Pages, feed: Object) -> None:
    address, own = pages.book.address, feed.get("feed_url")
    if own is None:
        pages.add("json-feed-url", "the feed does not say its own address", ())
    elif address is not None and own != address:
        message = f"feed_url is {quoted(str(own))}, the document is at {quoted(address)}"
        pages.add("self-differs", message, ("feed_url",))
    if own is not None and feed.get("next_url") == own:
        pages.add("json-next-url", "next_url is the feed's own address", ("next_url",))


def _hubs(pages: _Pages, hubs: object) -> None:
    for number, hub in enumerate(hubs if isinstance(hubs, list) else ()):
        place = ("hubs", number)
        if not isinstance(hub, dict) or not isinstance(hub.get("type"), str) or not isinstance(hub.get("url"), str):
            pages.add("json-hub", "a hub is no object with type and url", place)
        else:
            pages.check(values.absolute_url, hub["url"], "a hub", place)


def _authors(pages: _Pages, node: Object, place: Place) -> None:
    if "author" in node and "authors" not in node:
        pages.add("json-author-old", "author is there, and authors is not", (*place, "author"))
    authors = node.get("authors")
    for number, author in enumerate(authors if isinstance(authors, list) else ()):
        here = (*place, "authors", number)
        if not isinstance(author, dict) or not any(author.get(key) for key in ("name", "url", "avatar")):
            pages.add("json-author", "an author is no object with a name, url or avatar", here)
        else:
            _keys(pages, author, _AUTHOR, here)


# --- Items ------------------------------------------------------------------------------------------------------------


def _item(pages: _Pages, item: Object, place: Place) -> None:
    _keys(pages, item, _ITEM, place)
    id = item.get("id")
    if not isinstance(id, str) or not id:
        pages.add("json-id", "an item has no id, or one that is no text", (*place, "id") if "id" in item else place)
    if not isinstance(item.get("content_html"), str) and not isinstance(item.get("content_text"), str):
        pages.add("json-content", "an item has neither content_html nor content_text", place)
    if "date_published" not in item and "date_modified" not in item:
        pages.add("json-date-missing", "an item has no date", place)
    _authors(pages, item, place)
    attachments = item.get("attachments")
    for number, attachment in enumerate(attachments if isinstance(attachments, list) else ()):
        _attachment(pages, attachment, (*place, "attachments", number))


def _unique(pages: _Pages, item: Object, seen: set[str], place: Place) -> None:
    id = str(item.get("id", ""))
    if id and id in seen:
        pages.add("json-id-twice", f"two items have the id {quoted(id)}", (*place, "id"))
    seen.add(id)


def _attachment(pages: _Pages, attachment: object, place: Place) -> None:
    if not isinstance(attachment, dict):
        pages.add("json-attachment", "an attachment is no object", place)
        return
    for name in ("url", "mime_type"):
        if not isinstance(attachment.get(name), str):
            pages.add("json-attachment", f"an attachment has no {name}", place)
    _keys(pages, attachment, _ATTACHMENT, place)


# --- Keys and their values --------------------------------------------------------------------------------------------

Value = Callable[[_Pages, Any, str, Place], None]


def _string(*checks: values.Check) -> Value:
    def check(pages: _Pages, value: Any, name: str, place: Place) -> None:
        if not isinstance(value, str):
            pages.add("json-type", f"{name} is no text", place)
            return
        for each in checks:
            pages.check(each, value, name, place)

    return check


def _kind(kind: type, words: str) -> Value:
    def check(pages: _Pages, value: Any, name: str, place: Place) -> None:
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            pages.add("json-type", f"{name} is no {words}", place)

    return check


def _whole(pages: _Pages, value: Any, name: str, place: Place) -> None:
    sensible = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    if not sensible:
        pages.add("json-type", f"{name} is no number from 0", place)


def _tags(pages: _Pages, value: Any, name: str, place: Place) -> None:
    if not isinstance(value, list) or not all(isinstance(tag, str) and tag for tag in value):
        pages.add("json-type", f"{name} is no array of texts", place)


_ANY: Final = _string()
_URL: Final = _string(values.absolute_url)
_PLAIN: Final = _string(values.plain_text)
_DATE: Final = _string(values.rfc3339_date)
_LIST: Final = _kind(list, "array")
_FEED: Final[Mapping[str, Value]] = {
    "version": _ANY,
    "title": _PLAIN,
    "home_page_url": _URL,
    "feed_url": _URL,
    "description": _ANY,
    "user_comment": _ANY,
    "next_url": _URL,
    "icon": _URL,
    "favicon": _URL,
    "author": _kind(dict, "object"),
    "authors": _LIST,
    "language": _string(values.language),
    "expired": _kind(bool, "true or false"),
    "hubs": _LIST,
    "items": lambda *_: None,
}
_ITEM: Final[Mapping[str, Value]] = {
    "id": lambda *_: None,
    "url": _URL,
    "external_url": _URL,
    "title": _PLAIN,
    "content_html": _string(html.check),
    "content_text": _ANY,
    "summary": _ANY,
    "image": _URL,
    "banner_image": _URL,
    "date_published": _DATE,
    "date_modified": _DATE,
    "author": _kind(dict, "object"),
    "authors": _LIST,
    "tags": _tags,
    "language": _string(values.language),
    "attachments": _LIST,
}
_AUTHOR: Final[Mapping[str, Value]] = {"name": _ANY, "url": _URL, "avatar": _URL}
_ATTACHMENT: Final[Mapping[str, Value]] = {
    "url": _URL,
    "mime_type": _string(values.mime_type),
    "title": _ANY,
    "size_in_bytes": _whole,
    "duration_in_seconds": _whole,
}


def _keys(pages: _Pages, node: Object, known: Mapping[str, Value], place: Place) -> None:
    if isinstance(node, _Pairs) and node.twice is not None:
        pages.add("json-key-twice", f"the key {quoted(node.twice)} is there twice", place)
    for key, value in node.items():
        if check := known.get(key):
            check(pages, value, key, (*place, key))
        elif not key.startswith("_"):
            pages.add("json-key-unknown", f"JSON Feed knows no {quoted(key)}", (*place, key))


# --- Places -----------------------------------------------------------------------------------------------------------


def _name(place: Place) -> str:
    """items[3].attachments[0].url"""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _line(lines: Mapping[Place, int], place: Place) -> int | None:
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _lines(text: str) -> dict[Place, int]:
    """The line of every value that is not too deep: the tokens once more, in order."""
    found: dict[Place, int] = {(): 1}
    for place, line in _walk(text):
        found.setdefault(place, line)
    return found


def _walk(text: str) -> Iterator[tuple[Place, int]]:
    stack: list[str | int] = []
    line, seen, key = 1, 0, True
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        sign = token[0]
        if sign in "{[":
            stack.append("" if sign == "{" else 0)
            key = sign == "{"
            if sign == "[" and len(stack) <= _DEPTH:
                yield tuple(stack), line
        elif sign in "}]":
            if stack:
                stack.pop()
            key = False
        elif sign == ",":
            key = bool(stack) and isinstance(stack[-1], str)
            if stack and isinstance(stack[-1], int):
                stack[-1] += 1
                if len(stack) <= _DEPTH:
                    yield tuple(stack), line
        elif sign == ":":
            key = False
        elif key and stack:
            stack[-1] = json.loads(sign) if sign.startswith('"') else sign
            if len(stack) <= _DEPTH:
                yield tuple(stack), line
