"""`feedd preview --at MOMENT`: the feeds as of another moment, made by the real pipeline from a copy of the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from feedd import wiring
from feedd.cli import find
from feedd.cli.rehearse import copied_store
from feedd.cli.say import clean, data, out, plural, say
from feedd.errors import UsageError
from feedd.model import Entry, Feed
from feedd.normalizer.dates import parse_date
from feedd.pipeline import Pipeline, Report, Scope
from feedd.ports import Store, iterate
from feedd.renderer import select

_PAST = "the past is shown as far as it is remembered: today's texts, without what was withdrawn since"
_SHOWN = 20  # lines per feed, unless one is asked for


def look(
    file: str | None,
    config: str | None,
    url: str | None,
    at_text: str | None,
    feed_path: str | None,
    form: str | None,
    as_json: bool,
) -> None:
    if at_text is None:
        raise UsageError("--feed needs --at", hint='as in feedd preview --at "2027-01-01 09:00" --feed feed')
    if file is not None or url is not None:
        raise UsageError("--at shows whole feeds: leave out FILE and --url")
    if form is not None and as_json:
        raise UsageError("either --as or --json, not both", hint="--as json prints the JSON feed")
    settings = find.load(config)
    zone = ZoneInfo(settings.site.timezone)
    parsed = parse_date(at_text, zone)
    if isinstance(parsed, str):
        raise UsageError(f"--at: {parsed}")
    at, now = parsed.instant, wiring.clock().replace(microsecond=0)
    with copied_store(settings) as store:
        pipeline = wiring.rehearsal(settings, store, ())
        pipeline.refresh(Scope.everything(), now, Report())
        pipeline.turn(now, Report())
        before = {path: store.window(feed, now) for path, feed in pipeline.feeds().items()}
        _travel(pipeline, store, at, now)
        feeds = _chosen(pipeline.feeds(), feed_path, form)
        if form is not None:
            _print(pipeline, feeds[0], form, at)
        views = [_view(feed, before.get(feed.path, ()), store.window(feed, at), at, now, zone) for feed in feeds]
    if form is not None:
        return
    if as_json:
        data({"at": _local(at, zone), "now": _local(now, zone), "past": at < now, "feeds": views})
        return
    _tell(views, at, now, zone, whole=feed_path is not None)


def _travel(pipeline: Pipeline, store: Store, at: datetime, now: datetime) -> None:
    """To a later moment as time itself would; to an earlier one by hiding what was not out yet, as drafts are, because
    a clock that steps back takes nothing back."""
    if at < now:
        young = [replace(entry, draft=True) for entry in iterate(store) if (entry.publish_at or entry.published) > at]
        feeds, zone = pipeline.settings.feeds, pipeline.settings.site.zone
        store.turn(young, {entry.id: select.feeds_of(entry, feeds, zone) for entry in young}, now)
    pipeline.turn(at, Report())


def _chosen(feeds: Mapping[str, Feed], path: str | None, form: str | None) -> list[Feed]:
    if path is not None:
        if path not in feeds:
            raise UsageError(f"there is no feed {path}", hint=f"there are {', '.join(sorted(feeds)[:10])}")
        return [feeds[path]]
    if form is not None and len(feeds) > 1:
        raise UsageError("--as prints one document: say which with --feed", hint=", ".join(sorted(feeds)[:10]))
    return [feeds[path] for path in sorted(feeds)]


def _print(pipeline: Pipeline, feed: Feed, form: str, at: datetime) -> None:
    (document,) = pipeline.documents(replace(feed, formats=(form,), landing=False), at, Report())
    out(document.data, nl=False)


def _view(
    feed: Feed, before: Sequence[Entry], after: Sequence[Entry], at: datetime, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    was, is_ = {entry.id for entry in before}, {entry.id for entry in after}
    return {
        "feed": feed.path,
        "entries": [
            _told(entry, zone, _why_in(entry, at, now, zone) if entry.id not in was else "") for entry in after
        ],
        "gone": [_told(e, zone, _why_out(e, feed, at, now, zone)) for e in before if e.id not in is_],
    }


def _told(entry: Entry, zone: ZoneInfo, why: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "file": entry.key.path,
        "published": _local(entry.published, zone),
        "why": why,
    }


def _why_in(entry: Entry, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    if entry.publish_at is not None and now < entry.publish_at <= at:
        return f"its moment is {_local(entry.publish_at, zone)}"
    if entry.expires_at is not None and at < entry.expires_at <= now:
        return f"expired only at {_local(entry.expires_at, zone)}"
    return "others make room for it"


def _why_out(entry: Entry, feed: Feed, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    if entry.expires_at is not None and now < entry.expires_at <= at:
        return f"expires at {_local(entry.expires_at, zone)}"
    first = entry.publish_at or entry.published
    if first > at:
        return f"came out only at {_local(first, zone)}"
    if feed.max_age is not None and entry.published < at - feed.max_age:
        return "too old by then for the feed's max_age"
    return f"newer ones take its place (limit {feed.limit})"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _tell(views: Sequence[dict[str, Any]], at: datetime, now: datetime, zone: ZoneInfo, *, whole: bool) -> None:
    for view in views:
        new = [entry for entry in view["entries"] if entry["why"]]
        lines = [_line("+", entry) for entry in new] + [_line("-", entry) for entry in view["gone"]]
        if whole:
            lines = [_line("+" if entry["why"] else " ", entry) for entry in view["entries"]]
            lines += [_line("-", entry) for entry in view["gone"]]
        same = "" if lines else ", the same as now"
        out(f"{clean(view['feed'])}  {plural(len(view['entries']), 'entry', 'entries')} at {_local(at, zone)}{same}")
        for line in lines if whole else lines[:_SHOWN]:
            out(line)
        if not whole and len(lines) > _SHOWN:
            say(f"  … and {len(lines) - _SHOWN:,} more; --feed {view['feed']} shows all")
    if at < now:
        say(_PAST)


def _line(mark: str, entry: dict[str, Any]) -> str:
    why = f"  ({entry['why']})" if entry["why"] else ""
    return f'  {mark} {entry["published"]}  "{clean(entry["title"])}"  {clean(entry["file"])}{why}'
