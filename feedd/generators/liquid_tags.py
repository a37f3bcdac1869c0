"""Pelican's plugin liquid_tags: `{% img /a.png Words %}` and its like, in the Markdown of sites that use it."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from feedd.generators.code_samples import CodeSamples
from feedd.model import Resolved

_LIQUID = re.compile(r"\{%[ \t]{0,10}([a-z_0-9]{1,40}+)((?:[ \t](?:(?!%\}|\{%)[^\n]){0,600}+)?)%\}")
# [class] address [width [height]] [words, or "title" "alt"] (liquid_tags/img.py)
_IMG = re.compile(r"(?:\S.*?\s)??(?P<src>(?:https?://|/|\{|\S+/)\S+)(?:\s+\d{1,5}%?){0,2}(?:\s+(?P<words>.+))?")
_QUOTED = re.compile(r"[\"']([^\"']{0,300})[\"']")


def resolve(body: str) -> Resolved:
    """The body with these tags as plain Markdown; what only the plugin can make (a notebook, say) is named."""
    if "{%" not in body:
        return Resolved(body)
    samples = CodeSamples(body, "markdown")
    removed: dict[str, None] = {}

    def one(found: re.Match[str]) -> str:
        if samples.end(found.start()) is not None:
            return found[0]
        name, words = found[1], found[2].strip()
        make = _TAGS.get(name)
        text = make(words) if make else None
        if text is None:
            removed[f"tag {name}"] = None
        return text or ""

    return Resolved(_LIQUID.sub(one, body), tuple(removed))


def _img(words: str) -> str | None:
    found = _IMG.fullmatch(words)
    if found is None:
        return None
    titles = _QUOTED.findall(found["words"] or "")
    alt = (titles[-1] if titles else found["words"] or "").replace("[", "").replace("]", "")
    return f"![{alt}]({found['src']})"


def _linked(address: str) -> Callable[[str], str | None]:
    """A link to what stands in the first word."""

    def make(words: str) -> str | None:
        url = address.format(quote(words.split()[0], safe="/:?=&%#{}|")) if words else None
        return f"[{url}]({url})" if url else None

    return make


_TAGS: dict[str, Callable[[str], str | None]] = {
    "img": _img,
    "b64img": _img,
    "youtube": _linked("https://www.youtube.com/watch?v={}"),
    "vimeo": _linked("https://vimeo.com/{}"),
    "gist": _linked("https://gist.github.com/{}"),
    "video": _linked("{}"),
    "audio": _linked("{}"),
    "literal": lambda words: f"`{words}`",
}
