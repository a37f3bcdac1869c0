"""MDX: Markdown whose first lines may be imports and exports of a program. Pure.

Only what stands above the first text goes here, so that a heading below it can be the title; the components in the text
are the body's business (`body_markdown`).
"""

from __future__ import annotations

import re

from feedd.normalizer.findings import Reading
from feedd.normalizer.markdown import read_markdown

# A statement begins a line and goes on to the next blank one (mdxjs.com, "ESM"), so that what is above a blank line is
# all program.
_STATEMENT = re.compile(
    r"(?:import\s[^\n]*(?:from\s*['\"]|['\"])|import\s*\{|export\s+(?:const|let|default|function|\{))"
)


def read_mdx(text: str, first_line: int, title: str | None) -> Reading:
    """Take the program off the top, and read the rest as Markdown."""
    line, rest = first_line, text
    while True:
        stripped = rest.lstrip("\n")
        line, rest = line + len(rest) - len(stripped), stripped
        if not _STATEMENT.match(rest):
            return read_markdown(rest, line, title)
        block, gap, rest = rest.partition("\n\n")
        line += block.count("\n") + len(gap)
