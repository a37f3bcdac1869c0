"""`feedd check --feeds`: our own lint over documents: those that a build would publish, files, or addresses."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import rich_click as click

from feedd import wiring
from feedd.cli import find
from feedd.cli.rehearse import copied_store
from feedd.cli.say import clean, data, plural, say, say_problem
from feedd.errors import EXIT_FINDINGS, FeeddError, OutboundError, UsageError
from feedd.lint import Finding, lint
from feedd.model import FeedDocument, HttpRequest, HttpResponse, Level, Problem, Settings

MOST_BYTES = 50_000_000  # of one document; the lint itself warns from 5 MB on
TIMEOUT = timedelta(seconds=60)
FORMATS = ("rss", "atom", "json", "opml")  # others are pages for people
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Looked:
    """One document and what was found. `name` is how the person knows it, `path` its file where it has one."""

    name: str
    findings: tuple[Finding, ...]
    path: str | None = None


def check(places: Sequence[str], config: str | None, changes: Sequence[str], errors_only: bool, as_json: bool) -> None:
    looked = [_look(place) for place in places] if places else list(_ours(find.load(config, changes)))
    shown = [(each, f) for each in looked for f in each.findings if not errors_only or f.level == "error"]
    counts = Counter(finding.level.value for _, finding in shown)
    code = EXIT_FINDINGS if counts["error"] or counts["warning"] else 0
    if as_json:
        messages = [_told(each, finding) for each, finding in shown]
        data({"documents": [each.name for each in looked]}, ok=code == 0, code=code, messages=messages)
        sys.exit(code)
    for each, finding in shown:
        _say(each, finding)
    words = [plural(counts[level], level) for level in ("error", "warning") if counts[level]]
    say(f"{', '.join(words) or 'nothing to mend'} in {plural(len(looked), 'document')}")
    sys.exit(code)


# --- What is looked at ------------------------------------------------------------------------------------------------


class _Collecting:
    """A publisher that takes everything and has nothing: so everything is made."""

    name = "memory"

    def __init__(self) -> None:
        self.documents: dict[str, FeedDocument] = {}

    def put(self, documents: Sequence[FeedDocument]) -> None:
        self.documents |= {document.path: document for document in documents}

    def get(self, path: str) -> bytes | None:
        found = self.documents.get(path)
        return found.data if found else None

    def foreign(self, path: str) -> bool:
        return False


def _ours(settings: Settings) -> Iterator[Looked]:
    """Every document of the settings as a build would make it now, those that the gate would hold back, too."""
    from feedd.pipeline import Scope

    collecting = _Collecting()
    now = wiring.clock()
    with copied_store(settings) as store:
        wiring.rehearsal(replace(settings, lint=False), store, (collecting,)).run(Scope.everything(), now)
    for path, document in sorted(collecting.documents.items()):
        if document.format in FORMATS:
            yield Looked(path, lint(document.data, address=document.url, now=now))


def _look(place: str) -> Looked:
    if urlsplit(place).scheme.lower() in ("http", "https"):
        answer = asyncio.run(_fetch(place))
        return Looked(place, lint(answer.body, address=place, now=wiring.clock(), headers=dict(answer.headers)))
    if "://" in place:
        raise UsageError(f"{place} cannot be fetched", hint="give an http or https address, or a file")
    return Looked(place, lint(_read(place), now=wiring.clock()), place)


def _read(place: str) -> bytes:
    try:
        with open(place, "rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}", hint="name a feed's file or address") from error
    return _small_enough(found, place)


def _small_enough(found: bytes, name: str) -> bytes:
    if len(found) > MOST_BYTES:
        raise FeeddError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB", hint="no reader takes such a feed")
    return found


async def _fetch(address: str) -> HttpResponse:
    """As a reader would, except that a redirect is news. The person named the address, so it may be a private one."""
    from feedd.outbound import Client

    client = Client()
    try:
        accept = (("Accept", _ACCEPT),)
        request = HttpRequest("GET", address, accept, b"", TIMEOUT, allow_private=True, most=MOST_BYTES + 1)
        answer = await client.send(request)
    finally:
        await client.close()
    if 300 <= answer.status < 400:
        to = answer.headers.get("location", "nowhere")
        raise FeeddError(f"{address} answers {answer.status} and leads to {to}", hint="check that address instead")
    if answer.status != 200:
        raise OutboundError(f"{address} answered {answer.status}", hint="look at it in a browser")
    if answer.headers.get("content-encoding", "identity") != "identity":
        hint = "save it with 'curl --compressed', and check the file"
        raise FeeddError(f"{address} came compressed, although it was asked for otherwise", hint=hint)
    _small_enough(answer.body, address)
    return answer


# --- Telling ----------------------------------------------------------------------------------------------------------


def _told(looked: Looked, finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.rule,
        "level": finding.level.value,
        "file": looked.name,
        "path": looked.path,
        "source": "",
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "hint": finding.hint,
        "element": finding.path,
    }


def _say(looked: Looked, finding: Finding) -> None:
    if finding.level == "info":
        place = clean(looked.name) + (f":{finding.line}" if finding.line else "")
        say(f"{click.style(f'info[{finding.rule}]', bold=True)}: {clean(finding.message)}\n  --> {place}")
        return
    level = Level.ERROR if finding.level == "error" else Level.WARNING
    where, hint = looked.name, finding.hint or (f"in {finding.path}" if finding.path else "")
    say_problem(Problem(finding.rule, where, finding.message, hint, finding.line, finding.column, level), looked.path)
