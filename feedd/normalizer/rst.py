"""reStructuredText (extra `rst`): the document title is the title, the field list under it is the head. Pure.

docutils reads what its author wrote and nothing else: raw HTML, includes and files named in directives are off, and so
is its own configuration file. Its complaints about style are not ours to pass on; what it cannot read stays text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from feedd.model import Claim, Problem
from feedd.normalizer.claims import Stated, read_claims
from feedd.normalizer.findings import NO_READER, Reading, error, without_blank_edges

SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "input_encoding": "unicode",
    "syntax_highlight": "none",
    "math_output": "MathML",
    "initial_header_level": 2,
    "stylesheet_path": None,
    "embed_stylesheet": False,
}
_FIELD = re.compile(r"^:([^:\n]{1,80}):", re.MULTILINE)


@cache
def docutils_core() -> Any:
    """docutils, or None where the extra is not installed."""
    try:
        from docutils import core
    except ImportError:
        return None
    return core


def read_rst(text: str, first_line: int, title: str | None) -> Reading | Problem:
    """Take the head of a document: its title and its field list (`:date: 2026-11-23`). The body stays whole: docutils
    leaves the head out when it renders."""
    core = docutils_core()
    if core is None:
        return error(
            NO_READER, "", ".rst files need docutils", "install it with: pip install 'feedd[rst]'", line=first_line
        )
    body, line = without_blank_edges(text, first_line)
    try:
        tree = core.publish_doctree(body, settings_overrides=SETTINGS)
    except Exception:  # docutils raises what its plug-ins raise; RecursionError among it
        return Reading((), body, "text", line)
    stated = _fields(
        tree, {name[1].lower(): line + body.count("\n", 0, name.start()) for name in _FIELD.finditer(body)}
    )
    claims, problems = read_claims(stated, "")
    heading = tree.get("title")
    if title is None and heading:
        claims = (Claim("title", " ".join(heading.split()), "document title", line), *claims)
    return Reading(claims, body, "rst", line, problems)


def _fields(tree: Any, lines: dict[str, int]) -> list[Stated]:
    """The document's field list, also where docutils knows the name (author, date, organization)."""
    stated = []
    for info in tree.findall():
        if info.tagname != "docinfo":
            continue
        for node in info.children:
            if node.tagname == "field":
                name, value = node.children[0].astext(), node.children[1].astext()
            else:
                name, value = node.tagname, node.astext()
            stated.append(Stated(name, " ".join(value.split()), "field list", lines.get(name.lower()), None))
    return stated
