"""HTML source -> its tags with their places, in one linear pass. Pure.

No tree: what we need of a page are a few elements and their lines, which a tree parser does not give, and the time a
tree takes grows with the square of nesting and of attributes (lexbor: 100,000 attributes, 19 s; 40,000 open `<div>`,
2.7 s). The rules are those of the HTML standard's tokenizer (13.2.5), as far as finding the ends of tags goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape as _unescape
from typing import NamedTuple

MAX_ATTRIBUTES = 100

_TAG = re.compile(
    r"""<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>]*+)"""
    r"""(?P<rest>(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')|["'=])*+)>"""
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>="'][^\s/>=]*+)(?:\s*+=\s*+(?:"(?P<one>[^"]*+)"|'(?P<two>[^']*+)'|(?P<bare>[^\s>"'][^\s>]*+)))?+"""
)
# Their content is no markup (13.1.2: raw text and escapable raw text elements, and the obsolete ones like them).
_RAW_TEXT = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*>", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}


# `html.unescape` hands the digits to int(), which refuses more than 4,300 of them with a ValueError; no character has
# more than seven.
_ENDLESS_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


def unescape(text: str) -> str:
    """Character references decoded; never raises."""
    return _unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text


class Token(NamedTuple):
    """A tag, or a comment or declaration (then `name` is "!"). A raw text element with its content is one token:
    `inner` and `inner_end` are where the content stands; of another tag both are its `end`."""

    name: str
    closing: bool
    start: int
    end: int
    rest: str
    inner: int
    inner_end: int

    def attributes(self) -> dict[str, str]:
        """Lower-case names, decoded values; the first of two with the same name counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.rest):
            value = match["one"] or match["two"] or match["bare"] or ""
            found.setdefault(match["name"].lower(), unescape(value))
            if len(found) >= MAX_ATTRIBUTES:
                break
        return found


def tokens(text: str) -> Iterator[Token]:
    """Every tag, comment and declaration in order. What is left open at the end of the text is not a token."""
    position = 0
    while (start := text.find("<", position)) >= 0:
        if text.startswith(("<!", "<?"), start):
            comment = text.startswith("<!--", start)
            end = text.find("-->", start + 2) + 3 if comment else text.find(">", start) + 1
            if end <= start:
                return
            yield Token("!", False, start, end, "", end, end)
            position = end
            continue
        tag = _TAG.match(text, start)
        if tag is None:
            if text[start + 1 : start + 2].isalpha() and text[start + 1] < "\x80":
                return  # a tag without an end takes everything after it along
            position = start + 1
            continue
        token = _token(text, tag)
        if token is None:
            return
        yield token
        position = token.end


def _token(text: str, tag: re.Match[str]) -> Token | None:
    name, closing, end = tag["name"].lower(), bool(tag["slash"]), tag.end()
    ending = _RAW_TEXT.get(name)
    if ending is None or closing:
        return Token(name, closing, tag.start(), end, tag["rest"], end, end)
    found = ending.search(text, end)
    if found is None:
        return None
    return Token(name, closing, tag.start(), found.end(), tag["rest"], end, found.start())


def text_of(markup: str) -> str:
    """The words of a piece of markup in one line, without what browsers do not show."""
    pieces: list[str] = []
    position = 0
    for token in tokens(markup):
        pieces.append(unescape(markup[position : token.start]))
        if token.name in ("textarea", "title") and not token.closing:
            pieces.append(unescape(markup[token.inner : token.inner_end]))
        elif token.name in ("br", "p", "div", "li", "td", "tr"):
            pieces.append(" ")
        position = token.end
    pieces.append(unescape(markup[position:]))
    return " ".join("".join(pieces).split())
