"""Hugo's own shortcodes, and those that most themes have under the same names, without Hugo.

Videos and posts of other sites become the frame or link that readers get of them anyway; what only a template could
make loses its tags and keeps its text.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from feedd.generators import hugo_links
from feedd.generators.shortcodes import HUGO, Call
from feedd.generators.shortcodes import expand as expand_shortcodes
from feedd.model import Page, Resolved
from feedd.normalizer.body_markdown import to_html
from feedd.ports import Surroundings

_TICKS = re.compile(r"`+")
_ID = re.compile(r"[\w-]{1,100}")
_PARAGRAPH = re.compile(r"\A<p>(.*)</p>\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where a shortcode stands."""

    page: Page
    site: hugo_links.Site
    around: Surroundings


def expand(body: str, page: Page, site: hugo_links.Site, around: Surroundings) -> Resolved:
    scene = _Scene(page, site, around)
    missing: dict[str, None] = {}

    def meaning(call: Call) -> str | None:
        make = _MEANINGS.get(call.name.lower())
        found = make(call, scene) if make else None
        if found is None and make is not None and call.inner is None:
            missing[f"shortcode {call.name} {call.get('path', 'name', 'id', 0)}".rstrip()] = None
            return ""
        return found

    found = expand_shortcodes(body, page.body_type, HUGO, meaning)
    return Resolved(found.body, (*found.removed, *missing))


# --- Pieces of HTML and Markdown --------------------------------------------------------------------------------------


def _block(text: str, call: Call) -> str:
    """HTML that is alone on its line ends there: otherwise Markdown would take the next lines for a part of it."""
    return f"{text}\n" if call.alone and call.inner is None else text


def _attribute(name: str, value: str) -> str:
    return f' {name}="{html.escape(value)}"' if value else ""


def _inline(text: str) -> str:
    """Markdown of one line as HTML."""
    made = to_html(text)[0].strip() if text else ""
    found = _PARAGRAPH.match(made)
    return found[1] if found and "<p>" not in found[1] else html.escape(text, quote=False)


def _link(address: str, text: str, page: Page) -> str:
    if page.body_type in ("markdown", "html"):
        return f'<a href="{html.escape(address)}">{html.escape(text, quote=False)}</a>'
    return address


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]{0,1000}>", "", _inline(text)))


# --- Shortcodes -------------------------------------------------------------------------------------------------------


def _figure(call: Call, scene: _Scene) -> str | None:
    source = call.get("src", "link", "url", "image", "path", 0)
    if not source:
        return None
    caption, title, credit = call.get("caption"), call.get("title"), call.get("attr")
    picture = f'<img src="{html.escape(source)}"{_attribute("alt", call.get("alt", 1) or _plain(caption))}>'
    if call.get("link") and call.get("src"):
        picture = f'<a href="{html.escape(call.get("link"))}">{picture}</a>'
    below = [f"<h4>{html.escape(title, quote=False)}</h4>"] if title else []
    credit = _inline(credit)
    if credit and call.get("attrlink"):
        credit = f'<a href="{html.escape(call.get("attrlink"))}">{credit}</a>'
    text = " ".join(each for each in (_inline(caption), credit) if each)
    below += [f"<p>{text}</p>"] if text else []
    words = f"<figcaption>{''.join(below)}</figcaption>" if below else ""
    return _block(f"<figure>{picture}{words}</figure>", call)


def _highlight(call: Call, scene: _Scene) -> str | None:
    code = (call.inner or "").lstrip("\r\n").rstrip()
    language = call.get("lang", "language", 0)
    if scene.page.body_type != "markdown":
        marked = _attribute("class", f"language-{language}" if language else "")
        return f"<pre><code{marked}>{html.escape(code)}</code></pre>"
    ticks = "`" * (max((len(run) for run in _TICKS.findall(code)), default=0) + 1)
    if not call.alone:
        return (
            f"{ticks} {code.strip()} {ticks}"
            if "\n" not in code.strip()
            else f"\n\n{_fenced(code, language, ticks, '')}\n\n"
        )
    return _fenced(code, language, ticks, call.indent)


def _fenced(code: str, language: str, ticks: str, indent: str) -> str:
    """A fence of more backticks than the code has, as deep as its shortcode stood (in a list, say)."""
    fence = ticks if len(ticks) >= 3 else "```"
    lines = [fence + re.sub(r"[^\w+#.-]", "", language), *textwrap.dedent(code).split("\n"), fence]
    return f"\n{indent}".join(lines)


