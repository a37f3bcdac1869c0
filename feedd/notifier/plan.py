"""Who is to be told what about a publication. Pure: (endpoints, what was published, what happened) -> deliveries.

websub    one delivery per hub and changed document; the topic is the document's rel=self URL
xmlrpc    one per endpoint, however much changed; the topic is the site
webhook   one per endpoint with all its entries; the topic is "entries", and "entries#2"... for each further hundred

A delivery replaces the waiting one of the same (endpoint, topic). For a ping nothing is lost by that: it only ever says
"look again". A webhook's message says *what* happened, so the new one takes the entries of the old one over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from feedd.model import Delivery, DeliveryState, Endpoint, Entry, EntryEvent, EventKind, Publication, Site

ENTRIES = "entries"
MAX_ENTRIES = 100  # in one message
EVENT_TYPE = "feed.entries.changed"
TOLD = "_told"  # in a waiting payload, never sent: the entries that the peer may know from a message this one replaced

Key = tuple[str, str]  # (endpoint id, topic)
Message = tuple[str, dict[str, Any]]  # (topic, payload)
FeedsOf = Callable[[Entry], Collection[str]]


@dataclass(frozen=True, slots=True)
class News:
    """What one publication is about: the changed documents of feeds that may be announced, and the entries' events."""

    now: datetime
    site: Site
    published: tuple[Publication, ...]
    events: tuple[EntryEvent, ...]
    pending: Mapping[Key, Delivery]
    feeds_of: FeedsOf | None


def plan(
    endpoints: Sequence[Endpoint],
    site: Site,
    published: Sequence[Publication],
    loud_feeds: frozenset[str],
    events: Sequence[EntryEvent],
    *,
    pending: Mapping[Key, Delivery],
    last_done: Mapping[Key, datetime],
    new_id: Callable[[], str],
    now: datetime,
    feeds_of: FeedsOf | None = None,
) -> tuple[Delivery, ...]:
    """The deliveries that announce this publication. Nothing loud and no events (a first build): none.

    `published` are the documents whose bytes changed, `events` what happened to entries, oldest first. `pending` holds
    the newest *unfinished* delivery of each (endpoint, topic), also one that is being tried right now: if that try
    fails, the delivery planned here is what replaces it (`unfinished` makes this mapping). `last_done` is when an
    endpoint last took a topic, for its minimum interval (`keys` says which are wanted). `feeds_of` gives the paths of
    an entry's feeds; without it, webhooks that are limited to some feeds hear of every entry.
    """
    loud = tuple(publication for publication in published if publication.feed in loud_feeds)
    news = News(now, site, loud, tuple(events), pending, feeds_of)
    deliveries = []
    for endpoint in endpoints:
        for topic, payload in MESSAGES.get(endpoint.kind, _webhook)(endpoint, news):
            deliveries.append(
                Delivery(
                    id=new_id(),
                    endpoint=endpoint.id,
                    kind=endpoint.kind,
                    url=endpoint.url,
                    topic=topic,
                    payload=payload,
                    created=now,
                    due=_due(endpoint, topic, pending, last_done, now),
                )
            )
    return tuple(deliveries)


def keys(endpoints: Sequence[Endpoint], site: Site, published: Sequence[Publication]) -> tuple[Key, ...]:
    """The (endpoint, topic) pairs whose `last_done` matters to `plan`: those of endpoints with a minimum interval."""
    found: list[Key] = []
    for endpoint in endpoints:
        if endpoint.min_interval and endpoint.kind == "websub":
            found += [(endpoint.id, url) for url in _topics_of_hub(endpoint, published)]
        elif endpoint.min_interval:
            found.append((endpoint.id, site.url if endpoint.kind == "xmlrpc" else ENTRIES))
    return tuple(found)


def unfinished(deliveries: Iterable[Delivery]) -> dict[Key, Delivery]:
    """The newest delivery of each (endpoint, topic) among those that wait or are being tried. One that waits is newer
    than one that is being tried, whatever a clock that stepped back says."""
    newest: dict[Key, Delivery] = {}
    for delivery in sorted(deliveries, key=lambda d: (d.state is DeliveryState.PENDING, d.created, d.id)):
        newest[delivery.endpoint, delivery.topic] = delivery
    return newest


def covers(endpoint: Endpoint, feed: str) -> bool:
    """Is this feed one the endpoint is told about? `endpoint.feeds` empty means all; "tags/{tag}" and "tags/*" mean
    every feed that is made from that definition."""
    return not endpoint.feeds or any(_pattern(wanted).fullmatch(feed) for wanted in endpoint.feeds)


def _pattern(wanted: str) -> re.Pattern[str]:
    fixed = re.split(r"\{[^{}]*\}|\*", wanted)
    return re.compile(".+".join(re.escape(part) for part in fixed))


def _concerns(endpoint: Endpoint, publication: Publication) -> bool:
    """A hub that a document advertises must be told (WebSub §6), whatever else the endpoint was limited to."""
    return covers(endpoint, publication.feed) or (endpoint.kind == "websub" and endpoint.url in publication.hubs)


def _due(
    endpoint: Endpoint, topic: str, pending: Mapping[Key, Delivery], last_done: Mapping[Key, datetime], now: datetime
) -> datetime:
    """Now, but not before the endpoint's minimum interval is over, nor before the time a peer that said "too many
    requests" or "unavailable" was promised: a new change is no reason to break that promise."""
    moments = [now]
    first_topic = ENTRIES if topic.startswith(f"{ENTRIES}#") else topic
    last = last_done.get((endpoint.id, first_topic))
    if last is not None:
        moments.append(last + endpoint.min_interval)
    waiting = pending.get((endpoint.id, topic))
    if waiting is not None and waiting.last_status in (429, 503):
        moments.append(waiting.due)
    return max(moments)


