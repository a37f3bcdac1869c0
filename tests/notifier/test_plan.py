"""Who is told what: table by table, and that no entry is lost however messages are merged and split."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.model import Delivery, DeliveryState, Endpoint, EntryEvent, EventKind, Publication, Site
from feedd.notifier import plan as planner
from feedd.notifier.plan import covers, keys, unfinished
from feedd.notifier.webhook import Webhook
from tests.support.make import NOON, at, entry, publication

PUBLISHED, UPDATED, WITHDRAWN = EventKind.PUBLISHED, EventKind.UPDATED, EventKind.WITHDRAWN
SITE = Site(url="https://ann.example", feeds_url="https://ann.example", title="Ann")
HUB = Endpoint("hub", "websub", "https://hub.example/")
PING = Endpoint("ping", "xmlrpc", "https://rpc.example/")
HOOK = Endpoint("hook", "webhook", "https://hooks.example/")
RSS = publication("feed.xml")
ATOM = publication("feed.atom", format="atom")
PYTHON = publication("tags/python.xml", feed="tags/python")


def event(kind: EventKind, path: str = "hello.md", **fields: Any) -> EntryEvent:
    return EntryEvent(1, kind, entry(path, **fields))


def plan(
    endpoints: Sequence[Endpoint],
    published: Sequence[Publication] = (),
    events: Sequence[EntryEvent] = (),
    *,
    loud: Sequence[str] | None = None,
    waiting: Sequence[Delivery] = (),
    last_done: dict[tuple[str, str], datetime] | None = None,
    now: datetime = NOON,
    **more: Any,
) -> tuple[Delivery, ...]:
    numbers = count(1)
    return planner.plan(
        endpoints,
        SITE,
        published,
        frozenset(p.feed for p in published) if loud is None else frozenset(loud),
        events,
        pending=unfinished(waiting),
        last_done=last_done or {},
        new_id=lambda: f"{now:%H%M%S}-{next(numbers)}",
        now=now,
        **more,
    )


def said(*deliveries: Delivery) -> dict[str, str]:
    """Entry id's last part -> event, over all messages."""
    items = [item for delivery in deliveries for item in delivery.payload["data"]["entries"]]
    return {item["id"].rpartition(":")[2]: item["event"] for item in items}


# --- which feeds


@pytest.mark.parametrize(
    ("wanted", "feed", "expected"),
    [
        ((), "anything", True),
        (("feed",), "feed", True),
        (("feed",), "feeds", False),
        (("feed",), "tags/feed", False),
        (("feed", "news"), "news", True),
        (("tags/*",), "tags/python", True),
        (("tags/*",), "tags/", False),
        (("tags/*",), "tagspython", False),
        (("tags/{tag}",), "tags/python", True),
        (("tags/{tag}",), "tags/c.d/e", True),
        (("{category}/feed",), "news/feed", True),
        (("a.b",), "axb", False),
        (("a[b]",), "a[b]", True),
    ],
)
def test_covers(wanted: tuple[str, ...], feed: str, expected: bool) -> None:
    """A feed is meant by its path, by its definition's path, or by a star; nothing else in a pattern is special."""
    assert covers(replace(HUB, feeds=wanted), feed) is expected


# --- pings


def test_nothing_loud_means_nothing_said() -> None:
    """A first build, which passes neither loud feeds nor events, announces nothing at all."""
    assert plan([HUB, PING, HOOK], [RSS, ATOM], loud=[]) == ()


def test_a_hub_is_told_each_changed_document() -> None:
    """One delivery per document, the topic being its public address; quiet feeds are left out."""
    deliveries = plan([HUB], [RSS, ATOM, PYTHON], loud=["feed"])
    assert [(d.endpoint, d.kind, d.url, d.topic) for d in deliveries] == [
        ("hub", "websub", HUB.url, RSS.url),
        ("hub", "websub", HUB.url, ATOM.url),
    ]
    assert all((d.created, d.due, d.state) == (NOON, NOON, DeliveryState.PENDING) for d in deliveries)
    assert len({d.id for d in deliveries}) == 2


def test_a_hub_that_is_advertised_is_told_whatever_it_was_limited_to() -> None:
    """An advertised hub must hear of the document; another one that is limited to other feeds does not."""
    advertised = replace(PYTHON, hubs=(HUB.url,))
    limited = replace(HUB, feeds=("feed",))
    assert [d.topic for d in plan([limited], [RSS, PYTHON])] == [RSS.url]
    assert [d.topic for d in plan([limited], [RSS, advertised])] == [RSS.url, PYTHON.url]


