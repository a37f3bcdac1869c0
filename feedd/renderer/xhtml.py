"""HTML as XHTML: the same tree, in its namespaces and with the names that these have. Pure.

The parser knows HTML 4, where names have no case and all elements one namespace. What HTML says of drawings and
formulas (13.2.6.5, "adjust SVG attributes", "adjust foreign attributes") is done here, from its tables. A namespace is
always the default one: readers that take the markup for HTML know <svg>, and no <ns0:svg>.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lxml import etree
from lxml import html as parser

XHTML: Final = "http://www.w3.org/1999/xhtml"
SVG: Final = "http://www.w3.org/2000/svg"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NSMAP: Final[Any] = {None: XHTML}
_ROOTS: Final = {"svg": SVG, "math": MATHML}


def _by_lower_case(names: str) -> dict[str, str]:
    return {name.lower(): name for name in names.split()}


_SVG_TAGS: Final = _by_lower_case(
    "altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix "
    "feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow "
    "feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset "
    "fePointLight feSpecularLighting feSpotLight feTile feTurbulence foreignObject glyphRef linearGradient "
    "radialGradient textPath"
)
_ATTRIBUTES: Final = {
    SVG: _by_lower_case(
        "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode "
        "filterUnits glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines "
        "keyTimes lengthAdjust limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits "
        "numOctaves pathLength patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ "
        "preserveAlpha preserveAspectRatio primitiveUnits refX refY repeatCount repeatDur requiredExtensions "
        "requiredFeatures specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles "
        "surfaceScale systemLanguage tableValues targetX targetY textLength viewBox viewTarget xChannelSelector "
        "yChannelSelector zoomAndPan"
    ),
    MATHML: {"definitionurl": "definitionURL"},
}
_PREFIXES: Final = {"xlink:": _XLINK, "xml:": _XML}
# Where a parser is back in HTML (13.2.6, "HTML integration point", "MathML text integration point").
_BACK: Final = frozenset(
    (
        *(f"{{{SVG}}}{name}" for name in ("foreignObject", "desc", "title")),
        *(f"{{{MATHML}}}{name}" for name in ("mi", "mo", "mn", "ms", "mtext")),
    )
)
_ANNOTATION: Final = f"{{{MATHML}}}annotation-xml"


def tree_of(html: str) -> bytes | None:
    """One div (RFC 4287 4.1.3.3); None for what cannot be XML (an attribute called "@click")."""
    try:
        div = parser.fragment_fromstring(html, create_parent="div")
        etree.strip_tags(div, etree.Comment, etree.ProcessingInstruction)
        made = etree.Element(f"{{{XHTML}}}div", nsmap=_NSMAP)
        made.text = div.text
        made.extend(list(div))
        waiting = list(made)
        while waiting:
            waiting.extend(_adjusted(waiting.pop()))
        etree.cleanup_namespaces(made)
        data = etree.tostring(made, encoding="UTF-8")
        data = data.partition(b"?>\n")[2] if data.startswith(b"<?xml") else data
        etree.fromstring(data)
        return data
    except (etree.LxmlError, ValueError):
        return None


def _adjusted(element: Any) -> Any:
    """The element as it is in XML; parents come first, so that their namespace is known."""
    parent = element.getparent()
    around = str(etree.QName(parent).namespace)
    namespace = _ROOTS.get(element.tag) or (XHTML if _is_back(parent) else around)
    name = _SVG_TAGS.get(element.tag, element.tag) if namespace == SVG else element.tag
    attributes = element.attrib.items()
    if namespace != around:
        element = _moved(element, namespace)
    element.tag = f"{{{namespace}}}{name}"
    if namespace != XHTML or around != XHTML:
        _write_attributes(element, attributes, _ATTRIBUTES.get(namespace, {}))
    return element


def _is_back(parent: Any) -> bool:
    return parent.tag in _BACK or (
        parent.tag == _ANNOTATION and parent.get("encoding", "").lower() in ("text/html", "application/xhtml+xml")
    )


def _moved(element: Any, namespace: str) -> Any:
    """Into an element that declares the namespace: what is declared cannot be changed later."""
    made = element.makeelement(f"{{{namespace}}}{element.tag}", None, {None: namespace, "xlink": _XLINK})
    made.text, made.tail = element.text, element.tail
    made.extend(list(element))
    element.getparent().replace(element, made)
    return made


def _write_attributes(element: Any, attributes: Sequence[tuple[str, str]], table: dict[str, str]) -> None:
    element.attrib.clear()
    for name, value in attributes:
        if name.partition(":")[0] != "xmlns":
            element.set(_attribute(name, table), value)


def _attribute(name: str, table: dict[str, str]) -> str:
    for prefix, namespace in _PREFIXES.items():
        if name.startswith(prefix):
            return f"{{{namespace}}}{name.removeprefix(prefix)}"
    return table.get(name, name)
