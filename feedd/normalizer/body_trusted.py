"""The author's HTML as it is, for `content: trusted`: only addresses change, in place, and become absolute. Pure.

The text is not parsed and written anew, because that would change what the author wrote; tags are found by the tokens
that `body_tame` reads, and nothing is done outside their values. What XML forbids was taken out before.
"""

from __future__ import annotations

import re
from html import escape

from selectolax.lexbor import LexborHTMLParser

from feedd.normalizer import body_images, body_links
from feedd.normalizer.body_tame import ATTRIBUTES, TOKEN, after
from feedd.normalizer.plain import words

_ADDRESSES = words("action background cite data data-original data-src formaction href longdesc poster src xlink:href")
_SETS = words("data-srcset imagesrcset srcset")
_RAW = words("iframe noembed noframes plaintext script style textarea title xmp")
_CSS_URL = re.compile(r"(url\(\s*)(\"[^\"]*+\"|'[^']*+'|[^\s\"'()]++)")
_LINKS = body_links.LINK_SCHEMES


class Trusted:
    """Afterwards `html` is the result and `images`, `pictures` are as in `body_elements.Walk`."""

    def __init__(self, addresses: body_links.Addresses, html: str) -> None:
        self._addresses = addresses
        self.images: list[str] = []
        self.pictures: list[str] = []
        self.html = self._rewritten(html)

    def _rewritten(self, html: str) -> str:
        out: list[str] = []
        position = 0
        while match := TOKEN.search(html, position):
            out.append(html[position : match.start()])
            name = (match["name"] or "").lower()
            out.append(self._tag(match) if name and not match["end"] else match[0])
            position = match.end()
            if name in _RAW and not match["end"]:
                end = after(html, name, position)
                out.append(self._css(html[position:end]) if name == "style" else html[position:end])
                position = end
        out.append(html[position:])
        return "".join(out)

    def _tag(self, match: re.Match[str]) -> str:
        start, end = match.start("attributes") - match.start(), match.end("attributes") - match.start()
        whole = match[0]
        values: dict[str, str] = {}
        name = match["name"].lower()
        written = ATTRIBUTES.sub(lambda found: self._attribute(name, found[0], values), whole[start:end])
        if name == "img" and (url := values.get("src")) and not url.startswith("data:"):
            self.images.append(url)
            if body_images.is_picture(url, values):
                self.pictures.append(url)
        return whole[:start] + written + whole[end:]

    def _attribute(self, tag: str, source: str, values: dict[str, str]) -> str:
        name, sign, written = source.partition("=")
        key = name.strip().lower()
        if not sign or (
            key not in _ADDRESSES and key not in _SETS and key not in ("style", "width", "height", "class")
        ):
            return source
        value = _value(written.strip())
        # In a drawing "#a" is a name within it; only links leave the article.
        absolute = value if value[:1] == "#" and tag not in ("a", "area") else self._absolute(key, value)
        values[key] = absolute
        gap = written[: len(written) - len(written.lstrip())]
        return source if absolute == value else f'{name}{sign}{gap}"{escape(absolute)}"'

    def _absolute(self, key: str, value: str) -> str:
        if key in _SETS:
            return body_links.srcset(value, self._addresses) or value
        if key == "style":
            return self._css(value)
        if key not in _ADDRESSES or (scheme := body_links.scheme_of(value)) not in ("", "http", "https"):
            return value
        return value if scheme and self._addresses.meant(value) is None else self._addresses(value, _LINKS) or value

    def _css(self, text: str) -> str:
        return _CSS_URL.sub(self._css_url, text)

    def _css_url(self, match: re.Match[str]) -> str:
        quotes = match[2][0] if match[2][0] in "\"'" else ""
        value = match[2].strip("\"'")
        if not value or body_links.scheme_of(value):
            return match[0]
        return f"{match[1]}{quotes}{self._addresses(value) or value}{quotes}"


def _value(written: str) -> str:
    """The value as a browser reads it: "&copy=1" in an address is no sign of copyright."""
    if "&" not in written:
        return written[1:].removesuffix(written[0]) if written[:1] in ("'", '"') else written
    node = LexborHTMLParser(f"<a href={written}></a>", is_fragment=True).css_first("a")
    return (node.attributes.get("href") or "") if node is not None else ""
