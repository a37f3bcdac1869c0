"""What Jekyll and its usual plugins add to Liquid that asks for nothing around: tags, blocks, filters. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from feedd.generators.jekyll_urls import slugify
from feedd.generators.liquid import BlockMaker, Scope, TagMaker
from feedd.generators.liquid_filters import moment, strftime, text
from feedd.generators.liquid_values import UNKNOWN, Filter
from feedd.normalizer.body_markdown import to_html

KEPT_IN_URLS = "/-._~!$&'()*+,;=:@?#[]%"


def is_absolute(address: str) -> bool:
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:", address) is not None


# --- Tags -------------------------------------------------------------------------------------------------------------


def _highlight(words: str, inside: str, scope: Scope) -> str:
    """A sample of code, as HTML: that stands in Markdown and in HTML alike, whatever is in it."""
    language = re.match(r"[a-zA-Z0-9.+#_-]{1,40}", words)
    name = f' class="language-{escape(language[0].lower())}"' if language else ""
    return f"<pre><code{name}>{escape(inside.strip(chr(10) + chr(13)), quote=False)}</code></pre>"


def _gist(words: str, scope: Scope) -> str | None:
    name = re.match(r"[\w./-]{1,100}", scope.filled(words).strip().strip("\"'"), re.ASCII)
    return f'<a href="https://gist.github.com/{name[0]}">gist: {name[0]}</a>' if name else None


def _video(player: str) -> TagMaker:
    def make(words: str, scope: Scope) -> str | None:
        """The player, which becomes a link with a picture like any other."""
        name = scope.filled(words).strip().split(" ")[0].strip("\"'")
        if re.fullmatch(r"[\w-]{1,40}", name, re.ASCII):
            name = player + name
        return f'<iframe src="{escape(name)}"></iframe>' if name.startswith("https://") else None

    return make


def _quoted_link(words: str, scope: Scope) -> str | None:
    address = scope.filled(words).strip().split(" ")[0].strip("\"'")
    return f'<a href="{escape(address)}">{escape(address)}</a>' if is_absolute(address) else None


def _nothing(words: str, scope: Scope) -> str:
    return ""


TAGS: Mapping[str, TagMaker] = {
    "gist": _gist,
    "youtube": _video("https://www.youtube.com/embed/"),
    "vimeo": _video("https://player.vimeo.com/video/"),
    "twitter": _quoted_link,
    "tweet": _quoted_link,
    "avatar": _nothing,
}
BLOCKS: Mapping[str, BlockMaker] = {"highlight": _highlight}


# --- Filters ----------------------------------------------------------------------------------------------------------


def _day(pattern: str) -> Filter:
    return lambda value, *style: strftime(moment(value), pattern)


def _xml_moment(value: Any) -> str:
    return moment(value).isoformat()


def _sentence(value: Any, joint: Any = "and") -> str:
    words = [text(each) for each in value]
    if len(words) < 3:
        return f" {text(joint)} ".join(words)
    return ", ".join(words[:-1]) + f", {text(joint)} {words[-1]}"


FILTERS: Mapping[str, Filter] = {
    "date_to_string": _day("%d %b %Y"),
    "date_to_long_string": _day("%d %B %Y"),
    "date_to_xmlschema": _xml_moment,
    "date_to_rfc822": _day("%a, %d %b %Y %H:%M:%S %z"),
    "slugify": lambda value, mode="default": slugify(text(value), pretty=mode == "pretty").lower(),
    "markdownify": lambda value: to_html(text(value))[0],
    "smartify": text,
    "xml_escape": lambda value: escape(text(value)),
    "cgi_escape": lambda value: quote(text(value), safe="").replace("%20", "+"),
    "strip_index": lambda value: re.sub(r"/index\.html?$", "/", text(value)),
    "array_to_sentence_string": _sentence,
    "number_of_words": lambda value, mode=None: len(text(value).split()),
    "normalize_whitespace": lambda value: " ".join(text(value).split()),
    "to_integer": lambda value: int(text(value)),
    "inspect": lambda value: UNKNOWN,
}
