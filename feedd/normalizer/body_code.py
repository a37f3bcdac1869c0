"""Listings and page furniture, told by the classes that generators write. Pure.

Highlighters colour with classes, which a feed has not, and number lines in cells or spans of their own, which a reader
would copy along. Rouge, Chroma (Hugo), Pygments, Prism and highlight.js are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedd.normalizer.plain import words

Attributes = Mapping[str, str | None]

CODE_TABLES = words("highlighttable highlight-table lntable rouge-table hljs-ln")
# Line numbers, wherever they stand; `ln` and `lnt` are Chroma's and too short to be believed outside a listing.
_NUMBERS = words("gutter rouge-gutter linenos lineno linenodiv hljs-ln-numbers line-numbers-rows")
_CHROMA_NUMBERS = words("ln lnt")
# Links and texts that a page shows on hover or hides; the way back from a footnote is to an id that is not in the feed.
_FURNITURE = {
    "a": words(
        "anchorjs-link footnote-back footnote-backref footnote-return hash-link header-anchor headerlink "
        "heading-anchor reversefootnote zola-anchor"
    ),
    "span": words("katex-html sr-only visually-hidden"),
}
_NUMBERED = words("a div pre span td th")

# "{.python" and "rust,ignore" are what comrak takes from ```{.python .x} and ```rust,ignore.
_LANGUAGE = re.compile(r"(?:language|lang|highlight(?:-source)?)-\{?\.?([\w+#][\w+#.-]{0,39})(?![\w+#.-])", re.ASCII)
_OWN = re.compile(r"(?:language|lang)-")
_WRITERS = re.compile(r"(?:sourceCode|code) ([\w+#.-]{1,40})(?: |\Z)", re.ASCII)  # Pandoc, docutils


def is_furniture(tag: str, classes: list[str], *, listing: bool) -> bool:
    """Is this element for the page and not for the text?"""
    if tag in _NUMBERED and (not _NUMBERS.isdisjoint(classes) or (listing and not _CHROMA_NUMBERS.isdisjoint(classes))):
        return True
    known = _FURNITURE.get(tag)
    return known is not None and not known.isdisjoint(classes)


def language(attributes: Attributes, *, own: bool = True) -> str | None:
    """The language of a listing by the classes of its element, or (`own` False) of one around it."""
    named = attributes.get("data-lang")
    if named and re.fullmatch(r"[\w+#.-]{1,40}", named, re.ASCII):
        return named
    classes = attributes.get("class") or ""
    for name in classes.split():
        if (match := _LANGUAGE.match(name)) and (_OWN.match(name) or not own):
            return match[1]
    match = _WRITERS.match(classes)
    return match[1] if match else None
