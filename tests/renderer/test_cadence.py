"""How long readers may wait, from how often a feed has news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lxml import etree

from feedd.model import Chain, Content, Entry, Feed, FeedItem, FeedSnapshot, Schedule, Site, SourceKey
from feedd.renderer import render
from feedd.renderer.cadence import cadence

SITE = Site("https://example.org", "https://example.org", "Example", icon="https://example.org/icon.png")
NOON = datetime.fromisoformat("2026-05-04T12:00:00+00:00")


def snapshot(apart: timedelta, count: int = 10, **given: object) -> FeedSnapshot:
    """Entries that came in even distances."""
    items = []
    for number in range(count):
        moment = NOON - apart * number
        key, id = SourceKey("s", f"{number}.md"), f"tag:x,2026:{number}"
        entry = Entry(key, id, "https://example.org/", "T", moment, moment)
        items.append(FeedItem(entry, Content("<p>x</p>", "x")))
    return FeedSnapshot(Feed("feed", "F", formats=("rss",), **given), SITE, tuple(items), NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("apart", "minutes"),
    [
        (timedelta(minutes=20), 15),
        (timedelta(hours=1), 30),
        (timedelta(hours=5), 120),
        (timedelta(days=1), 720),
        (timedelta(days=2), 1440),
        (timedelta(days=40), 1440),
    ],
)
def test_half_of_the_time_between_two_entries(apart: timedelta, minutes: int) -> None:
    """In steps, and never more than a day."""
    found = cadence(snapshot(apart))
    assert found is not None and found[0] == minutes


def test_nothing_is_said_that_is_not_known() -> None:
    """Two entries are no habit, an import is none, and an archive page is never asked for again."""
    assert cadence(snapshot(timedelta(days=1), count=2)) is None
    assert cadence(snapshot(timedelta(seconds=1))) is None
    assert cadence(replace(snapshot(timedelta(days=1)), chain=Chain("feed", archive=True))) is None


def test_a_schedule_is_a_promise() -> None:
    """A feed that is published every four hours need not be asked every hour."""
    found = cadence(snapshot(timedelta(hours=1), schedule=Schedule(every=timedelta(hours=4))))
    assert found == (240, "daily", 6)


def test_in_the_channel() -> None:
    """ttl, the syndication module and the picture, as RSS 2.0 has them."""
    (document,) = render.render(snapshot(timedelta(days=2)), render.Fragments())
    channel = etree.fromstring(document.data)[0]
    assert channel.findtext("ttl") == "1440"
    sy = "{http://purl.org/rss/1.0/modules/syndication/}"
    assert (channel.findtext(f"{sy}updatePeriod"), channel.findtext(f"{sy}updateFrequency")) == ("daily", "1")
    assert [each.text for each in channel.find("image")] == [SITE.icon, "F", "https://example.org/"]
