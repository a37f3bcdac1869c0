"""Entry -> Content: the source body becomes safe HTML with absolute URLs, a plain summary, the first picture. Pure.

    source -> HTML      Markdown, HTML or text (`body_markdown`, as it is, `body_text`)
    HTML -> tree        tamed first if it is huge (`body_tame`)
    tree -> HTML        only what readers show, every address absolute (`body_elements`, by the tables of `body_rules`)
    HTML -> HTML        nh3, which trusts none of the above; then what XML forbids goes, because nh3 lets it pass

The HTML of a trusted author skips all but the first step; its addresses become absolute (`body_trusted`).

Doing it to its own result changes nothing. Every step is linear in what it is given, and what comes out is at most 20
times what went in (or 1 MB): a body that wants more is published as the plain text it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from feedd.model import Content, Entry, Image
from feedd.normalizer import body_links, body_markdown, body_mdx, body_rst, body_summary, body_text
from feedd.normalizer.body_elements import Walk
from feedd.normalizer.body_rules import GATE
from feedd.normalizer.body_tame import is_harmless, tame
from feedd.normalizer.body_trusted import Trusted
from feedd.normalizer.plain import collapse, xml_safe

VERSION = "2"  # part of the key under which finished bodies are kept: bump it whenever the output changes

SMALLEST_CAP = 1_000_000  # characters
LARGEST_GROWTH = 20

_LEADING_NEWLINE = re.compile(r"(<pre(?: [^<>]*)?>)\n")


def content(entry: Entry) -> Content:
    """The entry's body as readers get it. Never raises for what a body contains."""
    source, illegal = xml_safe(entry.body)
    raw, guarded = _to_html(entry, source)
    notes = Counter({"control character": illegal}) + Counter(guarded)
    cap = max(SMALLEST_CAP, LARGEST_GROWTH * len(source))
    found = _Clean("")
    if len(raw) <= cap:
        addresses = body_links.Addresses(entry.url, entry.references)
        found = _trusted(raw, addresses) if entry.trusted else _clean(raw, addresses, notes)
    if len(raw) > cap or len(found.html) > cap:
        raw = body_text.escaped(source)
        found = _Clean(raw)
        notes = Counter({"all markup: the body grows to more than 20 times its size": 1})
    html = _figure(entry, found) + found.html
    first = entry.image.url if entry.image else next(iter(found.pictures), None)
    return Content(html, _summary(entry, raw, html), first, tuple(map(_in_words, notes.items())))


@dataclass(frozen=True, slots=True)
class _Clean:
    """Finished HTML, the pictures in it, and those of them that may stand for the article."""

    html: str
    images: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()


_MAKERS: dict[str, Callable[[str], tuple[str, tuple[str, ...]]]] = {
    "markdown": body_markdown.to_html,
    "html": lambda source: (source, ()),
    "rst": body_rst.to_html,
}


def unrendered(entry: Entry) -> Content:
    """The text of a body as it was written, for when `content` failed: that must not happen, and bugs do."""
    text = xml_safe(entry.body)[0]
    return Content(body_text.escaped(text), collapse(entry.summary or text[: body_summary.TARGET]))


def _to_html(entry: Entry, source: str) -> tuple[str, tuple[str, ...]]:
    if entry.body_type == "markdown" and entry.key.path.lower().endswith(".mdx"):
        source, lost = body_mdx.to_markdown(source)
        html, notes = body_markdown.to_html(source)
        return html, (*lost, *notes)
    make = _MAKERS.get(entry.body_type)
    return make(source) if make is not None else (body_text.to_html(source), ())


def _clean(html: str, addresses: body_links.Addresses, notes: Counter[str]) -> _Clean:
    """Safe HTML; `notes` grows by what was taken out."""
    if not is_harmless(html):
        html, cost = tame(html)
        notes.update(cost)
    walk = Walk(addresses).run(html)
    notes.update(walk.notes)
    return _Clean(_gate(walk.html), tuple(walk.images), tuple(walk.pictures))


def _trusted(html: str, addresses: body_links.Addresses) -> _Clean:
    found = Trusted(addresses, html)
    return _Clean(xml_safe(found.html)[0].strip(), tuple(found.images), tuple(found.pictures))


def _gate(html: str) -> str:
    safe = xml_safe(GATE.clean(html))[0]
    # HTML drops one line feed after <pre>, and no serializer puts it back: without this a listing would lose its empty
    # first line each time it is read. No attribute can contain "<pre>", `<` is escaped there.
    return _LEADING_NEWLINE.sub(r"\1\n\n", safe).strip()


def _in_words(note: tuple[str, int]) -> str:
    words, count = note
    return words if count == 1 else f"{words} ({count})"


def _figure(entry: Entry, body: _Clean) -> str:
    """The entry's own picture with its caption and credit, unless the body shows it already."""
    image = entry.image or Image("")
    url = body_links.absolute(image.url, entry.url) if image.url else None
    if url is not None and url in body.images:
        return ""
    caption = _caption(image.caption or entry.caption, image.credit or entry.credit)
    if url is None and (not caption or caption in body.html):
        return ""
    picture = f'<img alt="{escape(collapse(image.alt or ""))}" src="{escape(url)}">' if url else ""
    return _gate(f"<figure>{picture}{caption}</figure>") + ("\n" if body.html else "")


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
