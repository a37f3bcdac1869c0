"""A huge or hostile HTML document, written anew so that parsing it is cheap: every tag closed, nothing deeper than 256.

HTML5 parsing is quadratic in depth (lexbor: 40,000 nested div 1.9 s, 200,000 for ever) and in attributes, and unclosed
formatting elements are opened again in every paragraph (600 of each: 360,000 nodes from 10 kB). So a document that is
large enough to do harm goes through this first. It is rewritten from tokens: what the parser sees afterwards is exactly
what was counted here, so no trick with comments, scripts or quotes gets depth past the limit. Text is never lost.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from feedd.normalizer.plain import words

DEEPEST = 256
MOST_ATTRIBUTES = 64
HARMLESS_TAGS = 1_000  # at this size the worst documents known cost 0.1 s
HARMLESS_SIZE = 65_536  # characters

_ATTRIBUTE = r"""[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+))?+"""
TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/(?![a-zA-Z]))[^>]*+>?+"
    rf"|<(?P<end>/?+)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{_ATTRIBUTE}|=)*+)>?+",
    re.DOTALL,
)
ATTRIBUTES = re.compile(_ATTRIBUTE)
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*\Z")
_ATTRIBUTE_NAME = re.compile(r"[a-zA-Z][\w:.-]*\Z")

VOID = words("area base br col embed frame hr img input link meta param source track wbr")
# Their content is not ours to read, or not HTML; the sanitizer takes the emptied element out and says so.
_OPAQUE = words("script style textarea title xmp iframe noembed noframes plaintext template select")
_FOREIGN = words("math svg")  # inside these, and only there, "/>" closes an element
_ENDS_PARAGRAPH = words(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hgroup hr li dd dt main menu nav ol p pre section summary table ul"
)
_WALLS = words("table td th caption button object")
_TABLE = words("table caption colgroup thead tbody tfoot tr td th")
_CELLS = frozenset(("td", "th"))
_ROWS = _CELLS | {"tr"}
_SECTIONS = _ROWS | {"tbody", "thead", "tfoot", "caption", "colgroup"}
# A start tag implies the end of these, looked for no further than there (HTML 13.1.2.4, optional tags).
_IMPLIES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"}) | _WALLS),
    "dd": (frozenset({"dd", "dt"}), frozenset({"dl"}) | _WALLS),
    "dt": (frozenset({"dd", "dt"}), frozenset({"dl"}) | _WALLS),
    "td": (_CELLS, frozenset({"tr", "table"})),
    "th": (_CELLS, frozenset({"tr", "table"})),
    "tr": (_ROWS, frozenset({"table"})),
    **{name: (_SECTIONS, frozenset({"table"})) for name in ("tbody", "thead", "tfoot", "colgroup")},
    "a": (frozenset({"a"}), _WALLS),
    "button": (frozenset({"button"}), frozenset({"table"})),
}


def is_harmless(html: str) -> bool:
    """Too small to cost anything, whatever is in it."""
    return len(html) <= HARMLESS_SIZE and html.count("<") <= HARMLESS_TAGS


def tame(html: str) -> tuple[str, Counter[str]]:
    """The same document, well nested, and what it cost. Linear in the size of the text."""
    writer = _Writer()
    position = 0
    while match := TOKEN.search(html, position):
        writer.text(html[position : match.start()])
        position = match.end()
        name = (match["name"] or "").lower()
        if not name or not _NAME.match(name):
            continue
        if match["end"]:
            writer.end(name)
            continue
        writer.start(name, match["attributes"])
        if name in _OPAQUE:
            position = after(html, name, position)
    writer.text(html[position:])
    writer.close_to(0)
    return "".join(writer.out), writer.notes


def after(html: str, name: str, position: int) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
    return end.start() if end else len(html)


class _Writer:
    """Writes tags so that each is closed where it was opened."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.notes: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

    def text(self, text: str) -> None:
        self.out.append(text.replace("<", "&lt;"))

    def start(self, name: str, attributes: str) -> None:
        if name in _ENDS_PARAGRAPH:
            self._close_back(frozenset({"p"}), _WALLS)
        if name in _IMPLIES:
            self._close_back(*_IMPLIES[name])
        if name in VOID:
            self.out.append(f"<{name}{self._attributes(attributes)}>")
        elif name in _OPAQUE or (attributes.endswith("/") and self._is_foreign(name)):
            # Written out, because a parser that has left foreign content by then would take "<b/>" for an open tag.
            self.out.append(f"<{name}{self._attributes(attributes)}></{name}>")
        elif len(self.open) >= DEEPEST:
            self.notes["nesting deeper than 256"] += 1
            self._dropped[name] += 1
        else:
            self.out.append(f"<{name}{self._attributes(attributes)}>")
            self.open.append(name)

    def _is_foreign(self, name: str) -> bool:
        return name in _FOREIGN or any(around in _FOREIGN for around in self.open)

    def end(self, name: str) -> None:
        if self._dropped[name]:
            self._dropped[name] -= 1
        elif name not in VOID and name not in _OPAQUE:
            self._close_back(frozenset({name}), frozenset({"table"}) if name in _TABLE else _WALLS)

    def close_to(self, depth: int) -> None:
        while len(self.open) > depth:
            self.out.append(f"</{self.open.pop()}>")

    def _close_back(self, names: frozenset[str], walls: frozenset[str]) -> None:
        """Close up to and including the outermost of `names` on this side of a wall."""
        target = None
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth] in names:
                target = depth
                if len(names) == 1:
                    break
            elif self.open[depth] in walls:
                break
        if target is not None:
            self.close_to(target)

    def _attributes(self, source: str) -> str:
        if not source.strip(" \t\n\r\f/"):
            return ""
        matches = list(islice(ATTRIBUTES.finditer(source), MOST_ATTRIBUTES + 1))
        if len(matches) > MOST_ATTRIBUTES:
            self.notes["attributes beyond 64"] += 1
        return "".join(_attribute(match[0]) for match in matches[:MOST_ATTRIBUTES])


def _attribute(source: str) -> str:
    name, _, value = source.partition("=")
    name, value = name.strip(), value.strip()
    if not _ATTRIBUTE_NAME.match(name):
        return ""
    if value[:1] in ("'", '"'):
        value = value[1:].removesuffix(value[0])
    return f' {name}="{value.replace(chr(34), "&quot;")}"'