def test_each_hub_is_told() -> None:
    """Two hubs, two deliveries for one document."""
    other = replace(HUB, id="other", url="https://other.example/")
    assert [(d.endpoint, d.topic) for d in plan([HUB, other], [RSS])] == [("hub", RSS.url), ("other", RSS.url)]


def test_a_ping_service_is_told_once() -> None:
    """However many documents changed, there is one ping for the site, with its RSS feed."""
    (ping,) = plan([PING], [ATOM, RSS, PYTHON], [event(PUBLISHED)])
    assert (ping.topic, ping.payload) == (
        SITE.url,
        {"name": "Ann", "url": SITE.url, "check": SITE.url, "feed": RSS.url},
    )


def test_a_ping_names_a_feed_that_exists() -> None:
    """Without an RSS document the first changed one is named; with none of its feeds changed there is no ping."""
    assert plan([PING], [ATOM])[0].payload["feed"] == ATOM.url
    assert plan([replace(PING, feeds=("news",))], [ATOM, RSS]) == ()


# --- when


def test_the_minimum_interval() -> None:
    """Not before the interval is over, and at once when it is."""
    calm = replace(PING, min_interval=timedelta(minutes=30))
    done = {("ping", SITE.url): at(minutes=-10)}
    assert [d.due for d in plan([calm], [RSS], last_done=done)] == [at(minutes=20)]
    assert [d.due for d in plan([calm], [RSS], last_done=done, now=at(hours=1))] == [at(hours=1)]
    assert [d.due for d in plan([calm], [RSS])] == [NOON]


def test_the_interval_of_a_webhook_is_the_endpoint_s() -> None:
    """All messages of a webhook wait for the same moment."""
    calm = replace(HOOK, min_interval=timedelta(minutes=30))
    events = [event(PUBLISHED, f"{n}.md") for n in range(150)]
    deliveries = plan([calm], [RSS], events, last_done={("hook", "entries"): NOON})
    assert [d.due for d in deliveries] == [at(minutes=30)] * 2


@pytest.mark.parametrize(("status", "due"), [(429, 40), (503, 40), (500, 0), (None, 0)])
def test_a_peer_that_asked_for_patience_gets_it(status: int | None, due: int) -> None:
    """After 429 or 503 a new change waits as long as the old one would have; after other failures it is tried anew."""
    (first,) = plan([HUB], [RSS])
    waiting = replace(first, due=at(minutes=40), attempts=1, last_status=status)
    assert [d.due for d in plan([HUB], [RSS], waiting=[waiting])] == [at(minutes=due)]


def test_keys_are_those_with_an_interval() -> None:
    """Only endpoints with a minimum interval need to know when they were last told."""
    calm = [replace(e, min_interval=timedelta(minutes=1)) for e in (HUB, PING, HOOK)]
    assert keys([HUB, PING, HOOK], SITE, [RSS, ATOM]) == ()
    expected = (("hub", RSS.url), ("hub", ATOM.url), ("ping", SITE.url), ("hook", "entries"))
    assert keys(calm, SITE, [RSS, ATOM]) == expected


# --- webhooks


def test_a_webhook_s_message() -> None:
    """One message with what happened to which entry, JSON-shaped, and the documents that changed."""
    (message,) = plan([HOOK], [RSS, ATOM], [event(PUBLISHED, tags=("a", "b"))])
    assert message.topic == "entries"
    expected = {
        "type": "feed.entries.changed",
        "timestamp": "2026-11-23T12:00:00Z",
        "data": {
            "site": {"url": SITE.url, "title": "Ann"},
            "entries": [
                {
                    "event": "published",
                    "id": "tag:ann.example,2026:hello",
                    "url": "https://ann.example/hello/",
                    "title": "Hello",
                    "published": "2026-11-23T12:00:00Z",
                    "updated": "2026-11-23T12:00:00Z",
                    "withdrawn": None,
                    "authors": [],
                    "categories": [],
                    "tags": ["a", "b"],
                }
            ],
            "feeds": [RSS.url, ATOM.url],
        },
    }
    assert message.payload == expected
    assert json.loads(json.dumps(message.payload)) == expected


def test_a_changed_document_without_events_is_no_message() -> None:
    """A webhook hears of entries; a feed whose title changed has none."""
    assert plan([HOOK], [RSS]) == ()


