"""Shortcodes that most Zola sites have under the same names. Zola itself brings none: they are templates of the site or
its theme, so what is not known here loses its tags and keeps its text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from feedd.generators.shortcodes import ZOLA, Call
from feedd.generators.shortcodes import expand as expand_shortcodes
from feedd.model import Resolved

_ID = re.compile(r"[\w-]{1,100}")


def expand(body: str, body_type: str) -> Resolved:
    return expand_shortcodes(body, body_type, ZOLA, _meaning)


def _meaning(call: Call) -> str | None:
    make = _MEANINGS.get(call.name)
    return make(call) if make else None


def _block(text: str, call: Call) -> str:
    return f"{text}\n" if call.alone and call.inner is None else text


def _figure(call: Call) -> str | None:
    source = call.get("src", "path", "url", "image")
    if not source:
        return None
    alt, caption = call.get("alt", "title", "caption"), call.get("caption")
    picture = f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">'
    if call.get("link", "href"):
        picture = f'<a href="{html.escape(call.get("link", "href"))}">{picture}</a>'
    words = f"<figcaption>{html.escape(caption, quote=False)}</figcaption>" if caption else ""
    return _block(f"<figure>{picture}{words}</figure>", call)


def _frame(address: str, title: str) -> Callable[[Call], str | None]:
    def make(call: Call) -> str | None:
        name = call.get("id")
        frame = f'<iframe src="{address}{name}" title="{html.escape(call.get("title") or title)}"></iframe>'
        return _block(frame, call) if _ID.fullmatch(name) else None

    return make


def _gist(call: Call) -> str | None:
    address = call.get("url")
    if not re.fullmatch(r"https://gist\.github\.com/[\w./-]{1,200}", address):
        return None
    return f'<a href="{html.escape(address)}">Gist {html.escape(address.partition(".com/")[2])}</a>'


_MEANINGS: Mapping[str, Callable[[Call], str | None]] = {
    "figure": _figure,
    "image": _figure,
    "img": _figure,
    "youtube": _frame("https://www.youtube.com/embed/", "YouTube video"),
    "vimeo": _frame("https://player.vimeo.com/video/", "Vimeo video"),
    "streamable": _frame("https://streamable.com/e/", "Streamable video"),
    "gist": _gist,
}
