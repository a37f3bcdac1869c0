"""What the classes of a page's elements say of its article: microformats2's h-entry, and hAtom before it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from feedd.normalizer.html_parts import Part
from feedd.normalizer.html_tokens import Token, text_of, tokens
from feedd.normalizer.values import is_web_url

# Property -> a key of a front matter that nothing else in a page has taken.
_KEYS = {
    "p-author": "creator", "author": "creator", "p-category": "tag", "dt-published": "published",
    "dt-updated": "dateupdated", "updated": "dateupdated", "published": "published",
    "u-url": "link", "p-summary": "excerpt", "u-photo": "photo",
}  # fmt: skip
_DATES = ("dt-published", "dt-updated", "published", "updated")
_SEVERAL = ("creator", "tag")
_IS_ENTRY = re.compile(r"\b(?:h-entry|hentry|entry-title|entry-content)\b")
_MARKED = re.compile(r"\b(?:[pu]-[a-z]|dt-(?:published|updated)|author\b|published\b|updated\b)")
_FULL_NAME = re.compile(r"class=[\"'](?:[^\"'<>]{0,100}\s)?fn[\"'\s][^<>]{0,500}>([^<>]{1,200})<")
_MOST = 100
LONGEST_PROPERTY = 1_000  # characters of markup


def h_entry(text: str, part: Part) -> list[tuple[str, Any, str, int]]:
    """(key, value, rule, position) of each property in the part, if the page has an h-entry at all."""
    if not _IS_ENTRY.search(text):
        return []
    found: dict[str, tuple[str, Any, str, int]] = {}
    for name, value, position in islice(_properties(text, part), _MOST):
        key = _KEYS[name]
        if key not in found:
            found[key] = (key, [value] if key in _SEVERAL else value, f"h-entry {name}", position)
        elif key in _SEVERAL and value not in found[key][1]:
            found[key][1].append(value)
    return list(found.values())


def _properties(text: str, part: Part) -> Iterator[tuple[str, str, int]]:
    """(property, value, where it stands)."""
    markup = text[part.start : part.end]
    for token in tokens(markup):
        if token.closing or not _MARKED.search(token.rest):
            continue
        attributes = token.attributes()
        for name in attributes.get("class", "").split():
            value = _value(name, token, attributes, markup).strip() if name in _KEYS else ""
            if value:
                yield name, value, part.start + token.start


def _value(name: str, token: Token, attributes: dict[str, str], markup: str) -> str:
    if name.startswith("u-"):
        address = attributes.get("href") or attributes.get("src") or ""
        return address if name != "u-url" or is_web_url(address) else ""
    if name in _DATES:
        return attributes.get("datetime") or attributes.get("title") or ""
    end = markup.find(f"</{token.name}", token.end, token.end + LONGEST_PROPERTY)
    inner = markup[token.end : end] if end > 0 else ""
    name_in_card = _FULL_NAME.search(inner) if name == "author" else None  # hCard: the rest may be "By" or a portrait
    return text_of(name_in_card[1] if name_in_card else inner)
