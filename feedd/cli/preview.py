"""`feedd preview FILE`: the entry a file becomes, and why each field is what it is. Writes nothing."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

import rich_click as click

from feedd import wiring
from feedd.cli import find
from feedd.cli.say import data, say, say_problem
from feedd.errors import EXIT_FINDINGS, UsageError
from feedd.model import (
    Claim,
    Entry,
    FeedItem,
    Gone,
    IndexedFile,
    Known,
    Level,
    Problem,
    Refused,
    Settings,
    Source,
)
from feedd.normalizer import body, compare, identity
from feedd.normalizer.normalize import Reading
from feedd.pipeline import Pipeline
from feedd.ports import Store
from feedd.renderer import render, select
from feedd.store.memory import MemoryStore
from feedd.telling import told
from feedd.watcher.folder import FileWatcher


def preview(file: str, config: str | None, url: str | None, form: str | None, as_json: bool) -> None:
    settings, source, path = _where(file, config, url)
    store = _memory_of(settings)
    try:
        reading, entry, known = _believe(settings, source, path, store)
    finally:
        store.close()
    if entry is None:
        _refuse(reading, as_json)
        return
    item = FeedItem(entry, body.content(entry))
    if form is not None:
        sys.stdout.buffer.write(render.FORMATS[form].item(item, "full"))
        return
    feeds = [feed.path for feed in select.feeds_of(entry, settings.feeds)]
    rows = _explain(item, reading, known)
    if as_json:
        _as_json(item, feeds, rows, reading)
        return
    width = max(len(claim.field) for claim in rows)
    for claim in rows:
        place = f"{claim.rule}, line {claim.line}" if claim.line else claim.rule
        click.echo(f"{claim.field:<{width}}  {_shown(claim.value)}  {click.style(place, dim=True)}")
    click.echo(f"{'in feeds':<{width}}  {', '.join(feeds) or 'none'}")
    for problem in reading.problems:
        say_problem(problem, text="")


def _where(file: str, config: str | None, url: str | None) -> tuple[Settings, Source, str]:
    """The settings that hold for the file, its source, and its path below that."""
    full = os.path.abspath(file)
    if not os.path.exists(full):
        raise UsageError(f"there is no file {file}")
    if url is not None and config is None:
        from feedd import settings as loader

        folder = os.path.dirname(full)
        settings = loader.from_folder(folder, url, publish=None, listen=None, state_dir=os.path.join(folder, ".feedd"))
    else:
        settings = find.load(config)
    for source in settings.sources:
        relative = os.path.relpath(os.path.realpath(full), os.path.realpath(source.path))
        if not relative.startswith(".."):
            return settings, source, relative
    folders = ", ".join(source.path for source in settings.sources)
    raise UsageError(f"{file} is in none of the watched folders ({folders})", hint="name its settings with --config")


def _memory_of(settings: Settings) -> Store:
    if os.path.exists(os.path.join(settings.state_dir, wiring.DATABASE)):
        return wiring.open_store(settings)
    return MemoryStore()


def _believe(settings: Settings, source: Source, path: str, store: Store) -> tuple[Reading, Entry | None, Known | None]:
    """What the next run would make of the file."""
    pipeline: Pipeline = wiring.rehearsal(settings, store, ())
    now = wiring.clock().replace(microsecond=0)
    watcher = FileWatcher(wiring.ARTICLES)
    nothing: dict[str, IndexedFile] = {}
    found = watcher.look(source, [path], nothing)
    stat = next((stat for stat in found.changed if stat.key.path == path), None)
    if stat is None:
        problem = next((p for _, p in found.problems), None)
        ignored = Problem(
            "FD300",
            path,
            "this file is not taken as an article",
            f"articles end in {', '.join(sorted(wiring.ARTICLES))}",
        )
        empty = wiring.stat_of(source, path)
        return Reading(empty, "", None, (problem or ignored,)), None, None
    document = watcher.read(source, stat)
    if isinstance(document, Gone | Refused):
        gone = Problem("FD300", path, "the file is gone")
        return Reading(stat, "", None, (document.problem if isinstance(document, Refused) else gone,)), None, None
    reading = pipeline.believe(document, source, now)
    host = identity.host_of(settings.site.url)
    known = store.known([stat.key])
    by_id = store.entries_by_id(compare.candidate_ids([reading], host))
    changes = compare.compare([reading], compare.Past(known, by_id), host, now)
    entry = changes.changes[0].entry if changes.changes else _unchanged(known.get(stat.key))
    problems = tuple(problem for _, found_ in changes.problems for problem in found_)
    return replace(reading, problems=problems), entry, known.get(stat.key)


def _unchanged(known: Known | None) -> Entry | None:
    return known.entry if known is not None else None


def _explain(item: FeedItem, reading: Reading, known: Known | None) -> list[Claim]:
    """A claim per field: the entry's own value, and the rule that the article's claim or the memory stands for."""
    entry = item.entry
    rules = {claim.field: claim for claim in reading.trace}
    remembered = known is not None and known.entry is not None and known.entry.id == entry.id
    state = "remembered"

    def row(name: str, value: Any, field: str, rule: str = "") -> Claim:
        claim = rules.get(field)
        line = claim.line if claim and not rule else None
        return Claim(name, value, rule or (claim.rule if claim else "default"), line)

    id_rule = (
        "" if "id" in reading.given else (state if remembered else "minted from host, year and path; kept from now on")
    )
    date_rule = state if remembered and "date" not in reading.given else ""
    return [
        row("title", entry.title, "title"),
        row("id", entry.id, "id", id_rule),
        row("url", entry.url, "url"),
        row("published", entry.published, "date", date_rule),
        row("updated", entry.updated, "updated", "" if "updated" in reading.given else _update_rule(entry)),
        row("authors", [person.name for person in entry.authors], "authors"),
        row("categories", list(entry.categories), "categories"),
        row("tags", list(entry.tags), "tags"),
        row("language", entry.language, "language"),
        row("summary", item.content.summary, "summary"),
        row("image", entry.image.url if entry.image else item.content.image, "image", *_image_rule(item)),
        row("caption", entry.caption, "caption"),
        row("credit", entry.credit, "credit"),
        row("enclosures", [enclosure.url for enclosure in entry.enclosures], "enclosures"),
        row("draft", entry.draft, "draft"),
        row("publish at", entry.publish_at, _moment_field(entry, rules), "" if entry.publish_at else "at once"),
        row("expires", entry.expires_at, "expires", "" if entry.expires_at else "never"),
        row(
            "removed",
            list(item.content.removed),
            "removed",
            "not fit for feed readers" if item.content.removed else "nothing",
        ),
    ]


def _moment_field(entry: Entry, rules: dict[str, Claim]) -> str:
    """The later of the two stated moments is the one that counts."""
    claim = rules.get("publish_at")
    return "publish_at" if claim is not None and claim.value == entry.publish_at else "date"


def _image_rule(item: FeedItem) -> tuple[str, ...]:
    return () if item.entry.image or not item.content.image else ("first image in the body",)


def _update_rule(entry: Entry) -> str:
    return "same as published" if entry.updated == entry.published else "when readers last got to see a difference"


def _as_json(item: FeedItem, feeds: list[str], rows: list[Claim], reading: Reading) -> None:
    fields = {
        claim.field.replace(" ", "_"): {"value": _plain(claim.value), "rule": claim.rule, "line": claim.line}
        for claim in rows
    }
    value = {"file": reading.stat.key.path, "feeds": feeds, "fields": fields, "content_html": item.content.html}
    data(value, messages=[told(problem) for problem in reading.problems])


def _refuse(reading: Reading, as_json: bool) -> None:
    if as_json:
        data(None, ok=False, code=EXIT_FINDINGS, messages=[told(problem) for problem in reading.problems])
    else:
        for problem in reading.problems:
            say_problem(problem, text="")
        if not any(problem.level is Level.ERROR for problem in reading.problems):
            say("no entry comes from this file")
    sys.exit(EXIT_FINDINGS)


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _shown(value: Any) -> str:
    value = _plain(value)
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
