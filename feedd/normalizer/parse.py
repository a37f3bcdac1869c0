"""SourceDocument -> Article: bytes to text, front matter off, and the format's reader for the rest. Pure.

What comes out claims, it does not decide: the front matter first, then what the text itself shows (a heading, a
headline, a page's head), then the file's name. Nothing here raises for what a file contains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from feedd.model import Article, Problem, SourceDocument
from feedd.normalizer import SUFFIXES
from feedd.normalizer.claims import from_front_matter, from_path, read_claims
from feedd.normalizer.encoding import decode
from feedd.normalizer.findings import EMPTY, NOT_AN_ARTICLE, FormatReader, error, warning
from feedd.normalizer.frontmatter import split
from feedd.normalizer.html import read_html
from feedd.normalizer.markdown import read_markdown
from feedd.normalizer.rst import read_rst
from feedd.normalizer.text import read_text

FORMATS: dict[str, FormatReader] = {
    "markdown": read_markdown,
    "html": read_html,
    "text": read_text,
    "rst": read_rst,
}


def parse(
    document: SourceDocument,
    *,
    suffixes: Mapping[str, str] = SUFFIXES,
    formats: Mapping[str, FormatReader] = FORMATS,
) -> Article | Problem:
    """Take one file apart. A Problem instead means that it cannot be published as it is: at level ERROR it needs
    mending, at WARNING there is just nothing in it yet. An Article's problems are warnings, with exact file lines."""
    where = document.key.path
    name = suffixes.get(suffix_of(where))
    if name is None or name not in formats:
        known = " ".join(sorted(suffixes))
        return error(NOT_AN_ARTICLE, where, f'no reader for "{suffix_of(where)}" files', f"known are {known}")
    text = decode(document.data, where, html=name == "html")
    if isinstance(text, Problem):
        return text
    front = split(text.value, where)
    if isinstance(front, Problem):
        return front

    claims, problems = read_claims(from_front_matter(front.data, front.lines, front.raw), where)
    title = next((claim.value for claim in claims if claim.field == "title"), None)
    reading = formats[name](front.body, front.body_line, title)
    if isinstance(reading, Problem):
        return replace(reading, where=where)
    if not (front.data or reading.claims or reading.body.strip()):
        return warning(EMPTY, where, "empty: nothing to publish yet")
    return Article(
        key=document.key,
        claims=(*claims, *reading.claims, *from_path(where)),
        body=reading.body,
        body_type=reading.body_type,
        body_line=reading.body_line,
        problems=(
            *text.problems,
            *front.problems,
            *problems,
            *(replace(problem, where=where) for problem in reading.problems),
        ),
        matter=front.data,
        lines=front.lines,
    )


def suffix_of(path: str) -> str:
    """ ".md" for "a/b.MD"; "" without one."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem else ""
