"""What finds room in documents of at most so many bytes. Pure.

A document weighs what its head and its items weigh, and the items are kept fragments: nothing is rendered here that
would not be rendered anyway. What counts is the heaviest format, so that all formats of a feed show the same entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from feedd.model import FeedItem, FeedSnapshot
from feedd.renderer.render import FORMATS, Format, Fragments, document_url, updated

Sizes = tuple[int, ...]  # one per format


@dataclass(frozen=True, slots=True)
class Fitted:
    """`lost` are items that would not fit even alone and with their summary only, `rest` those for which there is no
    room beside the ones that are shown."""

    snapshot: FeedSnapshot
    lost: tuple[FeedItem, ...] = ()
    rest: tuple[FeedItem, ...] = ()


def fit(snapshot: FeedSnapshot, most: int, fragments: Fragments, *, oldest: bool = False) -> Fitted:
    """The newest items that have room in `most` bytes, or the oldest. One that is too large alone is carried with its
    summary; what follows the first for which there is no room stays out, whatever its size: a feed has no gaps."""
    empty = room = tuple(most - head for head in _heads(snapshot))
    items = snapshot.items[::-1] if oldest else snapshot.items
    shown: list[FeedItem] = []
    lost: list[FeedItem] = []
    for item in items:
        carried = _carried(item, empty, snapshot, fragments)
        if carried is None:
            lost.append(item)
            continue
        left = _less(room, _sizes(carried, snapshot, fragments))
        if min(left) < 0:
            break
        room = left
        shown.append(carried)
    rest = list(items[len(shown) + len(lost) :])
    while True:
        made = _showing(snapshot, shown[::-1] if oldest else shown)
        if not shown or _weight(made, fragments) <= most:  # the head of fewer items may be some bytes longer
            return Fitted(made, tuple(lost), tuple(rest))
        rest.insert(0, shown.pop())


def squeeze(snapshot: FeedSnapshot, most: int, fragments: Fragments) -> Fitted:
    """All of its items in `most` bytes: as many as necessary with their summaries only, the largest first, which is
    what becomes of an archive page when its entries grow. Only what cannot be helped is lost."""
    found = fit(snapshot, most, fragments)
    items = list(found.snapshot.items + found.rest)
    lost = list(found.lost)
    while found.rest and items:
        weights = [(not item.brief, sum(_sizes(item, snapshot, fragments)), item.entry.id) for item in items]
        largest = items[weights.index(max(weights))]
        if largest.brief:
            items.remove(largest)
            lost.append(largest)
        else:
            items[items.index(largest)] = replace(largest, brief=True)
        found = fit(replace(snapshot, items=tuple(items)), most, fragments)
        lost += found.lost
        items = [item for item in items if item not in found.lost]
    return Fitted(found.snapshot, tuple(lost))


def _showing(snapshot: FeedSnapshot, items: Sequence[FeedItem]) -> FeedSnapshot:
    moment = updated((item.entry for item in items), snapshot.tombstones)
    return replace(snapshot, items=tuple(items), updated=moment)


def _carried(item: FeedItem, room: Sizes, snapshot: FeedSnapshot, fragments: Fragments) -> FeedItem | None:
    """The item, or its summary, or nothing: as much of it as fits into an empty document."""
    for each in (item, replace(item, brief=True)):
        if min(_less(room, _sizes(each, snapshot, fragments))) >= 0:
            return each
    return None


def _formats(snapshot: FeedSnapshot) -> list[Format]:
    return [FORMATS[name] for name in snapshot.feed.formats]


def _sizes(item: FeedItem, snapshot: FeedSnapshot, fragments: Fragments) -> Sizes:
    feed = snapshot.feed
    return tuple(len(fragments.get(item, each, feed)) + len(each.separator) for each in _formats(snapshot))


def _heads(snapshot: FeedSnapshot) -> Iterable[int]:
    for each in _formats(snapshot):
        before, after = each.head(snapshot, document_url(snapshot.feed, each.name, snapshot.site))
        yield len(before) + len(after)


def _less(room: Sizes, sizes: Sizes) -> Sizes:
    return tuple(one - other for one, other in zip(room, sizes, strict=True))


def _weight(snapshot: FeedSnapshot, fragments: Fragments) -> int:
    """Of the heaviest document."""
    heads = list(_heads(snapshot))
    bodies = [_sizes(item, snapshot, fragments) for item in snapshot.items]
    return max(head + sum(sizes[n] for sizes in bodies) for n, head in enumerate(heads))
