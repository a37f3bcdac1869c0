"""What Python-Markdown writes into bodies and CommonMark does not know; Pelican and MkDocs use it."""

from __future__ import annotations

import re

from feedd.generators.code_samples import CodeSamples

_CONTENTS = re.compile(r"^\[TOC\][ \t]*$", re.MULTILINE)


def without_contents_mark(body: str) -> str:
    """The body without the line `[TOC]`, where the page has a table of contents and a feed has none."""
    if "[TOC]" not in body:
        return body
    samples = CodeSamples(body, "markdown")
    return _CONTENTS.sub(lambda found: "" if samples.end(found.start()) is None else found[0], body)
