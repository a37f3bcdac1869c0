"""Where a front matter hides: below blank lines, in an HTML comment, under another name, or as Org writes it. Pure.

`frontmatter` reads the usual forms; here the others are found and brought into one of those, line by line, so that each
key keeps its line in the file. What only looks like one is text, and no message is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from feedd.model import Problem
from feedd.normalizer import frontmatter
from feedd.normalizer.claims import KNOWN_NAMES, fold
from feedd.normalizer.frontmatter import MAX_SIZE, FrontMatter
from feedd.yaml_core import YamlError, load

_BLANK_LINES = re.compile(r"\A(?:[ \t\ufeff]*+\n)*+\ufeff?+")
_YAML_BEGINS = re.compile(r"---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*+[\w-]+[ \t]*:(?:[ \t]|\n)")


def split(text: str, where: str) -> FrontMatter | Problem:
    """`frontmatter.split`, also where the front matter does not stand on the first line in its usual form."""
    start = len(text) - len(_BLANK_LINES.sub("", text, count=1))
    rest, above = text[start:], text.count("\n", 0, start)
    found = _read(rest, where)
    if not above:
        return found if _is_one(found, rest) else FrontMatter({}, rest)
    if isinstance(found, FrontMatter):
        return _moved(found, above) if found.data else FrontMatter({}, text)
    return _shifted(found, above) if _YAML_BEGINS.match(rest) else FrontMatter({}, text)  # a rule that opens a text


def _read(text: str, where: str) -> FrontMatter | Problem:
    if named := _FENCE_WITH_NAME.match(text):
        return _fenced(text, where, named)
    if text.startswith("<!--"):
        return _comment(text, where)
    if text.startswith("#+"):
        return _org(text)
    return frontmatter.split(text, where)


def _is_one(found: FrontMatter | Problem, text: str) -> bool:
    return isinstance(found, Problem) or bool(found.data) or len(found.body) < len(text)


def _shifted(found: FrontMatter | Problem, by: int) -> FrontMatter | Problem:
    """The same with this many lines above it."""
    if isinstance(found, FrontMatter):
        return _moved(found, by)
    return replace(found, line=found.line + by) if found.line else found


def _moved(found: FrontMatter, by: int) -> FrontMatter:
    return replace(
        found,
        body_line=found.body_line + by,
        lines={key: line + by for key, line in found.lines.items()},
        problems=tuple(replace(each, line=each.line + by) if each.line else each for each in found.problems),
    )


# --- Fences with another name -----------------------------------------------------------------------------------------

# "---toml" as gray-matter has it (Eleventy, Astro), ";;;" around JSON without its braces (Middleman).
_FENCE_WITH_NAME = re.compile(r"(?:---[ \t]*(?P<name>yaml|yml|toml|json)|(?P<braces>;;;))[ \t]*\n")
_FENCES = {"yaml": ("---", "---"), "yml": ("---", "---"), "toml": ("+++", "+++")}


def _fenced(text: str, where: str, opening: re.Match[str]) -> FrontMatter | Problem:
    fence = "---" if opening["name"] else ";;;"
    closing = re.compile(rf"^{fence}[ \t]*$", re.MULTILINE).search(text, opening.end(), opening.end() + MAX_SIZE)
    if closing is None:
        return FrontMatter({}, text)
    inner, below = text[opening.end() : closing.start()], text[closing.end() :]
    if opening["name"] in _FENCES:
        first, last = _FENCES[opening["name"]]
        return frontmatter.split(f"{first}\n{inner}{last}{below}", where)
    is_whole = opening["name"] == "json" or inner.lstrip().startswith("{")
    found = frontmatter.split(inner if is_whole else f"{{{inner}}}", where)
    if isinstance(found, Problem):
        return _shifted(found, 1)
    body_line = text.count("\n", 0, closing.end()) + 2
    return replace(_moved(found, 1), body=below.removeprefix("\n"), body_line=body_line)


# --- In an HTML comment -----------------------------------------------------------------------------------------------

_KEY_LINE = re.compile(r"([A-Za-z_][\w -]{0,40}):(?:[ \t]|$)")


def _comment(text: str, where: str) -> FrontMatter | Problem:
    """A comment that opens the file and is nothing but a front matter; any other comment is text."""
    usual = frontmatter.split(text, where)  # Nikola's
    end = text.find("-->", 4, MAX_SIZE)
    if end < 0 or _is_one(usual, text):
        return usual
    inner = text[4:end]
    head = inner.strip(" \t\n")
    above = inner[: inner.find(head)].count("\n")
    found = _inner(head, where)
    if found is None or found.body.strip() or not found.data:
        return FrontMatter({}, text)
    below = text[end + 3 :]
    after = below.startswith("\n")
    line = text.count("\n", 0, end) + 1 + after
    return replace(_moved(found, above), body=below[after:], body_line=line)


def _inner(head: str, where: str) -> FrontMatter | None:
    """Fenced, or lines of which at least one has a name that means something."""
    keys = [key for row in head.split("\n") if (key := _KEY_LINE.match(row))]
    if keys and head.startswith(keys[0][0]) and any(fold(key[1]) in KNOWN_NAMES for key in keys):
        as_yaml = frontmatter.split(f"---\n{head}\n---\n", where)
        if isinstance(as_yaml, FrontMatter):
            return _moved(as_yaml, -1)
    found = frontmatter.split(f"{head}\n", where)
    return found if isinstance(found, FrontMatter) else None


# --- Org --------------------------------------------------------------------------------------------------------------

# Org manual, "Export settings" and "Timestamps".
_KEYWORD = re.compile(r"#\+([A-Za-z][\w-]{0,40})(?:\[\])?:[ \t]*(.*)")
_TIMESTAMP = re.compile(
    r"[<\[]([0-9]{4}-[0-9]{2}-[0-9]{2})(?: [^\W\d_]{1,12}\.?)?(?: ([0-9]{1,2}:[0-9]{2}))?[^>\]]{0,40}[>\]]"
)
_TAGS = "filetags"
_MOST_KEYWORDS = 100


def _org(text: str) -> FrontMatter:
    """`#+TITLE: Hello` lines, blank ones between them; one of the names must mean something."""
    data: dict[str, Any] = {}
    lines: dict[str, int] = {}
    rows = text[:MAX_SIZE].split("\n", _MOST_KEYWORDS)
    used = 0
    for number, row in enumerate(rows[:_MOST_KEYWORDS], 1):
        found = _KEYWORD.fullmatch(row.rstrip())
        if found is None and row.strip():
            break
        if found is None:
            continue
        used = number
        key = found[1].lower()
        if key in data:  # a long title may go on with the same keyword
            data[key] = f"{data[key]} {found[2]}"
        elif found[2]:
            data[key], lines["tags" if key == _TAGS else key] = found[2], number
    if not any(fold(key) in KNOWN_NAMES or key == _TAGS for key in data):
        return FrontMatter({}, text)
    return FrontMatter(dict(_org_values(data)), "\n".join(text.split("\n", used)[used:]), used + 1, lines)


def _org_values(data: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if key == _TAGS:
            yield "tags", value.replace(":", " ").split()
        else:
            yield key, _TIMESTAMP.sub(lambda stamp: " ".join(filter(None, stamp.groups())), value)


# --- Sidecars ---------------------------------------------------------------------------------------------------------

_FENCE_LINES = re.compile(r"\A[ \t]*(?:---|\+\+\+)[ \t]*$|^(?:---|\.\.\.|\+\+\+)[ \t]*\s*\Z", re.MULTILINE)


def read_sidecar(text: str, where: str) -> FrontMatter | Problem:
    """The front matter that stands in a file of its own: `hello.yaml` beside `hello.md`; `.meta` in any form. Data
    that is no mapping is none."""
    suffix = where.rpartition(".")[2].lower()
    if suffix == "json" and not text.lstrip().startswith("{"):
        return FrontMatter({}, "")
    if suffix not in ("yaml", "yml", "toml"):
        return split(text, where)
    fence, inner = "+++" if suffix == "toml" else "---", _FENCE_LINES.sub("", text)
    if fence == "---" and not _is_mapping(inner):
        return FrontMatter({}, "")
    return _shifted(frontmatter.split(f"{fence}\n{inner}\n{fence}\n", where), -1)


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(load(text).value, dict)
    except YamlError:
        return True  # it was to be one
