"""reStructuredText to HTML. Pure; what docutils cannot read, and what it takes too much to read, comes out as text."""

from __future__ import annotations

import re

from feedd.normalizer import body_text
from feedd.normalizer.rst import SETTINGS, docutils_core

# docutils writes ``code`` as a span whose class says so; its text holds no other tags than line-break guards.
_LITERAL = re.compile(
    r'<(?:span|tt) class="docutils literal">((?:[^<]|<span class="pre">[^<]*</span>){0,5000}+)</(?:span|tt)>'
)


def to_html(source: str) -> tuple[str, tuple[str, ...]]:
    """(HTML, what was guarded against)."""
    core = docutils_core()
    if core is None:
        return body_text.escaped(source), ("all markup: docutils is not installed",)
    try:
        parts = core.publish_parts(source, writer="html5", settings_overrides=SETTINGS)
    except Exception:  # see `rst.read_rst`
        return body_text.escaped(source), ("all markup: docutils cannot read it",)
    return _LITERAL.sub(r"<code>\1</code>", str(parts["body"])), ()
