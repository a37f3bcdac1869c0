"""python -m tests.validators [--port N] FOLDER_OR_URL …: what independent validators say about documents.

A folder is served over loopback HTTP meanwhile: made with `site.feeds_url` at that port, its documents are fetched from
the address that they name as theirs. A URL is one document. The validators live beside the project:

FEEDD_W3C_VALIDATOR    a command; gets a URL and A (errors) or AA (warnings too), prints a line for each finding
FEEDD_ATOM_RNC         the RELAX NG grammar of RFC 4287, appendix B; `jing` reads it
FEEDD_JSONFEED_SCHEMA  a JSON schema of JSON Feed 1.1

The check of OPML is here, from the rules of its specification. Exit code 1 for what EXCEPTIONS do not explain.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft4Validator, FormatChecker
from lxml import etree
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ERROR, WARNING = "error", "warning"
_KINDS = {"rss": "rss", "{http://www.w3.org/2005/Atom}feed": "atom", "opml": "opml"}
_TYPES = {
    ".xml": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/feed+json",
    ".opml": "text/x-opml",
}


@dataclass(frozen=True)
class Document:
    kind: str
    url: str
    data: bytes


@dataclass(frozen=True)
class Finding:
    level: str
    message: str
    place: str = ""


@dataclass(frozen=True)
class Accepted:
    """A finding that stays, by what its message says; the reasons are told in docs/conformance.md."""

    kinds: tuple[str, ...]
    message: str
    reason: str


EXCEPTIONS: tuple[Accepted, ...] = (
    Accepted(("atom",), "Two entries with the same value for atom:updated", "dates are their authors'"),
    Accepted(("atom",), "title should not be blank", "an entry without a title has none"),
    Accepted(("atom",), "Archive incomplete", "the only page of an archive has no neighbour"),
    Accepted(("atom",), "summary should not contain HTML", "plain text may say 1&2, and type=text says so"),
    Accepted(("atom", "rss"), "contains bad characters", "U+FFFD stands in the article itself"),
    Accepted(("rss",), "Undefined channel element: itunes:complete", "Apple's word for a show that has ended"),
    Accepted(("atom", "rss"), "style attribute contains potentially dangerous", "its list of units ends before rem"),
)


# --- Validators -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Validator:
    """`check` gives the findings about each document, in their order."""

    title: str
    kinds: tuple[str, ...]
    missing: Callable[[], str]
    check: Callable[[Sequence[Document]], Iterable[list[Finding]]]


def _w3c(documents: Sequence[Document]) -> Iterable[list[Finding]]:
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(_w3c_one, documents)


def _w3c_one(document: Document) -> list[Finding]:
    found = _w3c_lines(document, "AA")
    errors = set(_w3c_lines(document, "A")) if found else set()
    return [Finding(ERROR if line in errors else WARNING, *_message(line)) for line in found]


def _w3c_lines(document: Document, level: str) -> list[str]:
    command = [*shlex.split(os.environ["FEEDD_W3C_VALIDATOR"]), document.url, level]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    lines = [line for line in ran.stdout.splitlines() if line and not line.startswith(("Validating ", "No errors"))]
    if ran.returncode and not lines:
        raise RuntimeError(f"the W3C validator failed on {document.url}: {ran.stderr[-500:]}")
    return lines


def _message(line: str) -> tuple[str, str]:
    """The message, and its place: "line 7, column 2: Missing … (3 occurrences)"."""
    parts = re.fullmatch(r"(?:(line \d+, column \d+): ?)?(.*?)(?: \(\d+ occurrences\))?", line)
    assert parts is not None
    return parts[2], parts[1] or ""


def _relax_ng(documents: Sequence[Document]) -> Iterable[list[Finding]]:
    """All in one run: most of its time is its start."""
    with tempfile.TemporaryDirectory(prefix="feedd-validators-") as folder:
        names = [f"{number}.atom" for number in range(len(documents))]
        for name, document in zip(names, documents, strict=True):
            # In ASCII, because jing's Xerces stumbles over characters beyond the BMP at the edge of its buffer
            # (XERCESJ-1257).
            (Path(folder) / name).write_bytes(etree.tostring(etree.fromstring(document.data), encoding="us-ascii"))
        grammar = Path(os.environ["FEEDD_ATOM_RNC"]).absolute()
        ran = subprocess.run(["jing", "-c", str(grammar), *names], cwd=folder, capture_output=True, text=True)
    said = ran.stdout.splitlines()
    if ran.returncode and not said:
        raise RuntimeError(f"jing failed: {ran.stderr[-500:]}")
    for name in names:
        parts = [each for line in said if (each := re.fullmatch(rf"(?:.*/)?{name}:(\d+):\d+: \w+: (.*)", line))]
        yield [Finding(ERROR, each[2], f"line {each[1]}") for each in parts]


def _json_schema(documents: Sequence[Document]) -> Iterable[list[Finding]]:
    file = Path(os.environ["FEEDD_JSONFEED_SCHEMA"])

    def beside(uri: str) -> Resource[Any]:
        """The schema of 1.1 leans on that of 1, "feed-1", which schemastore.org keeps in the same folder."""
        name = uri.rpartition("/")[2].removesuffix(".json")
        return DRAFT4.create_resource(json.loads((file.parent / f"{name}.json").read_bytes()))

    schema, registry = json.loads(file.read_bytes()), Registry(retrieve=beside)
    validator = Draft4Validator(schema, format_checker=FormatChecker(), registry=registry)
    for document in documents:
        found = validator.iter_errors(json.loads(document.data))
        yield [Finding(ERROR, each.message[:200], each.json_path) for each in found]


def _opml(documents: Sequence[Document]) -> Iterable[list[Finding]]:
    for document in documents:
        yield [Finding(ERROR, message, place) for message, place in opml_errors(document.data)]


def opml_errors(data: bytes) -> Iterator[tuple[str, str]]:
    """What contradicts OPML 2.0, and where."""
    root = etree.fromstring(data)
    if root.tag != "opml" or root.get("version") != "2.0":
        yield "the root is not <opml version='2.0'>", ""
    if [each.tag for each in root.iterchildren("*")] != ["head", "body"]:
        yield "the root's children are not <head> and <body>", ""
    for name in ("dateCreated", "dateModified"):
        for each in root.iterfind(f"head/{name}"):
            if not _is_date(each.text or ""):
                yield f"<{name}> is no date of RFC 822", f"line {each.sourceline}"
    outlines = list(root.iterfind("body//outline"))
    if not outlines:
        yield "the body has no <outline>", ""
    for outline in outlines:
        yield from ((message, f"line {outline.sourceline}") for message in _outline_errors(outline))


def _outline_errors(outline: etree._Element) -> Iterator[str]:
    if not outline.get("text"):
        yield "an <outline> has no text"
    if outline.get("type") == "rss" and not outline.get("xmlUrl"):
        yield "an <outline> of type rss has no xmlUrl"
    for name in ("xmlUrl", "htmlUrl", "url"):
        if (value := outline.get(name)) is not None and not re.match(r"https?://[^/\s]+", value):
            yield f"{name} is no http address"
    if (created := outline.get("created")) is not None and not _is_date(created):
        yield "created is no date of RFC 822"


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except ValueError:
        return False


def _unset(name: str, program: str = "") -> str:
    if not os.environ.get(name):
        return f"{name} is not set"
    return f"{program} is not installed" if program and shutil.which(program) is None else ""


VALIDATORS = (
    Validator("W3C", ("rss", "atom", "opml"), partial(_unset, "FEEDD_W3C_VALIDATOR"), _w3c),
    Validator("RELAX NG", ("atom",), partial(_unset, "FEEDD_ATOM_RNC", "jing"), _relax_ng),
    Validator("JSON schema", ("json",), partial(_unset, "FEEDD_JSONFEED_SCHEMA"), _json_schema),
    Validator("OPML 2.0", ("opml",), lambda: "", _opml),
)


# --- Documents --------------------------------------------------------------------------------------------------------


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = _TYPES

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the table is what this prints."""