def _address(call: Call, scene: _Scene) -> str | None:
    """ref and relref: readers need the whole address in both."""
    target = call.get("path", 0)
    path, hash_, fragment = target.partition("#")
    if not path:
        return f"#{fragment}" if fragment else None
    place = scene.site.place(scene.page.path)
    language = call.get("lang").lower() or (place.language if place else "")
    found = hugo_links.article(path, scene.page, language, scene.site, scene.around) or _section(path, scene)
    return found + hash_ + fragment if found else None


def _section(path: str, scene: _Scene) -> str | None:
    """A section's page is no article, but it has an address."""
    name = path.strip("/").removesuffix("/_index.md").removesuffix("_index.md")
    place = scene.site.place(scene.page.path)
    if place is None or not scene.site.is_section(f"/{name}".rstrip("/").lower(), place.language):
        return None
    prefix = scene.site.config.languages[place.language].prefix
    path = "/".join(("", *(part for part in (prefix, name.lower()) if part), ""))
    return scene.page.site.url + quote(scene.site.on_site(path, scene.page))


def _youtube(call: Call, scene: _Scene) -> str | None:
    return _video(call, "https://www.youtube.com/embed/", "https://www.youtube.com/watch?v=", "YouTube video", scene)


def _vimeo(call: Call, scene: _Scene) -> str | None:
    return _video(call, "https://player.vimeo.com/video/", "https://vimeo.com/", "Vimeo video", scene)


def _video(call: Call, frame: str, watch: str, title: str, scene: _Scene) -> str | None:
    name = call.get("id", 0)
    if not _ID.fullmatch(name):
        return None
    if scene.page.body_type not in ("markdown", "html"):
        return watch + name
    return _block(f'<iframe src="{frame}{name}" title="{html.escape(call.get("title") or title)}"></iframe>', call)


def _gist(call: Call, scene: _Scene) -> str | None:
    user, name = call.get("user", 0), call.get("id", 1)
    if not (_ID.fullmatch(user) and _ID.fullmatch(name)):
        return None
    return _link(f"https://gist.github.com/{user}/{name}", f"Gist {user}/{call.get('file', 2) or name}", scene.page)


def _post(call: Call, scene: _Scene) -> str | None:
    user, name = call.get("user"), call.get("id", 0)
    if not _ID.fullmatch(name) or (user and not _ID.fullmatch(user)):
        return None
    return _link(
        f"https://x.com/{user or 'i'}/status/{name}", f"Post by @{user} on X" if user else "Post on X", scene.page
    )


def _instagram(call: Call, scene: _Scene) -> str | None:
    name = call.get("id", 0)
    found = _link(f"https://www.instagram.com/p/{name}/", "Post on Instagram", scene.page)
    return found if _ID.fullmatch(name) else None


def _param(call: Call, scene: _Scene) -> str | None:
    """The page's own, then the site's; "a.b" looks into tables."""
    place = scene.site.place(scene.page.path)
    name = call.get("name", 0).lower()
    nested = scene.page.matter.get("params")
    sites: list[Any] = [
        scene.page.matter,
        nested,
        scene.site.config.languages[place.language].params if place else None,
    ]
    for each in sites:
        value = _within(each, name.split("."))
        if isinstance(value, str | int | float):
            return str(value).lower() if isinstance(value, bool) else str(value)
    return None


def _within(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _details(call: Call, scene: _Scene) -> str | None:
    summary = call.get("summary", "title", 0) or "Details"
    if scene.page.body_type not in ("markdown", "html") or call.inner is None:
        return call.inner
    return f"<details>\n<summary>{_inline(summary)}</summary>\n\n{call.inner.strip()}\n\n</details>\n"


def _nothing(call: Call, scene: _Scene) -> str | None:
    return ""


def _inner(call: Call, scene: _Scene) -> str | None:
    return call.inner or ""


_MEANINGS: Mapping[str, Callable[[Call, _Scene], str | None]] = {
    "figure": _figure,
    "image": _figure,
    "img": _figure,
    "highlight": _highlight,
    "ref": _address,
    "relref": _address,
    "youtube": _youtube,
    "vimeo": _vimeo,
    "gist": _gist,
    "x": _post,
    "tweet": _post,
    "twitter": _post,
    "twitter_simple": _post,
    "x_simple": _post,
    "instagram": _instagram,
    "instagram_simple": _instagram,
    "param": _param,
    "details": _details,
    "qr": _nothing,
    "comment": _nothing,
    "rawhtml": _inner,
    "raw": _inner,
}
