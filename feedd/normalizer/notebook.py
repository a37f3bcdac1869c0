"""A Jupyter notebook (nbformat 3 and 4) as Markdown with a front matter: its cells in order, with their results. Pure.

The format is JSON (nbformat.readthedocs.io, "The Notebook file format"); nothing is run. HTML results go through the
same sanitizer as any other HTML. A picture is kept where it is small enough to travel in a feed (`LARGEST_PICTURE`); of
a larger one a note is left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from feedd.model import Problem
from feedd.normalizer import opening
from feedd.normalizer.body_links import LONGEST_DATA
from feedd.normalizer.findings import FRONT_MATTER, error
from feedd.normalizer.frontmatter import FrontMatter

LARGEST_PICTURE = LONGEST_DATA  # characters of a data: address
LEFT_OUT = "*(A picture is left out here; it is too large for a feed.)*"
_STATED = ("title", "authors", "author", "date", "tags", "keywords", "description", "slug", "language")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?=\n)")
_ATTACHMENT = re.compile(r"attachment:([^)\s\"'>]{1,300})")
# nbconvert's and Jupyter Book's tags
_HIDDEN = {
    "cell": frozenset(("remove_cell", "remove-cell", "hide-cell", "hide_cell")),
    "source": frozenset(("remove_input", "remove-input", "hide-input", "hide_input")),
    "outputs": frozenset(("remove_output", "remove-output", "hide-output", "hide_output")),
}


def split(text: str, where: str) -> FrontMatter | Problem:
    """What `frontmatter.split` is for a text: the notebook's metadata and a front matter in its first cell, and the
    rest as Markdown."""
    try:
        book = json.loads(text)
    except (ValueError, RecursionError) as bad:
        line = bad.lineno if isinstance(bad, json.JSONDecodeError) else None
        return error(FRONT_MATTER, where, "not readable as a notebook", "open it in Jupyter and save it again", line)
    cells = _cells(book)
    if cells is None:
        return error(FRONT_MATTER, where, "not a notebook: it has no cells", "save it with Jupyter 1.0 or newer")
    metadata = _mapping(book.get("metadata"))
    first = _first_cell(cells, where)
    if isinstance(first, Problem):
        return first
    stated = {key: metadata[key] for key in _STATED if metadata.get(key)} | dict(_mapping(metadata.get("nikola")))
    parts = [first.body.strip("\n")] if first.data else []
    language = _language(book, metadata)
    for cell in cells[bool(first.data) :]:
        parts += _cell(cell, language)
    return FrontMatter({**stated, **first.data}, "\n\n".join(part for part in parts if part), raw=first.raw)


def _cells(book: Any) -> list[Mapping[str, Any]] | None:
    """Version 3 has worksheets between the notebook and its cells."""
    if not isinstance(book, Mapping):
        return None
    sheets = book.get("worksheets")
    found = book.get("cells")
    if found is None and isinstance(sheets, list):
        found = [cell for sheet in sheets for cell in _list(_mapping(sheet).get("cells"))]
    return [cell for cell in found if isinstance(cell, Mapping)] if isinstance(found, list) else None


def _first_cell(cells: list[Mapping[str, Any]], where: str) -> FrontMatter | Problem:
    if not cells or cells[0].get("cell_type") not in ("raw", "markdown"):
        return FrontMatter({}, "")
    found = opening.split(_source(cells[0]), where)
    if isinstance(found, Problem):
        return error(FRONT_MATTER, where, f"in the first cell: {found.message}", found.hint)
    return FrontMatter(found.data, found.body, raw=found.raw)


def _language(book: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    info, kernel = _mapping(metadata.get("language_info")), _mapping(metadata.get("kernelspec"))
    name = info.get("name") or kernel.get("language") or "python"
    return name if isinstance(name, str) and re.fullmatch(r"[\w+#.-]{1,30}", name) else ""


# --- Cells ------------------------------------------------------------------------------------------------------------


def _cell(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    kind, source = cell.get("cell_type"), _source(cell)
    if _is_hidden(cell, "cell"):
        return
    if kind == "markdown":
        yield _with_attachments(source, _mapping(cell.get("attachments"))).strip("\n")
    elif kind == "heading":  # version 3
        level = cell.get("level")
        yield f"{'#' * (level if isinstance(level, int) and 1 <= level <= 6 else 1)} {' '.join(source.split())}"
    elif kind == "raw" and "html" in str(_mapping(cell.get("metadata")).get("raw_mimetype", "")):
        yield _html(source)
    elif kind == "code":
        if source.strip() and not _is_hidden(cell, "source"):
            yield _fence(source, language)
        if not _is_hidden(cell, "outputs"):
            for output in _list(cell.get("outputs")):
                yield from _output(_mapping(output))


def _is_hidden(cell: Mapping[str, Any], part: str) -> bool:
    metadata = _mapping(cell.get("metadata"))
    tags = {tag for tag in _list(metadata.get("tags")) if isinstance(tag, str)}
    return bool(_HIDDEN[part] & tags) or _mapping(metadata.get("jupyter")).get(f"{part}_hidden") is True


def _with_attachments(source: str, attachments: Mapping[str, Any]) -> str:
    def address(found: re.Match[str]) -> str:
        bundle = _mapping(attachments.get(found[1]))
        kind = next((kind for kind in _PICTURES if kind in bundle), None)
        return (kind and _data(kind, bundle[kind])) or found[0]

    return _ATTACHMENT.sub(address, source) if attachments else source


# --- Results ----------------------------------------------------------------------------------------------------------


def _output(output: Mapping[str, Any]) -> Iterator[str]:
    kind = output.get("output_type")
    if kind == "stream":
        if output.get("name", output.get("stream")) != "stderr":
            yield _fence(_text(output.get("text")), "")
    elif kind in ("error", "pyerr"):
        yield _fence(f"{output.get('ename', 'error')}: {output.get('evalue', '')}", "")
    elif kind in ("display_data", "execute_result", "pyout"):
        yield from _shown(_bundle(output))


def _bundle(output: Mapping[str, Any]) -> Mapping[str, Any]:
    """By media type, also in version 3, which had short names."""
    if isinstance(output.get("data"), Mapping):
        return _mapping(output["data"])
    names = {"html": "text/html", "png": "image/png", "jpeg": "image/jpeg", "latex": "text/latex", "text": "text/plain"}
    return {kind: output[name] for name, kind in names.items() if name in output}


def _shown(bundle: Mapping[str, Any]) -> Iterator[str]:
    """The one form of a result that says most in a feed, where no script runs."""
    picture = next((kind for kind in _PICTURES if kind in bundle), None)
    html = _text(bundle.get("text/html"))
    if html.strip() and not (picture and "<script" in html):
        yield _html(html)
    elif "text/markdown" in bundle:
        yield _text(bundle["text/markdown"])
    elif picture:
        address = _data(picture, bundle[picture])
        yield f"![]({address})" if address else LEFT_OUT
    elif "text/latex" in bundle:
        yield _text(bundle["text/latex"])
    elif "text/plain" in bundle:
        yield _fence(_text(bundle["text/plain"]), "")


def _data(kind: str, value: Any) -> str | None:
    address = f"data:{kind};base64,{''.join(_text(value).split())}"
    return address if len(address) <= LARGEST_PICTURE else None


def _html(source: str) -> str:
    """One block of HTML in Markdown: it ends at a blank line (CommonMark 4.6), so it may have none."""
    return f"<div>\n{_BLANK_LINES.sub('', source.strip())}\n</div>"


def _fence(source: str, language: str) -> str:
    code = _TERMINAL.sub("", source).strip("\n")
    if not code.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


# --- JSON that may be anything ----------------------------------------------------------------------------------------


def _source(cell: Mapping[str, Any]) -> str:
    """Version 3 calls the code of a cell its input."""
    return _text(cell.get("source", cell.get("input")))


def _text(value: Any) -> str:
    """Text is a string or a list of its lines."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
