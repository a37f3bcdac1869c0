"""`feedd preview FILE`: the entry a file becomes, and why each field is what it is. Writes nothing."""

from __future__ import annotations

import os
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import rich_click as click

from feedd import wiring
from feedd.cli import find, ids
from feedd.cli.entries import memory_of
from feedd.cli.say import clean, data, out, say, say_problem
from feedd.errors import EXIT_FINDINGS, UsageError
from feedd.model import (
    Claim,
    Enclosure,
    Entry,
    Feed,
    FeedItem,
    Gone,
    Image,
    IndexedFile,
    Known,
    Problem,
    Refused,
    Settings,
    Source,
)
from feedd.normalizer import body, body_summary, compare, identity
from feedd.normalizer.normalize import Reading
from feedd.pipeline import Pipeline
from feedd.ports import Store
from feedd.renderer import render, select
from feedd.telling import told, untold

_KEPT = "remembered"


def preview(file: str | None, config: str | None, url: str | None, form: str | None, as_json: bool) -> None:
    if file is None:
        raise UsageError("which FILE?", hint="name an article, or a moment with --at")
    if form is not None and as_json:
        raise UsageError("either --as or --json, not both", hint="--as json prints the item of the JSON feed")
    settings, source, path = _where(file, config, url)
    now = wiring.clock().replace(microsecond=0)
    with memory_of(settings) as store:
        reading, entry, known = _believe(settings, source, path, store, now)
        origin = _origin(reading, entry, known, store, settings)
    problems = [told(problem, source.name, os.path.join(source.path, path)) for problem in reading.problems]
    if entry is None:
        _refuse(file, problems, as_json)
        return
    item = FeedItem(entry, body.content(entry))
    feeds = select.feeds_of(entry, settings.feeds, settings.site.zone)
    if form is not None:
        feed = feeds[0] if feeds else Feed("feed", settings.site.title)
        out(render.FORMATS[form].item(item, feed, settings.site), nl=False)
        return
    rows = _explain(item, reading, known, origin)
    names = [feed.path for feed in feeds]
    if as_json:
        shown = {"file": path, "feeds": names, "visible": entry.visible(now), "hidden": _hidden(entry, now)}
        data(shown | {"fields": _fields(rows, path), "content_html": item.content.html}, messages=problems)
        return
    width = max(len(claim.field) for claim in rows)
    for claim in rows:
        place = f"{claim.rule}, line {claim.line}" if claim.line else claim.rule
        out(f"{claim.field:<{width}}  {clean(_shown(claim.value))}  {click.style(clean(place), dim=True)}")
    out(f"{'in feeds':<{width}}  {_in_feeds(names, _hidden(entry, now))}")
    for problem in problems:
        say_problem(untold(problem), file)


def _hidden(entry: Entry, now: datetime) -> str | None:
    """Why readers do not see it at `now`, in words; None if they do."""
    if entry.draft:
        return "a draft"
    if entry.publish_at is not None and entry.publish_at > now:
        return f"kept back until {_plain(entry.publish_at)}"
    if entry.expires_at is not None and entry.expires_at <= now:
        return f"expired at {_plain(entry.expires_at)}"
    return None


def _in_feeds(names: list[str], hidden: str | None) -> str:
    if hidden is None or not names:
        return ", ".join(names) or "none"
    return f"none now ({hidden}); else {', '.join(names)}"


def _where(file: str, config: str | None, url: str | None) -> tuple[Settings, Source, str]:
    """The settings that hold for the file, its source, and its path below that."""
    full = os.path.abspath(file)
    if not os.path.exists(full):
        raise UsageError(f"there is no file {file}")
    if os.path.isdir(full):
        raise UsageError(f"{file} is a folder", hint="name one article in it; 'feedd check' looks at all of them")
    if url is not None and config is None:
        from feedd import settings as loader

        folder = os.path.dirname(full)
        # Served nowhere and remembered nowhere; settings that lead nowhere would only be warned of.
        state = os.path.join(folder, ".feedd")
        settings = loader.from_folder(folder, url, publish=None, listen="127.0.0.1:0", state_dir=state)
    else:
        settings = find.load(config)
    for source in settings.sources:
        relative = os.path.relpath(os.path.realpath(full), os.path.realpath(source.path))
        if relative.split(os.sep)[0] != "..":
            return settings, source, relative
    folders = ", ".join(source.path for source in settings.sources)
    raise UsageError(
        f"{file} is in none of the watched folders ({folders})",
        hint="name its settings with --config, or its site: --url https://your.site",
    )


def _believe(
    settings: Settings, source: Source, path: str, store: Store, now: datetime
) -> tuple[Reading, Entry | None, Known | None]:
    """What the next run would make of the file."""
    pipeline: Pipeline = wiring.rehearsal(settings, store, ())
    watcher = wiring.watcher()
    nothing: dict[str, IndexedFile] = {}
    found = watcher.look(source, [path], nothing)
    stat = next((stat for stat in found.changed if stat.key.path == path), None)
    if stat is None:
        problem = next((p for _, p in found.problems), None)
        ignored = Problem("FD300", path, "this file is not taken as an article", _why_ignored(path))
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


def _why_ignored(path: str) -> str:
    if os.path.splitext(path)[1].lower() in wiring.ARTICLES:
        return (
            "its name or its folder is ignored: by the source's 'ignore', or as editors' and other tools' own files are"
        )
    return f"articles end in {', '.join(sorted(wiring.ARTICLES))}"


def _unchanged(known: Known | None) -> Entry | None:
    return known.entry if known is not None else None


