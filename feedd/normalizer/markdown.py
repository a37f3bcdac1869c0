"""Markdown: the first heading is the title, the rest is the body. Pure."""

from __future__ import annotations

import re

from feedd.model import Claim
from feedd.normalizer.findings import Reading, same_words, without_blank_edges
from feedd.normalizer.html_tokens import unescape

LONGEST_HEADING = 1_000  # characters; what is longer is no heading, whatever it begins with

# CommonMark 0.31.2, sections 4.2 (ATX) and 4.3 (setext). The attribute list `{#id .class}` is an extension many have.
_ATX = re.compile(r" {0,3}#(?:[ \t]+(?P<text>.*?))??(?:[ \t]+#+)?[ \t]*")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[^{}]{0,200}\}$")
_SETEXT_LINE = re.compile(r" {0,3}=+[ \t]*")
# What cannot be a heading's text: another block begins there, or it is code.
_OTHER_BLOCK = re.compile(r" {4}|\t| {0,3}(?:#{1,6}(?:\s|$)|>|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|```|~~~|<)")


def read_markdown(text: str, first_line: int, title: str | None) -> Reading:
    """Take a first-level heading off the beginning, if the article has no title yet or the heading repeats it."""
    body, line = without_blank_edges(text, first_line)
    found = _heading(body)
    if found is None:
        return Reading((), body, "markdown", line)
    heading, rest, height = found
    if title is not None and not same_words(title, heading):
        return Reading((), body, "markdown", line)
    claims = (Claim("title", heading, "first heading", line),) if title is None else ()
    body, body_line = without_blank_edges(rest, line + height)
    return Reading(claims, body, "markdown", body_line)


def _heading(body: str) -> tuple[str, str, int] | None:
    """The first block as a heading: its words, the text below it, its height in lines. None if it is none."""
    first, _, below = body.partition("\n")
    if len(first) > LONGEST_HEADING:
        return None
    if atx := _ATX.fullmatch(first):
        words = inline_text(_ATTRIBUTES.sub("", atx["text"] or ""))
        return (words, below, 1) if words else None
    second, _, rest = below.partition("\n")
    if first.strip() and _SETEXT_LINE.fullmatch(second) and not _OTHER_BLOCK.match(first):
        words = inline_text(_ATTRIBUTES.sub("", first))
        return (words, rest, 2) if words else None
    return None


_CODE = re.compile(r"(`+)(?!`)(.{1,500}?)(?<!`)\1(?!`)")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,500}\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.{0,500}?-->")
_STRONG = re.compile(
    r"(?<![\w*])(\*\*|\*|~~)(?=\S)(.{1,500}?)(?<=\S)\1(?![\w*])|(?<!\w)(__|_)(?=\S)(.{1,500}?)(?<=\S)\3(?!\w)"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = "\ue000"  # stands for one piece of code or one escaped character while the marks around it are read


def inline_text(markup: str) -> str:
    """One line of Markdown as the plain text a reader sees: `**Big** news & [more](x)` is "Big news & more"."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return _HIDDEN

    line = markup.replace(_HIDDEN, "")
    line = _CODE.sub(lambda code: keep(code[2].strip()), line)
    line = _ESCAPE.sub(lambda escape: keep(escape[1]), line)
    line = _AUTOLINK.sub(lambda link: keep(link[1]), line)
    line = _TAG.sub("", line)
    for _ in range(2):  # a picture in a link, strong in emphasis
        line = _LINK.sub(r"\1", line)
        line = _STRONG.sub(lambda marks: marks[2] or marks[4], line)
    line = unescape(line)
    pieces = iter(kept)
    line = re.sub(_HIDDEN, lambda _: next(pieces, ""), line)
    return " ".join(line.split())