@contextlib.contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Its address while the folder is served there."""
    with ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def documents_in(folder: Path, address: str) -> list[Document]:
    """The feeds and lists of feeds; what else is there is not ours to check."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _TYPES and path.is_file())
    found = (_document(f"{address}/{quote(path.relative_to(folder).as_posix())}", path.read_bytes()) for path in paths)
    return [each for each in found if each is not None]


def _document(url: str, data: bytes) -> Document | None:
    if data.lstrip()[:1] == b"{":
        is_feed = str(json.loads(data).get("version", "")).startswith("https://jsonfeed.org/")
        return Document("json", url, data) if is_feed else None
    kind = _KINDS.get(str(etree.fromstring(data).tag))
    return Document(kind, url, data) if kind else None


# --- Table ------------------------------------------------------------------------------------------------------------


class Table:
    """Adds up over folders. `unexplained` are the findings that no exception covers."""

    def __init__(self) -> None:
        self.documents: Counter[tuple[str, str]] = Counter()
        self.findings: dict[tuple[str, str, str, str], list[str]] = {}
        self.skipped: dict[str, str] = {}

    def check(self, documents: Sequence[Document]) -> None:
        for validator in VALIDATORS:
            if missing := validator.missing():
                self.skipped[validator.title] = missing
                continue
            chosen = [each for each in documents if each.kind in validator.kinds]
            results = validator.check(chosen) if chosen else ()
            for document, findings in zip(chosen, results, strict=True):
                self.documents[document.kind, validator.title] += 1
                for each in sorted(set(findings), key=lambda finding: finding.message):
                    key = (document.kind, validator.title, each.level, each.message)
                    self.findings.setdefault(key, []).append(f"{document.url} {each.place}".rstrip())

    @property
    def unexplained(self) -> list[str]:
        return [_said(key, places) for key, places in self.findings.items() if not _explained(key)]

    def show(self) -> None:
        print(f"{'kind':6}{'validator':13}{'documents':>10}{'errors':>8}{'warnings':>10}")
        for (kind, title), number in sorted(self.documents.items()):
            errors, warnings = (self._with(kind, title, level) for level in (ERROR, WARNING))
            print(f"{kind:6}{title:13}{number:>10}{errors:>8}{warnings:>10}")
        for title, missing in self.skipped.items():
            print(f"{title} skipped: {missing}")
        for key, places in self.findings.items():
            print(_said(key, places) + (" [exception]" if _explained(key) else ""))

    def _with(self, kind: str, title: str, level: str) -> int:
        """How many documents have such a finding."""
        wanted = (kind, title, level)
        places = (place for key, listed in self.findings.items() if key[:3] == wanted for place in listed)
        return len({place.split()[0] for place in places})


def _explained(key: tuple[str, str, str, str]) -> bool:
    return any(key[0] in each.kinds and each.message in key[3] for each in EXCEPTIONS)


def _said(key: tuple[str, str, str, str], places: Sequence[str]) -> str:
    kind, title, level, message = key
    return f"{kind} {title} {level} in {len({place.split()[0] for place in places})}: {message} ({places[0]})"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.validators")
    parser.add_argument("--port", type=int, default=0, help="where folders are served; default: any free one")
    parser.add_argument("places", nargs="+", metavar="FOLDER_OR_URL")
    asked = parser.parse_args(arguments)
    table = Table()
    for place in asked.places:
        if place.startswith(("http://", "https://")):
            with urllib.request.urlopen(place) as response:
                found = _document(place, response.read())
            table.check([found] if found else [])
        else:
            with serving(Path(place), asked.port) as address:
                table.check(documents_in(Path(place), address))
    table.show()
    return 1 if table.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
