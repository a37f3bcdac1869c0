"""Entry -> Content: the source body becomes safe HTML with absolute URLs, a plain summary, the first picture. Pure.

    source -> HTML      Markdown, HTML or text (`body_markdown`, as it is, `body_text`)
    HTML -> tree        tamed first if it is huge (`body_tame`)
    tree -> HTML        only what readers show, every address absolute (`body_elements`, by the tables of `body_rules`)
    HTML -> HTML        nh3, which trusts none of the above; then what XML forbids goes, because nh3 lets it pass

Doing it to its own result changes nothing. Every step is linear in what it is given, and what comes out is at most 20
times what went in (or 1 MB): a body that wants more is published as the plain text it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import escape

from feedd.model import Content, Entry, Image
from feedd.normalizer import body_links, body_markdown, body_rst, body_summary, body_text
from feedd.normalizer.body_elements import Walk
from feedd.normalizer.body_rules import GATE
from feedd.normalizer.body_tame import is_harmless, tame
from feedd.normalizer.plain import collapse, xml_safe

VERSION = "1"  # part of the key under which finished bodies are kept: bump it whenever the output changes

SMALLEST_CAP = 1_000_000  # characters
LARGEST_GROWTH = 20

_LEADING_NEWLINE = re.compile(r"(<pre(?: [^<>]*)?>)\n")


def content(entry: Entry) -> Content:
    """The entry's body as readers get it. Never raises for what a body contains."""
    source, illegal = xml_safe(entry.body)
    raw, guarded = _to_html(source, entry.body_type)
    notes = Counter({"control character": illegal}) + Counter(guarded)
    cap = max(SMALLEST_CAP, LARGEST_GROWTH * len(source))
    html = ""
    images: tuple[str, ...] = ()
    if len(raw) <= cap:
        html, images = _clean(raw, entry.url, notes)
    if len(raw) > cap or len(html) > cap:
        raw = html = body_text.escaped(source)
        images = ()
        notes = Counter({"all markup: the body grows to more than 20 times its size": 1})
    html = _figure(entry, html, images) + html
    first = entry.image.url if entry.image else next(iter(images), None)
    return Content(html, _summary(entry, raw, html), first, tuple(map(_in_words, notes.items())))


_MAKERS: dict[str, Callable[[str], tuple[str, tuple[str, ...]]]] = {
    "markdown": body_markdown.to_html,
    "html": lambda source: (source, ()),
    "rst": body_rst.to_html,
}


def unrendered(entry: Entry) -> Content:
    """The text of a body as it was written, for when `content` failed: that must not happen, and bugs do."""
    text = xml_safe(entry.body)[0]
    return Content(body_text.escaped(text), collapse(entry.summary or text[: body_summary.TARGET]))


def _to_html(source: str, body_type: str) -> tuple[str, tuple[str, ...]]:
    make = _MAKERS.get(body_type)
    return make(source) if make is not None else (body_text.to_html(source), ())


def _clean(html: str, base: str, notes: Counter[str]) -> tuple[str, tuple[str, ...]]:
    """Safe HTML and the pictures in it; `notes` grows by what was taken out."""
    if not is_harmless(html):
        html, cost = tame(html)
        notes.update(cost)
    walk = Walk(base).run(html)
    notes.update(walk.notes)
    return _gate(walk.html), tuple(walk.images)


def _gate(html: str) -> str:
    safe = xml_safe(GATE.clean(html))[0]
    # HTML drops one line feed after <pre>, and no serializer puts it back: without this a listing would lose its empty
    # first line each time it is read. No attribute can contain "<pre>", `<` is escaped there.
    return _LEADING_NEWLINE.sub(r"\1\n\n", safe).strip()


def _in_words(note: tuple[str, int]) -> str:
    words, count = note
    return words if count == 1 else f"{words} ({count})"


def _figure(entry: Entry, html: str, images: tuple[str, ...]) -> str:
    """The entry's own picture with its caption and credit, unless the body shows it already."""
    image = entry.image or Image("")
    url = body_links.absolute(image.url, entry.url) if image.url else None
    if url is not None and url in images:
        return ""
    caption = _caption(image.caption or entry.caption, image.credit or entry.credit)
    if url is None and (not caption or caption in html):
        return ""
    picture = f'<img alt="" src="{escape(url)}">' if url else ""
    return _gate(f"<figure>{picture}{caption}</figure>") + ("\n" if html else "")


def _caption(caption: str | None, credit: str | None) -> str:
    words = [collapse(caption or ""), f"Photo: {collapse(credit)}" if credit and credit.strip() else ""]
    text = escape(" ".join(filter(None, words)), quote=False)
    return f"<figcaption>{text}</figcaption>" if text else ""


def _summary(entry: Entry, raw: str, html: str) -> str:
    """What the author wrote as summary, else what stands before `<!--more-->`, else the lead."""
    if entry.summary and (written := collapse(entry.summary)):
        return written
    if mark := body_summary.MORE.search(raw):
        marked = body_summary.of_marked(raw[: mark.start()])
        if marked:
            return marked
    return body_summary.of_lead(html)