def test_only_wanted_events() -> None:
    """An endpoint that asked for publications hears of nothing else."""
    picky = replace(HOOK, events=("published",))
    events = [event(PUBLISHED, "a.md"), event(UPDATED, "b.md"), event(WITHDRAWN, "c.md")]
    assert said(*plan([picky], [RSS], events)) == {"a": "published"}


def test_only_entries_of_wanted_feeds() -> None:
    """An endpoint that is limited to some feeds hears of their entries only."""
    limited = replace(HOOK, feeds=("tags/{tag}",))
    events = [event(PUBLISHED, "a.md", tags=("python",)), event(PUBLISHED, "b.md")]
    found = plan([limited], [RSS, PYTHON], events, feeds_of=lambda e: [f"tags/{tag}" for tag in e.tags] or ["feed"])
    assert said(*found) == {"a": "published"}
    assert found[0].payload["data"]["feeds"] == [PYTHON.url]


FOLDS = [
    ([PUBLISHED], "published"),
    ([UPDATED], "updated"),
    ([WITHDRAWN], "withdrawn"),
    ([PUBLISHED, UPDATED], "published"),
    ([PUBLISHED, WITHDRAWN], None),
    ([PUBLISHED, WITHDRAWN, PUBLISHED], "published"),
    ([UPDATED, WITHDRAWN], "withdrawn"),
    ([UPDATED, UPDATED], "updated"),
    ([WITHDRAWN, PUBLISHED], "published"),
    ([WITHDRAWN, PUBLISHED, UPDATED], "published"),
]


@pytest.mark.parametrize(("kinds", "expected"), FOLDS)
def test_several_events_of_one_entry_in_one_publication(kinds: list[EventKind], expected: str | None) -> None:
    """The newest event wins, an edit of a new entry is its publication, and what came and went is not mentioned."""
    found = plan([HOOK], [RSS], [event(kind) for kind in kinds])
    assert said(*found) == ({} if expected is None else {"hello": expected})
    assert len(found) == (0 if expected is None else 1)


@pytest.mark.parametrize(("kinds", "expected"), [fold for fold in FOLDS if len(fold[0]) == 2])
def test_an_event_for_an_entry_that_waits_to_be_told(kinds: list[EventKind], expected: str | None) -> None:
    """The same over two publications while the first message still waits: the new message replaces it."""
    first = plan([HOOK], [RSS], [event(kinds[0])])
    second = plan([HOOK], [ATOM], [event(kinds[1], title="New")], waiting=first, now=at(minutes=1))
    assert said(*second) == ({} if expected is None else {"hello": expected})
    assert (second[0].topic, second[0].id == first[0].id) == ("entries", False)
    assert second[0].payload["data"]["feeds"] == [RSS.url, ATOM.url]
    assert [item["title"] for item in second[0].payload["data"]["entries"]] == ["New"] * len(said(*second))


def test_what_may_have_been_heard_is_taken_back() -> None:
    """Once a try was made, the peer may know the entry although it never said so: then its withdrawal is told."""
    (first,) = plan([HOOK], [RSS], [event(PUBLISHED)])
    tried = replace(first, attempts=1)
    assert said(*plan([HOOK], [RSS], [event(WITHDRAWN)], waiting=[tried])) == {"hello": "withdrawn"}


def test_what_may_have_been_heard_is_not_forgotten_when_a_message_is_replaced() -> None:
    """The message that was tried is replaced by one that was not, and only then the entry is withdrawn."""
    (first,) = plan([HOOK], [RSS], [event(PUBLISHED, "a.md")])
    tried = replace(first, attempts=1)
    second = plan([HOOK], [RSS], [event(PUBLISHED, "b.md")], waiting=[tried], now=at(minutes=1))
    third = plan([HOOK], [RSS], [event(PUBLISHED, "c.md")], waiting=second, now=at(minutes=2))
    last = plan([HOOK], [RSS], [event(WITHDRAWN, n) for n in ("a.md", "b.md")], waiting=third, now=at(minutes=3))
    assert said(*last) == {"a": "withdrawn", "c": "published"}
    sent = json.loads(Webhook().request(last[0], HOOK, NOON).body)
    assert sent.keys() == {"type", "timestamp", "data"}