# --- What each kind is told


def _websub(endpoint: Endpoint, news: News) -> Iterable[Message]:
    return [(url, {"url": url}) for url in _topics_of_hub(endpoint, news.published)]


def _topics_of_hub(endpoint: Endpoint, published: Iterable[Publication]) -> list[str]:
    return list(dict.fromkeys(p.url for p in published if _concerns(endpoint, p)))


def _xmlrpc(endpoint: Endpoint, news: News) -> Iterable[Message]:
    """Once for the site, with its RSS feed if one changed: the ping says where to look, not how much there is."""
    changed = [p for p in news.published if covers(endpoint, p.feed)]
    if changed:
        feed = next((p for p in changed if p.format == "rss"), changed[0])
        yield news.site.url, {"name": news.site.title, "url": news.site.url, "check": news.site.url, "feed": feed.url}


def _webhook(endpoint: Endpoint, news: News) -> Iterable[Message]:
    chunks = _waiting_chunks(endpoint, news.pending)
    touched = _fold(chunks, _relevant(endpoint, news), endpoint.events)
    feeds = [p.url for p in news.published if covers(endpoint, p.feed)]
    for topic in touched:
        before = news.pending.get((endpoint.id, topic))
        known = before.payload["data"]["feeds"] if before is not None else ()
        site = {"url": news.site.url, "title": news.site.title}
        told = [id for id, item in chunks[topic].items() if item.pop("told")]
        data = {"site": site, "entries": list(chunks[topic].values()), "feeds": list(dict.fromkeys([*known, *feeds]))}
        message = {"type": EVENT_TYPE, "timestamp": _text(news.now), "data": data}
        yield topic, message | ({TOLD: told} if told else {})


# A kind from outside this tree is given what a webhook is given.
MESSAGES: dict[str, Callable[[Endpoint, News], Iterable[Message]]] = {
    "websub": _websub,
    "xmlrpc": _xmlrpc,
    "webhook": _webhook,
}


# --- A webhook's entries: topic -> entry id -> item

Chunks = dict[str, dict[str, dict[str, Any]]]


def _relevant(endpoint: Endpoint, news: News) -> list[EntryEvent]:
    if not endpoint.feeds or news.feeds_of is None:
        return list(news.events)
    return [event for event in news.events if any(covers(endpoint, feed) for feed in news.feeds_of(event.entry))]


def _waiting_chunks(endpoint: Endpoint, pending: Mapping[Key, Delivery]) -> Chunks:
    mine = [topic for owner, topic in pending if owner == endpoint.id and topic.partition("#")[0] == ENTRIES]
    chunks: Chunks = {}
    for topic in sorted(mine, key=_number):
        waiting = pending[endpoint.id, topic]
        # `told`: a try was made, with this message or one before it, so the peer may know the entry although it never
        # said so.
        items = waiting.payload["data"]["entries"]
        told = {item["id"] for item in items} if waiting.attempts else frozenset(waiting.payload.get(TOLD, ()))
        chunks[topic] = {item["id"]: {**item, "told": item["id"] in told} for item in items}
    return chunks


def _fold(chunks: Chunks, events: Sequence[EntryEvent], wanted: Collection[str]) -> list[str]:
    """Put the events into the chunks, each entry into the one that has it already. Returns the topics that changed.

    A chunk that loses its last entry is still told (with none): the waiting delivery that holds the withdrawn entry
    has to be replaced by something.
    """
    waited = set(chunks)
    touched: dict[str, None] = {}
    for event in events:
        topic = next((name for name, items in chunks.items() if event.entry.id in items), None)
        before = chunks[topic].get(event.entry.id) if topic is not None else None
        kind = combine(before, event.kind)
        if kind is not None and kind in wanted:
            topic = topic or _room(chunks)
            told = before["told"] if before is not None else False
            chunks.setdefault(topic, {})[event.entry.id] = {**_item(event.entry, kind), "told": told}
            touched[topic] = None
        elif topic is not None:
            del chunks[topic][event.entry.id]
            touched[topic] = None
    return [topic for topic in touched if chunks[topic] or topic in waited]


def combine(before: Mapping[str, Any] | None, event: EventKind) -> EventKind | None:
    """What to say about an entry of which something is waiting to be said already. The newest event wins, except that
    an edit of an entry nobody has heard of is still its publication, and one that came and went unheard is not
    mentioned at all (None)."""
    if before is None or before["event"] != EventKind.PUBLISHED:
        return event
    if event is EventKind.UPDATED:
        return EventKind.PUBLISHED
    if event is EventKind.WITHDRAWN and not before["told"]:
        return None
    return event


def _room(chunks: Chunks) -> str:
    """The first topic with room for one more entry."""
    return next(topic for topic in _topics() if len(chunks.get(topic, ())) < MAX_ENTRIES)


def _topics() -> Iterable[str]:
    return (ENTRIES if number == 1 else f"{ENTRIES}#{number}" for number in count(1))


def _number(topic: str) -> int:
    return int(topic.partition("#")[2] or 1)


def _item(entry: Entry, kind: EventKind) -> dict[str, Any]:
    return {
        "event": kind.value,
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": _text(entry.published),
        "updated": _text(entry.updated),
        "withdrawn": None if entry.withdrawn is None else _text(entry.withdrawn),
        "authors": [person.name for person in entry.authors],
        "categories": list(entry.categories),
        "tags": list(entry.tags),
    }


def _text(moment: datetime) -> str:
    """RFC 3339 in UTC: 2026-11-23T14:00:00Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