def _origin(reading: Reading, entry: Entry | None, known: Known | None, store: Store, settings: Settings) -> str:
    """Why the entry has its id, where the file does not state it."""
    if entry is None or "id" in reading.given:
        return ""
    if known is None or known.entry is None or known.entry.id != entry.id:
        return "minted from host, year and path; kept from now on"
    return f"remembered: {ids.origin(entry, store.history(entry.id), settings)}"


def _explain(item: FeedItem, reading: Reading, known: Known | None, id_rule: str) -> list[Claim]:
    """A claim per field: the entry's own value, and the rule that the article's claim or the memory stands for."""
    entry, content = item.entry, item.content
    rules = {claim.field: claim for claim in reading.trace}
    remembered = known is not None and known.entry is not None and known.entry.id == entry.id

    def row(name: str, value: Any, field: str, rule: str = "") -> Claim:
        claim = rules.get(field)
        if claim is None or rule:
            return Claim(name, value, rule or "default")
        return replace(claim, field=name, value=value)

    date_rule = _KEPT if remembered and _is_kept(entry, reading) else ""
    picture = entry.image or content.picture or (Image(content.image) if content.image else None)
    removed = [*reading.removed, *content.removed]
    return [
        row("title", entry.title, "title"),
        row("id", entry.id, "id", id_rule),
        _of_url(row("url", entry.url, "url"), rules.get("slug")),
        row("aliases", list(entry.aliases), "aliases"),
        row("published", entry.published, "date", date_rule),
        row("updated", entry.updated, "updated", "" if "updated" in reading.given else _update_rule(entry)),
        row("authors", [person.name for person in entry.authors], "authors"),
        row("categories", list(entry.categories), "categories"),
        row("tags", list(entry.tags), "tags"),
        row("language", entry.language, "language"),
        row("summary", content.summary, "summary", _summary_rule(entry)),
        row("image", _picture(picture), "image", "first image in the body" if picture and not entry.image else ""),
        row("caption", entry.caption, "caption"),
        row("credit", entry.credit, "credit"),
        row("enclosures", [_enclosure(each) for each in entry.enclosures], "enclosures"),
        row("draft", entry.draft, "draft"),
        row("publish at", entry.publish_at, _moment_field(entry, rules), "" if entry.publish_at else "at once"),
        row("expires", entry.expires_at, "expires", "" if entry.expires_at else "never"),
        row("feeds", None if entry.feeds is None else list(entry.feeds), "feeds"),
        row("removed", removed, "removed", "not fit for feed readers" if removed else "nothing"),
        *(replace(claim, value=_told(claim.value)) for name, claim in rules.items() if name.startswith("episode ")),
    ]


def _told(value: Any) -> Any:
    """What the parts of an episode are, in words."""
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    if is_dataclass(value):
        parts = (getattr(value, each.name) for each in fields(value))
        return " ".join(str(_told(part)) for part in parts if part not in (None, "", False, True))
    return f"{value:g}" if isinstance(value, float) else value


def _of_url(claim: Claim, slug: Claim | None) -> Claim:
    """A slug that the article states is half of the answer where a template is the other."""
    if claim.line is not None or slug is None or slug.line is None:
        return claim
    return replace(claim, rule=f"{claim.rule}, slug: {slug.rule}", line=slug.line, where=slug.where)


def _is_kept(entry: Entry, reading: Reading) -> bool:
    """Is the date another one than the file gives by itself?"""
    return "date" not in reading.given or (reading.entry is not None and reading.entry.published != entry.published)


def _moment_field(entry: Entry, rules: dict[str, Claim]) -> str:
    """The later of the two stated moments is the one that counts."""
    claim = rules.get("publish_at")
    return "publish_at" if claim is not None and claim.value == entry.publish_at else "date"


def _summary_rule(entry: Entry) -> str:
    if entry.summary:
        return ""
    return "what stands before the more mark" if body_summary.MORE.search(entry.body) else ""


def _picture(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    kind, size = image.media_type, (image.width, image.height)
    return {"url": image.url, "type": kind, "length": image.length or None, "width": size[0], "height": size[1]}


def _enclosure(enclosure: Enclosure) -> dict[str, Any]:
    kind, length = enclosure.media_type, enclosure.length or None
    seconds = {"seconds": enclosure.duration} if enclosure.duration else {}
    return {"url": enclosure.url, "type": kind, "length": length, "title": enclosure.title} | seconds


def _update_rule(entry: Entry) -> str:
    return "same as published" if entry.updated == entry.published else "when readers last got to see a difference"


def _fields(rows: list[Claim], path: str) -> dict[str, Any]:
    return {
        claim.field.replace(" ", "_"): {
            "value": _plain(claim.value),
            "rule": claim.rule,
            "file": (claim.where or path) if claim.line else None,
            "line": claim.line,
        }
        for claim in rows
    }


def _refuse(file: str, problems: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        data(None, ok=False, code=EXIT_FINDINGS, messages=problems)
    else:
        for problem in problems:
            say_problem(untold(problem), file)
        if not any(problem["level"] == "error" for problem in problems):
            say("no entry comes from this file")
    sys.exit(EXIT_FINDINGS)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value


def _shown(value: Any) -> str:
    value = _plain(value)
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _medium(value)
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _medium(value: dict[str, Any]) -> str:
    """ "https://ann.example/a.jpg (image/jpeg, 1200x630, 54,321 bytes)"."""
    size = f"{value['width']}x{value['height']}" if value.get("width") and value.get("height") else ""
    length = f"{value['length']:,} bytes" if value["length"] else ""
    lasts = f"{value['seconds']:,} seconds" if value.get("seconds") else ""
    known = ", ".join(part for part in (value["type"], size, length, lasts) if part)
    return f"{value['url']} ({known})" if known else str(value["url"])
