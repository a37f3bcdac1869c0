"""Which part of an HTML page is its article, and what within it is the page's furniture. Pure.

An element says so by its name (`<article>`, `<nav>`), its role, or one of the classes that microformats and the common
site systems give it. What a fragment has is its author's, whatever it is called; so furniture is taken only out of
whole pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from feedd.normalizer.html_tokens import Token, text_of, tokens


class Part(NamedTuple):
    """A stretch of the page's source; `own` if an element says that it is the article (`<article>`, `<main>`)."""

    start: int
    end: int
    own: bool


class Box(NamedTuple):
    """An element with what is in it: its tag, where it starts and ends, and where its content does."""

    tag: Token
    start: int
    end: int
    inner: int
    inner_end: int


_BOXES = frozenset(
    ("article", "main", "div", "section", "nav", "header", "footer", "aside", "form", "dialog", "ul", "ol",
     "blockquote", "figure", "button")
)  # fmt: skip
_MOST_TAGS = 50_000  # real pages have some hundred
# The story itself within its page: microformats2 and hAtom, schema.org, WordPress and its relatives.
_STORY = frozenset(("e-content", "entry-content", "post-content", "article-content", "article-body", "post-body"))
_NOT_STORY_NAMES = frozenset(("nav", "form", "dialog", "button"))
_NOT_STORY_ROLES = frozenset(("navigation", "search", "banner", "contentinfo", "complementary"))
_NOT_STORY = frozenset(
    ("comments", "comments-area", "comment-list", "comment-respond", "comment-form", "respond", "disqus_thread",
     "sharedaddy", "share-buttons", "social-share", "sharing", "share", "related", "related-posts", "jp-relatedposts",
     "post-navigation", "nav-links", "pagination", "pager", "breadcrumb", "breadcrumbs", "sidebar", "widget-area",
     "navbar", "newsletter-signup", "cookie-banner", "skip-link", "site-header", "site-footer")
)  # fmt: skip
_WHOLE_PAGE = re.compile(
    r"\s{0,1000}(?:<!--.{0,2000}?-->\s{0,1000})?<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL
)


def is_whole_page(text: str) -> bool:
    return _WHOLE_PAGE.match(text) is not None


def boxes(text: str, part: Part) -> list[Box]:
    """The elements within a part, in the order in which they begin. One that is not closed goes on to the end of the
    one it is in."""
    found: list[Box | None] = []
    opened: dict[str, list[tuple[int, Token]]] = {}
    tags = (token for token in tokens(text[part.start : part.end]) if token.name in _BOXES)
    for token in islice(tags, _MOST_TAGS):
        stack = opened.setdefault(token.name, [])
        if not token.closing:
            stack.append((len(found), token))
            found.append(None)
        elif stack:
            at, tag = stack.pop()
            start = part.start
            found[at] = Box(tag, start + tag.start, start + token.end, start + tag.end, start + token.start)
    return [box for box in found if box is not None]


def story(text: str, part: Part, within: Sequence[Box]) -> Part:
    """The one element of the part that is marked as the story, if there is just one; else all of the part."""
    marked = [box for box in within if _is_story(box.tag)]
    outermost = [box for box in marked if not any(o.start < box.start and box.end <= o.end for o in marked[:100])]
    if len(outermost) != 1 or not text_of(text[outermost[0].inner : outermost[0].inner_end]):
        return part
    return Part(outermost[0].inner, outermost[0].inner_end, True)


def _is_story(tag: Token) -> bool:
    if not tag.rest:
        return False
    attributes = tag.attributes()
    return bool(_STORY & set(attributes.get("class", "").split())) or attributes.get("itemprop") == "articleBody"


def furniture(text: str, part: Part, within: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """The stretches of a part that are no part of the story; none if nothing else is there."""
    quotes = [box for box in within if box.tag.name in ("blockquote", "figure")]
    cuts: list[tuple[int, int]] = []
    for box in within:
        if cuts and box.start < cuts[-1][1]:
            continue  # inside of one already
        if part.start <= box.start and box.end <= part.end and _is_furniture(box, part, quotes):
            cuts.append((box.start, box.end))
    if text_of(without(text, part, cuts)):
        yield from cuts


def _is_furniture(box: Box, part: Part, quotes: Sequence[Box]) -> bool:
    name, attributes = box.tag.name, box.tag.attributes() if box.tag.rest else {}
    if name in _NOT_STORY_NAMES or attributes.get("role") in _NOT_STORY_ROLES:
        return True
    if name in ("header", "aside") and not part.own:
        return True
    if name == "footer" and not any(quote.start < box.start < quote.end for quote in quotes[:100]):
        return True
    return bool(_NOT_STORY & {attributes.get("id", ""), *attributes.get("class", "").split()})


def without(text: str, part: Part, cuts: Sequence[tuple[int, int]]) -> str:
    """A part without some stretches, whose line ends stay, so that every line below keeps its number."""
    pieces: list[str] = []
    position = part.start
    for start, end in sorted(cuts):
        if start < position:
            continue
        pieces += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end
    return "".join((*pieces, text[position : part.end]))