def test_a_withdrawn_entry_leaves_the_message_of_one_who_does_not_want_withdrawals() -> None:
    """A waiting message never goes on claiming what is no longer true."""
    picky = replace(HOOK, events=("published",))
    (first,) = plan([picky], [RSS], [event(PUBLISHED, "a.md"), event(PUBLISHED, "b.md")])
    tried = replace(first, attempts=1)
    assert said(*plan([picky], [RSS], [event(WITHDRAWN, "a.md")], waiting=[tried])) == {"b": "published"}
    assert said(*plan([picky], [RSS], [event(UPDATED, "a.md")], waiting=[tried])) == {
        "a": "published",
        "b": "published",
    }


def test_entries_of_a_message_under_way_are_taken_over() -> None:
    """While the first message is being tried, the second carries its entries too: if the try fails, nothing is lost."""
    (first,) = plan([HOOK], [RSS], [event(PUBLISHED, "a.md")])
    under_way = replace(first, state=DeliveryState.CLAIMED, attempts=1)
    assert said(*plan([HOOK], [RSS], [event(PUBLISHED, "b.md")], waiting=[under_way])) == {
        "a": "published",
        "b": "published",
    }


def test_the_newest_unfinished_delivery_counts() -> None:
    """Of a delivery under way and the one that waits behind it, the latter knows more."""
    old, new = plan([HUB], [RSS])[0], plan([HUB], [RSS], now=at(minutes=1))[0]
    assert unfinished([new, old]) == unfinished([old, new]) == {("hub", RSS.url): new}


def test_a_hundred_entries_a_message() -> None:
    """250 entries are three messages under three topics, in order."""
    found = plan([HOOK], [RSS], [event(PUBLISHED, f"{n}.md") for n in range(250)])
    assert [(d.topic, len(d.payload["data"]["entries"])) for d in found] == [
        ("entries", 100), ("entries#2", 100), ("entries#3", 50)
    ]  # fmt: skip
    assert len(said(*found)) == 250


def test_only_the_message_that_changes_is_made_anew() -> None:
    """An event for an entry in the second message replaces the second only; a new entry goes where there is room."""
    first = plan([HOOK], [RSS], [event(PUBLISHED, f"{n}.md") for n in range(150)])
    second = plan([HOOK], [RSS], [event(UPDATED, "120.md")], waiting=first, now=at(minutes=1))
    assert [(d.topic, len(said(d))) for d in second] == [("entries#2", 50)]
    third = plan([HOOK], [RSS], [event(PUBLISHED, "new.md")], waiting=first, now=at(minutes=1))
    assert [(d.topic, len(said(d))) for d in third] == [("entries#2", 51)]
    later = plan([HOOK], [RSS], [event(PUBLISHED, "new.md")], waiting=first[1:], now=at(minutes=1))
    assert [(d.topic, len(said(d))) for d in later] == [("entries", 1)]


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(EventKind), st.integers(0, 3)),
        st.sampled_from(["publish", "try", "miss", "succeed"]),
    ),
    max_size=30,
)


@given(steps)
def test_a_peer_that_applies_all_messages_knows_the_truth(moves: list[Any]) -> None:
    """Whatever the order of events, publications, failed and successful tries: once everything is delivered, the peer
    knows exactly the entries that are there."""
    live: set[str] = set()
    peer: set[str] = set()
    outbox: dict[str, Delivery] = {}
    events: list[EntryEvent] = []
    clock = count()

    def publish() -> None:
        for delivery in plan([HOOK], [RSS], events, waiting=list(outbox.values()), now=at(seconds=next(clock))):
            outbox[delivery.topic] = delivery
        events.clear()

    def hear() -> None:
        for name, kind in said(*outbox.values()).items():
            (peer.discard if kind == "withdrawn" else peer.add)(name)

    for move in [*moves, "publish", "succeed"]:
        if move == "publish":
            publish()
        elif move in ("try", "miss"):  # it arrives, but its answer is lost; or it does not arrive at all
            if move == "try":
                hear()
            outbox.update({topic: replace(d, attempts=d.attempts + 1) for topic, d in outbox.items()})
        elif move == "succeed":
            hear()
            outbox.clear()
        else:
            kind, name = move[0], str(move[1])
            if (kind is PUBLISHED) == (name in live):
                continue  # what is there is not published again, what is not there neither edited nor withdrawn
            (live.discard if kind is WITHDRAWN else live.add)(name)
            events.append(event(kind, f"{name}.md"))
    assert peer == live
