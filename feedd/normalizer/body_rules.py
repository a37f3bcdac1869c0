"""What a feed reader may be given: elements, attributes, and the gate that enforces them. Tables only.

The same tables drive our own pass over the tree (`body_elements`) and nh3, which comes after it and believes nothing.
"""

from __future__ import annotations

import nh3

from feedd.normalizer import body_svg
from feedd.normalizer.body_links import LINK_SCHEMES, STYLE_PROPERTIES
from feedd.normalizer.plain import words

DEEPEST = 256  # nh3 is quadratic in depth: 40,000 nested div cost it 2.8 s

BLOCKS = words(
    "address article aside blockquote details dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hgroup hr li nav ol p pre section summary table ul"
)
# Where a paragraph may stand. Elsewhere (in a paragraph, a heading, a link) only phrases may.
CONTAINERS = words("article aside blockquote dd details div figure footer header li nav section td th")
_TABLE = words("caption col colgroup tbody td tfoot th thead tr")
_PHRASES = words(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub "
    "sup time u var wbr"
)
_MEDIA = words("audio picture source track video")
MATHML = words(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle "
    "msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
ELEMENTS = BLOCKS | _TABLE | _PHRASES | _MEDIA | MATHML

# Out with everything inside. Any other element that is not allowed is unwrapped: its text stays.
DROPPED = words(
    "annotation annotation-xml applet area base basefont bgsound button canvas datalist dialog frame frameset "
    "head input keygen link malignmark map meta meter mglyph noembed noframes option optgroup param progress "
    "script select style svg template textarea title"
)
# Unwrapped without a word: nothing a reader would have seen goes with them.
PLAIN_WRAPPERS = words("body center font form html main noscript fieldset label tt big nobr")
RENAMED = {
    "acronym": "abbr",
    "amp-img": "img",
    "strike": "s",
    "tt": "code",
    "listing": "pre",
    "xmp": "pre",
    "plaintext": "pre",
    "dir": "ul",
}

VOID = words("br col hr img source track wbr")

# Attributes that are copied as they are, once their value looks right. Addresses and styles have their own code.
COPIED: dict[str, frozenset[str]] = {
    "*": frozenset(("title", "lang", "dir")),
    "a": frozenset(("hreflang",)),
    "abbr": frozenset(),
    "audio": frozenset(("loop",)),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "data": frozenset(("value",)),
    "del": frozenset(("datetime",)),
    "details": frozenset(("open",)),
    "img": frozenset(("alt", "height", "width", "sizes")),
    "ins": frozenset(("datetime",)),
    "li": frozenset(("value",)),
    "ol": frozenset(("reversed", "start", "type")),
    "source": frozenset(("height", "media", "sizes", "type", "width")),
    "td": frozenset(("colspan", "rowspan")),
    "th": frozenset(("abbr", "colspan", "rowspan", "scope")),
    "time": frozenset(("datetime",)),
    "track": frozenset(("default", "kind", "label", "srclang")),
    "video": frozenset(("height", "loop", "muted", "width")),
    "math": frozenset(("alttext", "display")),
    "mfrac": frozenset(("linethickness",)),
    "mi": frozenset(("mathvariant",)),
    "mo": frozenset(("fence", "form", "separator", "stretchy")),
    "mspace": frozenset(("width",)),
    "mtd": frozenset(("columnspan", "rowspan")),
}
BOOLEAN = words("controls default loop muted open reversed")
NUMERIC = words("colspan columnspan height rowspan span start width")
LINKS: dict[str, frozenset[str]] = {  # attribute -> the elements it may stand on; resolved against the permalink
    "href": frozenset(("a",)),
    "src": words("audio img source track video"),
    "poster": frozenset(("video",)),
    "cite": words("blockquote del ins q"),
    "srcset": frozenset(("img", "source")),
}
ALIGNED = words("caption col colgroup div h1 h2 h3 h4 h5 h6 p tbody td tfoot th thead tr")


# What is written on each element, "*" for those not named; `style` is decided apart.
WRITTEN: dict[str, frozenset[str]] = {
    tag: COPIED["*"] | COPIED.get(tag, frozenset()) | {name for name, elements in LINKS.items() if tag in elements}
    for tag in {*COPIED, *frozenset().union(*LINKS.values())}
}


def _attributes() -> dict[str, set[str]]:
    table = {element: set(names) for element, names in COPIED.items()}
    table["*"].add("style")
    for name, elements in LINKS.items():
        for element in elements:
            table.setdefault(element, set()).add(name)
    for element in ("audio", "video"):
        table[element].add("controls")
    table["code"] = {"class"}
    for element in body_svg.ELEMENTS:
        table[element] = set(body_svg.ATTRIBUTES) | ({"id"} if element in body_svg.NAMED else set())
    table["svg"] |= {"aria-label", "role"}
    return table


GATE = nh3.Cleaner(
    tags=set(ELEMENTS | body_svg.ELEMENTS),
    clean_content_tags=set(DROPPED) - {"area", "base", "frame", "input", "link", "meta", "param", "svg"},
    attributes=_attributes(),
    url_schemes=set(LINK_SCHEMES) | {"data"},
    url_relative="deny",
    filter_style_properties=set(STYLE_PROPERTIES),
    link_rel=None,
    strip_comments=True,
)
