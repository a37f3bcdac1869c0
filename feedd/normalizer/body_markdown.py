"""Markdown -> HTML by comrak (GitHub's dialect), behind two guards. Nothing here is safe yet: the sanitizer follows.

Before it, `body_dialect` writes what generators add to Markdown in words that comrak knows.

comrak is linear on everything tried but two things (measured with 0.0.16): block quotes nested in one line (100,000 of
them take 8 s) and the columns of a table (60,000 take 4 s).
"""

from __future__ import annotations

import re

import comrak

from feedd.normalizer import body_dialect

DEEPEST_QUOTE = 64
MOST_COLUMNS = 2_500

_MARKERS = re.compile(r"(?:[ \t>*+\-:.)0-9]|\[\^[^\]\s]{1,99}\]:)*+")
_HEADING_ATTRIBUTES = re.compile(r"[ \t]?\{[ \t]*(?:[#.][^{}<>\n]*|-)\}(?=[ \t]*</h[1-6]>)")
_CONTENTS = re.compile(r"<p>(?:\[\[?_?toc_?\]\]?|\$\{toc\}|\{:toc\})</p>\n?", re.IGNORECASE)
# Obsidian knows more kinds than GitHub does.
_CALLOUT = re.compile(r"(<blockquote>\n<p>)\[!([A-Za-z][\w-]{0,30})\][ ]?([^\n<]{0,200})(</p>|\n)")


def _extensions(*, table: bool) -> comrak.ExtensionOptions:
    options = comrak.ExtensionOptions()
    options.strikethrough = True
    options.table = table
    options.autolink = True
    options.tasklist = True
    options.footnotes = True
    options.description_lists = True
    options.alerts = True
    options.math_dollars = True  # so that `*` and `_` in it are left alone; `body_elements` puts the dollars back
    return options


def _rendering() -> comrak.RenderOptions:
    options = comrak.RenderOptions()
    options.unsafe_ = True  # raw HTML passes, because everything is sanitized afterwards
    return options


_GITHUB, _WITHOUT_TABLES, _RENDERING = _extensions(table=True), _extensions(table=False), _rendering()


def to_html(source: str) -> tuple[str, tuple[str, ...]]:
    """The HTML, not yet safe, and what the guards took out. `{#id}` behind a heading is an instruction, not text."""
    source, cut = _limit_quotes(body_dialect.plain_markdown(source))
    wide = _has_wide_table(source)
    # Without a last line feed comrak takes "[a]: <b c>" in the last line for text.
    html = comrak.render_markdown(
        source.removesuffix("\n") + "\n", _WITHOUT_TABLES if wide else _GITHUB, None, _RENDERING
    )
    notes = (("block quote deeper than 64",) if cut else ()) + (("table wider than 2500 columns",) if wide else ())
    if "[!" in source:
        html = _CALLOUT.sub(_callout, html)
    return _CONTENTS.sub("", _HEADING_ATTRIBUTES.sub("", html)), notes


def _callout(match: re.Match[str]) -> str:
    title = match[3].strip() or match[2].capitalize()
    return f"{match[1]}<strong>{title}</strong></p>\n" + ("" if match[4] == "</p>" else "<p>")


def _limit_quotes(source: str) -> tuple[str, bool]:
    if source.count(">") <= DEEPEST_QUOTE:
        return source, False
    lines = source.split("\n")
    limited = [_limit_line(line) if line.count(">") > DEEPEST_QUOTE else line for line in lines]
    return "\n".join(limited), limited != lines


def _limit_line(line: str) -> str:
    """Only the markers a line starts with open quotes; `>` in its text stays."""
    end = _MARKERS.match(line).end()  # type: ignore[union-attr]  # matches the empty string at least
    pieces = line[:end].split(">")
    if len(pieces) - 1 <= DEEPEST_QUOTE:
        return line
    return ">".join(pieces[: DEEPEST_QUOTE + 1]) + "".join(pieces[DEEPEST_QUOTE + 1 :]) + line[end:]


def _has_wide_table(source: str) -> bool:
    return source.count("|") > MOST_COLUMNS and any(line.count("|") > MOST_COLUMNS for line in source.split("\n"))
