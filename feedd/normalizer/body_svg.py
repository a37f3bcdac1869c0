"""A drawing inside a body: a simple one is kept, any other goes whole. Pure; nh3 checks the result once more.

Simple means shapes, text and gradients, and no addresses. What makes drawings dangerous (scripts, styles, foreign
elements, animation, links, `use`, pictures) makes them not simple, so nothing has to be taken out of one.
"""

from __future__ import annotations

import re
from html import escape

from selectolax.lexbor import LexborNode

from feedd.normalizer.body_links import declarations
from feedd.normalizer.plain import collapse, words, xml_safe

DEEPEST = 24
MOST_NODES = 2_000
LONGEST = 100_000  # characters
SMALLEST = 32  # pixels: a decoration below this is an icon of the page

NAMED = words("clipPath linearGradient radialGradient")
ELEMENTS = NAMED | words("circle defs ellipse g line path polygon polyline rect stop svg text tspan")
# Nothing of these is seen: what programs note for themselves, and labels. (`title` and `desc` are where a parser
# switches back to HTML, a famous way in, so the title becomes the label that a reader speaks.)
_UNSEEN = words("desc metadata title")
_PRESENTATION = words(
    "clip-path clip-rule dominant-baseline fill fill-opacity fill-rule font-family font-size font-style font-weight "
    "letter-spacing opacity stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor"
)
_GEOMETRY = words(
    "clipPathUnits cx cy d dx dy fx fy gradientTransform gradientUnits height offset pathLength points "
    "preserveAspectRatio r rotate rx ry spreadMethod textLength transform viewBox width x x1 x2 y y1 y2"
)
ATTRIBUTES = _PRESENTATION | _GEOMETRY
_SPELLING = {name.lower(): name for name in ELEMENTS | ATTRIBUTES}
_VALUE = re.compile(r"[\w\s.,%#()+'\"-]*\Z")
_LOCAL = re.compile(r"url\(\s*['\"]?#([\w.-]{1,80})['\"]?\s*\)\Z")
_BOX = re.compile(r"\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d{1,5})(?:\.\d*)?[\s,]+(\d{1,5})(?:\.\d*)?\s*\Z")


class _NotSimpleError(Exception):
    """Carries the news out of the recursion; never leaves this file."""


def drawing(node: LexborNode, mark: str) -> str | None:
    """The drawing as HTML, None if it is not simple. `mark` keeps its names apart from those of other articles."""
    pen = _Pen(mark)
    try:
        pen.draw(node, 0)
    except _NotSimpleError:
        return None
    html = "".join(pen.out)
    return html if pen.drawn and len(html) <= LONGEST else None


class _Pen:
    def __init__(self, mark: str) -> None:
        self.out: list[str] = []
        self.drawn = False
        self._mark = mark
        self._nodes = 0

    def draw(self, node: LexborNode, depth: int) -> None:
        self._nodes += 1
        name = _SPELLING.get((node.tag or "").lower(), "")
        if name not in ELEMENTS or depth > DEEPEST or self._nodes > MOST_NODES or (name == "svg" and depth):
            raise _NotSimpleError
        attributes = self._attributes(name, node.attributes)
        if name == "svg":
            _measure(attributes, node)
        self.drawn |= name not in ("svg", "g", "defs")
        written = "".join(f' {key}="{escape(value)}"' for key, value in sorted(attributes.items()))
        self.out.append(f"<{name}{written}>")
        self._children(node, name, depth)
        self.out.append(f"</{name}>")

    def _children(self, node: LexborNode, name: str, depth: int) -> None:
        child = node.first_child
        while child is not None:
            if child.is_text_node and name in ("text", "tspan"):
                self.out.append(escape(xml_safe(child.text_content or "")[0], quote=False))
            elif child.is_element_node and not _is_unseen(child):
                self.draw(child, depth + 1)
            child = child.next

    def _attributes(self, name: str, attributes: dict[str, str | None]) -> dict[str, str]:
        found = {key: value or "" for key, value in attributes.items()}
        found |= {key: value for key, value in declarations(found.get("style", "")) if key in _PRESENTATION}
        kept = {}
        for key, value in found.items():
            spelled = _SPELLING.get(key.lower())
            known = self._value(collapse(value)) if spelled in ATTRIBUTES else None
            if spelled is not None and known is not None:
                kept[spelled] = known
        if name in NAMED and (own := _LOCAL.match(f"url(#{found.get('id', '')})")):
            kept["id"] = self._named(own[1])
        return kept

    def _value(self, value: str) -> str | None:
        if local := _LOCAL.match(value):
            return f"url(#{self._named(local[1])})"
        return value if _VALUE.match(value) and "url" not in value.lower() else None

    def _named(self, name: str) -> str:
        return name if name.startswith(self._mark) else f"{self._mark}{name}"


def _is_unseen(node: LexborNode) -> bool:
    return ":" in (node.tag or "") or node.tag in _UNSEEN


def _measure(kept: dict[str, str], node: LexborNode) -> None:
    """A drawing without a size fills the whole width of a reader, so it gets that of its own coordinates. Its title
    becomes its label."""
    box = _BOX.match(kept.get("viewBox", ""))
    if box and "width" not in kept and "height" not in kept:
        kept["width"], kept["height"] = box[1], box[2]
    attributes = node.attributes
    if attributes.get("aria-hidden") == "true" and _is_small(kept.get("width", "")):
        raise _NotSimpleError
    if label := collapse(attributes.get("aria-label") or _title(node)):
        kept["aria-label"], kept["role"] = label, "img"


def _is_small(width: str) -> bool:
    number = re.match(r"\d{1,5}", width)
    return width.endswith("em") or (number is not None and int(number[0]) <= SMALLEST)


def _title(node: LexborNode) -> str:
    child = node.first_child
    while child is not None and child.tag != "title":
        child = child.next
    return child.text() or "" if child is not None else ""
