"""SourceDocument -> Article: bytes to text, front matter off, and the format's reader for the rest. Pure.

What comes out claims, it does not decide: the front matter first, then a sidecar's, then what the text itself shows (a
heading, a headline, a page's head), then the file's name, then what lies beside the file. Nothing here raises for what
a file contains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from feedd.model import Article, Claim, Companion, Level, Problem, Source, SourceDocument
from feedd.normalizer import SUFFIXES, UNREAD, episode, media, notebook, opening
from feedd.normalizer.claims import from_front_matter, from_path, read_claims
from feedd.normalizer.encoding import decode
from feedd.normalizer.findings import (
    EMPTY,
    NOT_AN_ARTICLE,
    SIDECAR,
    UNKNOWN_FORMAT,
    FormatReader,
    Reading,
    error,
    warning,
)
from feedd.normalizer.frontmatter import FrontMatter
from feedd.normalizer.html import read_html
from feedd.normalizer.markdown import read_markdown
from feedd.normalizer.mdx import read_mdx
from feedd.normalizer.rst import read_rst
from feedd.normalizer.text import read_text
from feedd.normalizer.word import read_docx

FORMATS: dict[str, FormatReader] = {
    "markdown": read_markdown,
    "mdx": read_mdx,
    "html": read_html,
    "text": read_text,
    "rst": read_rst,
    "notebook": read_markdown,
}
# How the front matter comes off, where it is not a block above the text.
_SPLITTERS: dict[str, Callable[[str, str], FrontMatter | Problem]] = {"notebook": notebook.split}
# Formats that are no text: (bytes, the title that a sidecar gave or None) -> Reading, or a Problem.
_BINARY: dict[str, Callable[[bytes, str | None], Reading | Problem]] = {"docx": read_docx}


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
    recording = name == episode.FORMAT
    if name is None or (name not in formats and name not in _BINARY and not recording):
        return _unread(where, suffixes)
    front = FrontMatter({}, "") if name in _BINARY or recording else _front_matter(document, name)
    if isinstance(front, Problem):
        return front
    stem = where[: len(where) - len(suffix_of(where))]
    beside = _sidecars(document.companions, stem)
    if isinstance(beside, Problem):
        return beside

    claims, problems = read_claims(from_front_matter(front.data, front.lines, front.raw), where)
    claims = (*claims, *beside.claims)
    title = next((claim.value for claim in claims if claim.field == "title"), None)
    reading: Reading | Problem
    if recording:
        reading = episode.read_recording(document)
    elif name in _BINARY:
        reading = _BINARY[name](document.data, title)
    else:
        reading = formats[name](front.body, front.body_line, title)
    if isinstance(reading, Problem):
        return replace(reading, where=where)
    if not (front.data or beside.matter or reading.claims or reading.body.strip()):
        return warning(EMPTY, where, "empty: nothing to publish yet")
    said, trouble, notes = episode.beside(document.companions)
    notes = notes if not reading.body.strip() else ""
    around = (*episode.parts_beside(document.companions, stem), *media.beside(document.companions))
    return Article(
        key=document.key,
        claims=(*claims, *reading.claims, *said, *from_path(where), *around),
        body=notes or reading.body,
        body_type=episode.type_of(notes) if notes else reading.body_type,
        body_line=reading.body_line,
        problems=(
            *front.problems,
            *problems,
            *beside.problems,
            *(replace(problem, where=where) for problem in reading.problems),
            *trouble,
        ),
        matter={**beside.matter, **front.data},
        lines=front.lines,
    )


def _unread(where: str, suffixes: Mapping[str, str]) -> Problem:
    suffix, known = suffix_of(where), " ".join(sorted(suffixes))
    if suffix in UNREAD:
        hint = "save it as Markdown or HTML, or keep it out with ignore"
        return warning(UNKNOWN_FORMAT, where, f"no reader for {UNREAD[suffix]} files", hint)
    return error(NOT_AN_ARTICLE, where, f'no reader for "{suffix}" files', f"known are {known}")


def _front_matter(document: SourceDocument, name: str) -> FrontMatter | Problem:
    """Of a text, with what was noticed about its encoding."""
    where = document.key.path
    text = decode(document.data, where, html=name == "html")
    if isinstance(text, Problem):
        return text
    front = _SPLITTERS.get(name, opening.split)(text.value, where)
    return front if isinstance(front, Problem) else replace(front, problems=(*text.problems, *front.problems))


# --- Sidecars ---------------------------------------------------------------------------------------------------------

_SIDECARS = (".yaml", ".yml", ".toml", ".json", ".meta")  # best first


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the sidecars say; the first one that names a field is believed."""

    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    matter: Mapping[str, Any] = field(default_factory=dict)


def _sidecars(companions: tuple[Companion, ...], stem: str) -> _Beside | Problem:
    """x.yaml is one of x.md; x.chapters.json, which may lie there, too, is none."""
    found = sorted(
        (_SIDECARS.index(suffix), each.path, each)
        for each in companions
        if (suffix := suffix_of(each.path)) in _SIDECARS and len(each.path) == len(stem) + len(suffix)
    )
    together = _Beside()
    for _, _, each in found:
        one = _sidecar(each)
        if isinstance(one, Problem):
            return one
        together = _Beside(
            (*together.claims, *one.claims), (*together.problems, *one.problems), {**one.matter, **together.matter}
        )
    return together


def _sidecar(companion: Companion) -> _Beside | Problem:
    """A sidecar that cannot be read is an error, as a front matter is: it may say that the article is a draft."""
    where = companion.path
    if companion.data is None:
        message = "it lies beside an article, but is too large for a front matter, or a link out of the source"
        return _Beside(problems=(warning(SIDECAR, where, message, "rename it if it is none"),))
    text = decode(companion.data, where)
    if isinstance(text, Problem):
        return _Beside() if text.level is Level.WARNING else text
    front = opening.read_sidecar(text.value, where)
    if isinstance(front, Problem):
        return front
    claims, problems = read_claims(from_front_matter(front.data, front.lines, front.raw), where)
    rule = f"sidecar {where.rpartition('/')[2]}"
    return _Beside(
        tuple(replace(claim, rule=rule, where=where) for claim in claims),
        (*text.problems, *front.problems, *problems),
        front.data,
    )


def suffix_of(path: str) -> str:
    """ ".md" for "a/b.MD"; "" without one."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem else ""


def suffixes_of(source: Source) -> Mapping[str, str]:
    """What the suffixes of this source's files mean: what they mean to everybody, and to its generator."""
    return SUFFIXES if source.preset is None else SUFFIXES | dict(source.preset.suffixes)
