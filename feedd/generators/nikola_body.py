"""What Nikola's posts hold besides markup: shortcodes, its own directives, `link://` addresses, the teaser's end."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from feedd.generators.code_samples import CodeSamples
from feedd.generators.shortcodes import HUGO, Call, expand
from feedd.model import Page, Resolved
from feedd.ports import Surroundings

_RAW = replace(
    HUGO,
    verbatim=frozenset(("raw",)),
    start=re.compile(r"\{\{%"),
)
_EMBEDDED = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "media": "{}",
    "soundcloud": "https://soundcloud.com/tracks/{}",
}
_TEASER_END = re.compile(r"<!--\s{0,20}(?:TEASER_END|END_TEASER)(?::[^>\n]{1,200}?)?\s{0,20}-->", re.IGNORECASE)
_RST_TEASER_END = re.compile(r"^([ \t]*)\.\. (?:TEASER_END|END_TEASER)[^\n]*", re.MULTILINE)
# With the option lines below it.
_DIRECTIVE = re.compile(
    r"^([ \t]*)\.\. (youtube|vimeo|gist|media|soundcloud|soundcloud_playlist|thumbnail|listing|chart|post-list)::"
    r"([^\n]*)((?:\n\1[ \t]+:[^\n]*)*)",
    re.MULTILINE,
)
_IMAGE_OPTION = re.compile(r"\n[ \t]+:(?:alt|width|height|align):[^\n]*")
_DOC_ROLE = re.compile(r":doc:`(?:([^`<>]{1,200})<([^`<>\s]{1,200})>|([^`<>]{1,200}))`")
_LINK_SCHEME = re.compile(r"link://(slug|filename|root)/?([^\s)\]\"'<>`#]{0,300})")


def resolve(body: str, page: Page, around: Surroundings, below: str) -> Resolved:
    """The body without Nikola's shortcodes, directives and links."""

    def meaning(call: Call) -> str | None:
        make = _SHORTCODES.get(call.name)
        return make(call, page, around) if make else None

    found = expand(body, page.body_type, _RAW, meaning)
    text, removed = found.body, found.removed
    if page.body_type == "rst":
        text, more = _directives(text, around)
        removed = (*removed, *more)
    text = _TEASER_END.sub("<!-- more -->", text)
    return Resolved(_link_scheme(text, page, around, below), removed)


def _directives(body: str, around: Surroundings) -> tuple[str, tuple[str, ...]]:
    """Nikola's own directives and its `:doc:` role, which docutils does not know and would lose."""
    removed: dict[str, None] = {}

    def one(found: re.Match[str]) -> str:
        indent, name, argument = found[1], found[2], found[3].strip()
        if name == "thumbnail":
            return f"{indent}.. image:: {argument}{''.join(_IMAGE_OPTION.findall(found[4]))}"
        address = _EMBEDDED[name].format(quote(argument, safe="/:?=&%#")) if name in _EMBEDDED else ""
        if argument and address:
            return f"{indent}`{address} <{address}>`__"
        removed[f"directive {name}"] = None
        return indent

    def doc(found: re.Match[str]) -> str:
        words, slug = (found[1] or found[3]).strip(), found[2] or found[3]
        address = _by_slug(slug, around)
        return f"`{words} <{address}>`__" if address else words

    text = _RST_TEASER_END.sub(r"\1.. more", _DIRECTIVE.sub(one, body))
    return _DOC_ROLE.sub(doc, text), tuple(removed)


def _link_scheme(body: str, page: Page, around: Surroundings, below: str) -> str:
    """`link://slug/hello` and `link://filename/posts/hello.rst` (nikola/nikola.py, slug_path and filename_path)."""
    if "link://" not in body:
        return body
    samples = CodeSamples(body, page.body_type)

    def one(found: re.Match[str]) -> str:
        if samples.end(found.start()) is not None:
            return found[0]
        kind, name = found[1], found[2].strip("/")
        if kind == "filename":
            folder = f"{below}/" if below else ""
            address = around.address(name.removeprefix(folder)) if name.startswith(folder) else None
        elif kind == "root":
            address = f"{page.site.url}/"
        else:
            address = _by_slug(name, around)
        return address or page.site.url + "/"

    return _LINK_SCHEME.sub(one, body)


def _by_slug(slug: str, around: Surroundings) -> str | None:
    """The article whose file has this name; one with another name and this slug in its head is not found."""
    found = around.find(slug)
    return around.address(found[0]) if len(found) == 1 else None


# --- Shortcodes -------------------------------------------------------------------------------------------------------


def _raw(call: Call, page: Page, around: Surroundings) -> str | None:
    return call.inner


def _doc(call: Call, page: Page, around: Surroundings) -> str | None:
    slug = (call.inner or call.get(0, "slug")).strip()
    titled = re.fullmatch(r"([^<>]*)<([^<>]+)>", slug)
    words, slug = (titled[1].strip(), titled[2]) if titled else (slug, slug)
    address = _by_slug(slug, around)
    return _anchor(address, words, page) if address else words


def _media(call: Call, page: Page, around: Surroundings) -> str | None:
    address = call.get("url", 0)
    return _anchor(address, address, page) if address else None


def _gist(call: Call, page: Page, around: Surroundings) -> str | None:
    name = call.get(0, "gistID")
    address = f"https://gist.github.com/{quote(name)}"
    return _anchor(address, address, page) if name else None


def _embedded(call: Call, page: Page, around: Surroundings) -> str | None:
    name = call.get(0, "id")
    address = _EMBEDDED[call.name].format(quote(name, safe="/:?=&%#"))
    return _anchor(address, address, page) if name else None


def _thumbnail(call: Call, page: Page, around: Surroundings) -> str | None:
    source, words = call.get(0, "uri"), call.get("alt", "title") or (call.inner or "").strip()
    if not source or page.body_type not in ("markdown", "html"):
        return words or None
    caption = f"<figcaption>{html.escape(call.inner.strip())}</figcaption>" if call.inner else ""
    return f'<figure><img src="{html.escape(source)}" alt="{html.escape(words)}">{caption}</figure>'


def _emoji(call: Call, page: Page, around: Surroundings) -> str | None:
    return call.get(0)


def _anchor(address: str, words: str, page: Page) -> str:
    if page.body_type in ("markdown", "html"):
        return f'<a href="{html.escape(address)}">{html.escape(words, quote=False)}</a>'
    return f"`{words} <{address}>`__" if page.body_type == "rst" else f"{words} {address}".strip()


_SHORTCODES: dict[str, Callable[[Call, Page, Surroundings], str | None]] = {
    "raw": _raw,
    "doc": _doc,
    "media": _media,
    "gist": _gist,
    "youtube": _embedded,
    "vimeo": _embedded,
    "thumbnail": _thumbnail,
    "emoji": _emoji,
}
