"""A parsed body -> HTML with absolute addresses and only what readers show. Pure; nh3 checks the result once more.

The tree is only read, never changed, in one walk without recursion. For each element there is one decision: dropped
with all that is in it, unwrapped (its content stays), replaced, or kept with the attributes that `body_rules` knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedd.model import digest_of
from feedd.normalizer import body_code, body_embeds, body_images, body_links, body_rules, body_svg
from feedd.normalizer.plain import collapse, xml_safe

Attributes = Mapping[str, str | None]

_LAZY_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-echo", "data-hi-res-src")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
_NUMBER = re.compile(r"\s*(\d{1,5})(?:px)?\s*\Z")
_AROUND_PARAGRAPHS = body_rules.CONTAINERS | frozenset(
    ("", "noscript", "table", "tbody", "thead", "tr", "ul", "ol", "dl")
)
_ALIGNMENTS = frozenset(("left", "right", "center", "justify"))
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<![-\w])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|\Z)", re.I
)


_PLACEHOLDER = re.compile(r"(?i)data:image/gif;base64,R0lGODlhAQAB")  # a GIF of one pixel
_NOTES = frozenset(("admonition", "markdown-alert"))
_NOTE_TITLES = frozenset(("admonition-title", "markdown-alert-title"))
_TEXT = 2_048  # characters
_SEAM = "<!---->"


def _escaped(text: str) -> str:
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


class Walk:
    """One walk over one tree. Afterwards `html` is the result, `images` the pictures in it (absolute, in order),
    `pictures` those that may stand for the article, and `notes` counts what was taken out, in words."""

    def __init__(self, addresses: body_links.Addresses) -> None:
        self.addresses = addresses
        self._mark = f"g{digest_of(addresses.page.encode('utf-8', 'replace'))[:6]}-"  # before the names in drawings
        self.images: list[str] = []
        self.pictures: list[str] = []
        self.notes: Counter[str] = Counter()
        self._out: list[str] = []
        self._open: list[str] = []  # the elements written and not closed, "" for each one unwrapped
        self._closers: list[str] = []
        self._depth = 0

    @property
    def html(self) -> str:
        return "".join(self._out)

    def run(self, html: str) -> Walk:
        node = LexborHTMLParser(html, is_fragment=True).root if html else None
        # The source is safe for XML; what is not can only come from a character reference.
        may_be_illegal = "&#" in html
        while node is not None:
            if node.is_element_node:
                child = node.first_child if self._enter(node) else None
                if child is not None:
                    self._guard_newline(child)
                    node = child
                    continue
                self._leave()
            elif node.is_text_node:
                text = node.text_content or ""
                self._text(xml_safe(text)[0] if may_be_illegal else text)
            node = self._following(node)
        return self

    def _text(self, text: str) -> None:
        """nh3 is quadratic in the `&` and no-break spaces of one text (500,000: 4 s), so a long one is broken up by
        comments, which it takes out again."""
        if len(text) <= _TEXT:
            self._out.append(_escaped(text))
        else:
            self._out.append(_SEAM.join(_escaped(text[at : at + _TEXT]) for at in range(0, len(text), _TEXT)))

    def _guard_newline(self, child: LexborNode) -> None:
        """HTML drops a line feed that follows <pre> at once, so one that is text needs another before it."""
        if self._open[-1] == "pre" and child.is_text_node and (child.text_content or "").startswith("\n"):
            self._out.append("\n")

    def _following(self, node: LexborNode) -> LexborNode | None:
        """The next node in document order behind this one, leaving every element that ends here."""
        while True:
            if (following := node.next) is not None:
                return following
            parent = node.parent
            if parent is None or not self._open:
                return None
            self._leave()
            node = parent

    # --- one element

    def _enter(self, node: LexborNode) -> bool:
        """Writes the start of an element; True if what is in it is to be visited. `_leave` follows in any case."""
        tag = (node.tag or "").lower()
        attributes: Attributes = node.attributes
        if (classes := attributes.get("class")) and body_code.is_furniture(
            tag, classes.split(), listing="pre" in self._open
        ):
            return self._replace("")
        if tag in body_rules.DROPPED:
            return self._gone(node, tag, attributes)
        tag = body_rules.RENAMED.get(tag, tag)
        if (tag in body_rules.MATHML) != ("math" in self._open or tag == "math"):
            return self._unwrap(tag)  # the two do not mix: sanitizers were fooled by elements that change sides
        if (handler := _HANDLERS.get(tag)) is not None:
            return handler(self, node, tag, attributes)
        if tag not in body_rules.ELEMENTS:
            return self._unwrap(tag)
        return self._keep(tag, self._written(tag, attributes))

    def _gone(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """What leaves with all that is in it, and may leave something in its place."""
        if tag == "input":
            return self._input(tag, attributes)
        if tag == "svg" and self._depth < body_rules.DEEPEST - 2 * body_svg.DEEPEST:
            drawn = body_svg.drawing(node, self._mark)
            return self._drop(tag) if drawn is None else self._replace(drawn)
        if tag == "base":
            self.addresses.believe_base(attributes.get("href") or "")
        return self._drop(tag)

    def _keep(self, tag: str, attributes: Mapping[str, str], closer: str | None = None) -> bool:
        if self._depth >= body_rules.DEEPEST - 8:
            self.notes["nesting deeper than 256"] += 1
            return self._push("", "")
        written = "".join(f' {name}="{escape(value)}"' for name, value in sorted(attributes.items()))
        self._out.append(f"<{tag}{written}>")
        self._depth += 1
        if closer is None:
            closer = "" if tag in body_rules.VOID else f"</{tag}>"
        return self._push(tag, closer)

    def _unwrap(self, tag: str) -> bool:
        if tag not in body_rules.PLAIN_WRAPPERS and tag not in body_rules.ELEMENTS:
            self.notes[f"{tag[:40]} tag"] += 1
        return self._push("", "")

    def _drop(self, note: str) -> bool:
        self.notes[note] += 1
        return self._replace("")

    def _replace(self, html: str) -> bool:
        self._out.append(html)
        self._push("", "")
        return False

    def _push(self, tag: str, closer: str) -> bool:
        self._open.append(tag)
        self._closers.append(closer)
        return True

    def _leave(self) -> None:
        self._out.append(self._closers.pop())
        if self._open.pop():
            self._depth -= 1

    def _container(self) -> bool:
        """May a paragraph stand here?"""
        return all(tag in _AROUND_PARAGRAPHS for tag in self._open)

    # --- attributes

    def _written(self, tag: str, attributes: Attributes) -> dict[str, str]:
        """The attributes of an element that is kept."""
        if not attributes:
            return {}
        kept: dict[str, str] = {}
        known = body_rules.WRITTEN.get(tag, body_rules.WRITTEN["*"])
        for name, value in attributes.items():
            if name in known:
                written = self._value(tag, name, value)
                if written is not None:
                    kept[name] = written
            elif name.startswith("on"):
                self.notes[f"{name[:40]} attribute"] += 1
        if ("style" in attributes or "align" in attributes) and (style := self._style(tag, attributes)):
            kept["style"] = style
        return kept

    def _value(self, tag: str, name: str, value: str | None) -> str | None:
        if name in body_rules.BOOLEAN:
            return ""
        if value is None:
            return None
        if name in body_rules.LINKS:
            return self._link(tag, name, value)
        if name in body_rules.NUMERIC:
            number = _NUMBER.match(value)
            return number[1] if number else None
        return collapse(value)

    def _link(self, tag: str, name: str, value: str) -> str | None:
        if name == "srcset":
            return body_links.srcset(value, self.addresses)
        schemes = body_links.LINK_SCHEMES if name in ("href", "cite") else body_links.MEDIA_SCHEMES
        url = self.addresses(xml_safe(value)[0], schemes)
        if url is None and tag == "img":
            url = body_links.data_image(value)
        if url is None:
            scheme = re.sub(r"[^a-z0-9+.-]", "", body_links.scheme_of(value))[:20]
            self.notes[f"{scheme}: address" if scheme else "broken address"] += 1
        return url

    def _style(self, tag: str, attributes: Attributes) -> str | None:
        value = attributes.get("style") or ""
        align = (attributes.get("align") or "").strip().lower()
        if align in _ALIGNMENTS and tag in body_rules.ALIGNED:
            value = f"text-align:{align};{value}"
        elif align in ("left", "right") and tag == "img":
            value = f"float:{align};{value}"
        if not value:
            return None
        style = body_links.style(xml_safe(value)[0], self.addresses)
        if style is None:
            self.notes["style attribute"] += 1
        return style

    # --- elements with a mind of their own

    def _anchor(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if "data-footnote-backref" in attributes or attributes.get("aria-hidden") == "true":
            return self._replace("")  # the way back is to an id that is not in the feed; a hidden link is a heading's
        kept = self._written(tag, attributes)
        if "href" not in kept or "a" in self._open:
            return self._push("", "")
        return self._keep("a", kept)

    def _image(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if _is_tracker(attributes):
            return self._drop("tracking pixel")
        attributes = self._eager(attributes)
        kept = self._written("img", attributes)
        if "src" not in kept and "srcset" in kept:
            kept["src"] = kept["srcset"].split(", ")[0].split(" ")[0]
        if "src" not in kept:
            return self._drop("img without an address")
        if _PLACEHOLDER.match(kept["src"]) or (kept["src"] in self.images and "noscript" in self._open):
            return self._replace("")
        if not kept["src"].startswith("data:"):
            self.images.append(kept["src"])
            if body_images.is_picture(kept["src"], attributes):
                self.pictures.append(kept["src"])
        kept.setdefault("alt", "")
        return self._keep("img", kept)

    def _eager(self, attributes: Attributes) -> Attributes:
        """A lazy-loading picture as it would be once its script had run."""
        found = dict(attributes)
        for names, target in ((_LAZY_SOURCES, "src"), (_LAZY_SETS, "srcset")):
            for name in names:
                if (value := attributes.get(name)) and self._usable(value, target):
                    found[target] = value
                    break
        return found

    def _usable(self, value: str, target: str) -> bool:
        found = body_links.srcset(value, self.addresses) if target == "srcset" else self.addresses(value)
        return found is not None

    def _source(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        kept = self._written("source", self._eager(attributes))
        if "src" not in kept and "srcset" not in kept:
            return self._replace("")
        return self._keep("source", kept)

    def _player(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Audio and video are stopped and can be started by the person who reads."""
        return self._keep(tag, {**self._written(tag, self._eager(attributes)), "controls": ""})

    def _embed(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        address = next((value for name in ("src", "data-src", "data") if (value := attributes.get(name))), None)
        url = self.addresses(address) if address else None
        if url is None:
            if tag == "object":
                return self._unwrap(tag)
            return self._drop(tag)
        self.notes[f"{tag} -> link"] += 1
        found = body_embeds.embed(url)
        if found.poster:
            self.images.append(found.poster)
            self.pictures.append(found.poster)
        phrase = body_embeds.to_html(found, collapse(attributes.get("title") or ""), linked="a" not in self._open)
        return self._replace(f"<p>{phrase}</p>" if self._container() else phrase)

    def _input(self, tag: str, attributes: Attributes) -> bool:
        """A task list's box as a character: readers show no form controls."""
        if (attributes.get("type") or "").lower() != "checkbox":
            return self._drop(tag)
        return self._replace("☑" if "checked" in attributes else "☐")

    def _code(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        kept = self._written(tag, attributes)
        named = body_code.language(attributes)
        if named is None and "pre" in self._open:
            named = _language_around(node)
        if named is not None:
            kept["class"] = f"language-{named}"
        return self._keep(tag, kept)

    def _listing(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """The listing beside line numbers is a listing in a listing."""
        return self._unwrap(tag) if "pre" in self._open else self._keep(tag, self._written(tag, attributes))

    def _table(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Line numbers stand in a table of their own making, which goes with them."""
        if body_code.CODE_TABLES.isdisjoint((attributes.get("class") or "").split()):
            return self._keep(tag, self._written(tag, attributes))
        self._depth += 1
        return self._push("code-table", "")

    def _cell(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if "code-table" not in self._open:
            return self._keep(tag, self._written(tag, attributes))
        if "lntd" in (attributes.get("class") or "").split() and node.css_first(".lnt") is not None:
            return self._replace("")
        return self._unwrap(tag)

    def _span(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Without attributes it says nothing. Mathematics between dollar signs stays as it was written."""
        if style := attributes.get("data-math-style"):
            sign = "$$" if style == "display" else "$"
            self._out.append(sign)
            return self._push("", sign)
        kept = self._written(tag, attributes)
        return self._keep(tag, kept) if kept else self._unwrap(tag)

    def _division(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """A note beside the text (GitHub, docutils, Python-Markdown) becomes a quote with a strong first line; its
        classes would say nothing in a reader."""
        classes = (attributes.get("class") or "").split()
        if tag in ("div", "aside") and not _NOTES.isdisjoint(classes):
            return self._keep("blockquote", {})
        if tag == "p" and not _NOTE_TITLES.isdisjoint(classes):
            self._keep("p", {}, "</strong></p>")
            self._out.append("<strong>")
            return True
        return self._keep(tag, self._written(tag, attributes))

    def _section(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        if "data-footnotes" in attributes:
            self._out.append("<hr>\n")
        return self._keep(tag, self._written(tag, attributes))

    def _noscript(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Unwrapped, but remembered: lazy pages repeat the picture before it in here."""
        self._depth += 1
        return self._push("noscript", "")


def _language_around(code: LexborNode) -> str | None:
    """Highlighters write the language on what stands around `<pre><code>`, up to three elements out."""
    parent = code.parent
    for _ in range(4):
        if parent is None or not parent.is_element_node:
            return None
        if found := body_code.language(parent.attributes, own=False):
            return found
        parent = parent.parent
    return None


def _is_tracker(attributes: Attributes) -> bool:
    if "hidden" in attributes or _INVISIBLE.search(attributes.get("style") or ""):
        return True
    sizes = [(attributes.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return "0" in sizes or sizes == ["1", "1"]


_HANDLERS: dict[str, Callable[[Walk, LexborNode, str, Attributes], bool]] = {
    "a": Walk._anchor,
    "img": Walk._image,
    "image": Walk._image,
    "source": Walk._source,
    "audio": Walk._player,
    "video": Walk._player,
    "iframe": Walk._embed,
    "embed": Walk._embed,
    "object": Walk._embed,
    "noscript": Walk._noscript,
    "code": Walk._code,
    "pre": Walk._listing,
    "table": Walk._table,
    **dict.fromkeys(("caption", "colgroup", "col", "tbody", "td", "tfoot", "th", "thead", "tr"), Walk._cell),
    "span": Walk._span,
    "aside": Walk._division,
    "div": Walk._division,
    "p": Walk._division,
    "section": Walk._section,
}
