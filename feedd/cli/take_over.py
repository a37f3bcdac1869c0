"""`feedd import URL-or-FILE`: the ids and dates of the feed that a site had before; its readers see nothing twice."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from feedd import takeover, wiring
from feedd.cli import find as settings_of
from feedd.cli.entries import giving
from feedd.cli.say import clean, data, out, plural, say
from feedd.errors import EXIT_PARTLY, FeeddError, OutboundError, UsageError
from feedd.identities import Gift, entries
from feedd.model import Feed, HttpRequest, HttpResponse, Settings
from feedd.outbound import Client
from feedd.ports import Outbound, Store

MOST_BYTES = 20_000_000  # of one document
MOST_DOCUMENTS = 200
MOST_REDIRECTS = 5
MOST_LINES = 30
TIMEOUT = timedelta(seconds=60)
_ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_REDIRECTS = (301, 302, 303, 307, 308)
# How an item was recognised, for people.
_HOW = {
    "id": "by id",
    "link": "by link",
    "alias": "by a former address",
    "id link": "by an id that is its link",
    "path": "by path on the old host",
    "day": "by title and day",
    "title": "by title",
    "elsewhere": "by the page it is about",
}


@dataclass(slots=True)
class _Found:
    """What the documents hold, and then which articles that is."""

    kind: str
    items: list[takeover.ForeignItem]
    documents: int = 1
    warnings: tuple[str, ...] = ()
    plan: takeover.Plan = field(default_factory=takeover.Plan)
    strangers: tuple[str, ...] = ()  # titles that the feeds show and the old feed did not


def take_over(place: str, config: str | None, only_first: bool, dry_run: bool, as_json: bool) -> None:
    settings = settings_of.load(config)
    found = _read(place, only_first)
    if not found.items:
        raise FeeddError(f"{place} is a feed without items", hint="there is nothing to take over")

    def wishes(store: Store) -> list[Gift]:
        _recognise(found, settings, store)
        return [_gift(match) for match in found.plan.matches]

    result = giving(settings, wishes, f"imported from {_name(place)}", dry_run=dry_run)
    result = _told(found, result) | {"dry_run": dry_run}
    left = result["missing"] or result["ambiguous"] or result["refused"]
    code = EXIT_PARTLY if left else 0
    if as_json:
        data(result, ok=code == 0, code=code)
    else:
        _tell(result)
    sys.exit(code)


def _gift(match: takeover.Match) -> Gift:
    return Gift(match.candidate.id, match.item.id, match.item.published, match.item.updated)


def _recognise(found: _Found, settings: Settings, store: Store) -> None:
    known = [each.entry for each in entries(store, settings) if each.entry is not None]
    candidates = [
        takeover.Candidate(
            entry.id,
            entry.key.path,
            entry.url,
            entry.title,
            entry.published,
            entry.aliases,
            (entry.extras.external_url if entry.extras else None) or "",
        )
        for entry in known
        if entry.withdrawn is None
    ]
    found.plan = takeover.match(found.items, candidates, settings.site.url)
    matched = {match.candidate.id for match in found.plan.matches}
    now = wiring.clock()
    shown = {id for feed in settings.feeds if feed.each is None for id, _ in store.window_digests(_whole(feed), now)}
    found.strangers = tuple(entry.title or entry.key.path for entry in known if entry.id in shown - matched)


def _whole(feed: Feed) -> Feed:
    """With the archive: readers get from the one to the other."""
    return replace(feed, archive=0, limit=10**9, max_age=None) if feed.archive else feed


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read(place: str, only_first: bool) -> _Found:
    if urlsplit(place).scheme.lower() in ("http", "https"):
        return asyncio.run(_fetch_all(place, 1 if only_first else MOST_DOCUMENTS))
    if "://" in place:
        raise UsageError(f"{place} cannot be fetched", hint="give an http or https address, a file, or - for stdin")
    document = takeover.read(_read_file(place))
    if document is None:
        raise _no_feed(_name(place))
    older = "it names an older document, which is not read from a file: import its address instead"
    warnings = (*_doubts(document, _name(place)), *((older,) if document.older else ()))
    return _Found(document.kind, list(document.items), warnings=warnings)


def _read_file(place: str) -> bytes:
    try:
        if place == "-":
            found = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            if stat.S_ISDIR(os.stat(place).st_mode):
                raise UsageError(f"{place} is a folder", hint="name the feed document in it")
            with open(place, "rb") as file:
                found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}", hint="name a feed's address or file") from error
    return _small_enough(found, _name(place))


def _name(place: str) -> str:
    return "stdin" if place == "-" else place


def _small_enough(found: bytes, name: str) -> bytes:
    if len(found) > MOST_BYTES:
        raise FeeddError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB", hint="give it in parts")
    return found


def _no_feed(name: str) -> FeeddError:
    hint = "RSS, Atom and JSON Feed are understood; a web page names its feed in <link rel=alternate>"
    return FeeddError(f"{name} is not a feed", hint=hint)


def _doubts(document: takeover.Document, name: str) -> tuple[str, ...]:
    return () if document.whole else (f"{name} is not well-formed XML, so items may be missing",)


async def _fetch_all(place: str, most: int) -> _Found:
    """The document and those it names as older (RFC 5005), on the same host, newest first."""
    client = Client()
    try:
        document, address = await _fetch(client, place, place)
        found = _Found(document.kind, list(document.items), warnings=_doubts(document, place))
        seen, older = {place, address}, document.older
        while older is not None and older not in seen and _same_host(older, address) and found.documents < most:
            seen.add(older)
            say(f"reading {clean(older)}")
            try:
                document, _ = await _fetch(client, older, place)
            except FeeddError as error:
                if not document.sure:  # a page that was only guessed need not be there
                    break
                found.warnings += (f"an older document was not read: {error.message}",)
                break
            if {item.id for item in document.items} <= {item.id for item in found.items}:
                break  # a server that gives the same document to every question
            found.items.extend(document.items)
            found.documents += 1
            found.warnings += _doubts(document, older)
            older = document.older
        return found
    finally:
        await client.close()


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).hostname == urlsplit(other).hostname and urlsplit(one).scheme in ("http", "https")


async def _fetch(client: Outbound, address: str, first: str) -> tuple[takeover.Document, str]:
    """A document and where it was in the end. What the person named may be in a private network, like the preview of a
    generator; where others lead to may not, unless it is the same host."""
    for _ in range(MOST_REDIRECTS + 1):
        private = _same_host(address, first)
        accept = (("Accept", _ACCEPT),)
        request = HttpRequest("GET", address, accept, b"", TIMEOUT, private, most=MOST_BYTES + 1)
        answer = await client.send(request)
        if answer.status not in _REDIRECTS or "location" not in answer.headers:
            break
        address = urljoin(address, answer.headers["location"])
    if answer.status != 200:
        raise OutboundError(f"{address} answered {answer.status}", hint="look at it in a browser")
    document = takeover.read(_body(answer, address), address)
    if document is None:
        raise _no_feed(address)
    return document, address


def _body(answer: HttpResponse, address: str) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        hint = "save it with a browser or 'curl --compressed', and import the file"
        raise FeeddError(f"{address} came compressed, although it was asked for otherwise", hint=hint)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and len(answer.body) < min(int(length), MOST_BYTES):
        raise OutboundError(f"{address} broke off after {len(answer.body):,} bytes", hint="try again")
    return _small_enough(answer.body, address)


# --- Telling ----------------------------------------------------------------------------------------------------------


def _told(found: _Found, result: dict[str, Any]) -> dict[str, Any]:
    how = {match.candidate.id: match.how for match in found.plan.matches}
    return {
        "kind": found.kind,
        "documents": found.documents,
        "items": len({item.id for item in found.items}),
        "taken": [given | {"how": how[given["before"]]} for given in result["given"]],
        "same": result["same"],
        "missing": [_item(item) for item in found.plan.missing],
        "ambiguous": [_item(item) | {"why": why} for item, why in found.plan.ambiguous],
        "refused": result["refused"],
        "new_to_readers": list(found.strangers),
        "warnings": list(found.warnings),
        "by": result["by"],
    }


def _item(item: takeover.ForeignItem) -> dict[str, Any]:
    link = item.links[0] if item.links else None
    return {"title": item.title, "link": link, "id": item.id, "published": _date(item.published)}


def _date(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment is not None else None


def _tell(result: dict[str, Any]) -> None:
    for warning in result["warnings"]:
        say(f"warning: {clean(warning)}")
    documents = f" in {plural(result['documents'], 'document')}" if result["documents"] > 1 else ""
    ways = Counter(given["how"] for given in result["taken"])
    words = ", ".join(f"{count:,} {_HOW[how]}" for how, count in ways.most_common())
    taken = f"{len(result['taken']):,} taken over" + (f" ({words})" if words else "")
    items = plural(result["items"], "item")
    say(f"{result['kind']}, {items}{documents}: {taken}, {result['same']:,} already the same")
    if result["dry_run"]:
        lines = [
            f"{given['file']}  {given['id']}  {given['published']}  {_HOW[given['how']]}" for given in result["taken"]
        ]
        _list(lines)
    _section("no article for", [_named(item) for item in result["missing"]])
    _section("not certain", [f"{_named(item)}  {item['why']}" for item in result["ambiguous"]])
    _section("left as they are", [f"{each['file'] or each['entry']}  {each['why']}" for each in result["refused"]])
    strangers = result["new_to_readers"]
    _section("new to the readers of that feed", strangers)
    if strangers:
        say("  they stand in the feeds and not in what was read; 'limit:' or 'max_age:' of a feed keeps old ones out")
    if result["dry_run"]:
        say("Nothing was changed (dry run).")
    elif result["taken"] and result["by"] == "this process":
        say("Next: feedd run          (or feedd build --dry-run to look first)")


def _named(item: dict[str, Any]) -> str:
    return f'"{item["title"]}"  {item["link"] or item["id"]}'


def _section(title: str, lines: Sequence[str]) -> None:
    if lines:
        out(f"{title} {len(lines):,}:")
        _list([f"  {line}" for line in lines])


def _list(lines: Sequence[str]) -> None:
    for line in lines[:MOST_LINES]:
        out(clean(line))
    if len(lines) > MOST_LINES:
        say(f"  … and {len(lines) - MOST_LINES:,} more ('--json' has all)")
