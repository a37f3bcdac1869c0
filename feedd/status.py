"""What a person asks: is it out, does the world know, what is stuck, what comes next? Collected from the store."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from feedd.model import Delivery, DeliveryState, Publication, Settings
from feedd.ports import Store
from feedd.telling import standing_problems


def collect(store: Store, settings: Settings, now: datetime) -> dict[str, Any]:
    """JSON-shaped, the same whether the daemon answers or the state is read from disk."""
    counts = dict(store.counts())
    waiting = store.deliveries([DeliveryState.PENDING, DeliveryState.CLAIMED])
    given_up = store.deliveries([DeliveryState.GIVEN_UP])
    due = store.next_due(now)
    return {
        "site": settings.site.url,
        "state": settings.state_dir,
        "counts": counts,
        "feeds": _feeds(store),
        "waiting": [_delivery(delivery) for delivery in waiting],
        "given_up": [_delivery(delivery) for delivery in given_up],
        "problems": standing_problems(store, settings),
        "next_due": _text(due),
    }


def _feeds(store: Store) -> list[dict[str, Any]]:
    dirty = {feed.path for feed in store.dirty()}
    by_feed: dict[str, list[Publication]] = defaultdict(list)
    pages: dict[str, set[int]] = defaultdict(set)
    for publication in store.publications().values():
        if not publication.page:
            by_feed[publication.feed].append(publication)
        else:
            pages[publication.feed].add(publication.page)
    return [
        {
            "feed": path,
            "entries": max(p.entries for p in publications),
            "left_out": max(p.left_out for p in publications),
            "archive_pages": len(pages[path]),
            "rolled_back": max(p.rolled_back for p in publications) or None,
            "changed": _text(max(p.published_at for p in publications)),
            "current": path not in dirty,
            "documents": {p.format: p.url for p in sorted(publications, key=lambda p: p.path)},
        }
        for path, publications in sorted(by_feed.items())
    ]


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "host": delivery.host,
        "topic": delivery.topic,
        "attempts": delivery.attempts,
        "due": _text(delivery.due),
        "status": delivery.last_status,
        "error": delivery.last_error,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
