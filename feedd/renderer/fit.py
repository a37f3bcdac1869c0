"""What finds room in documents of at most so many bytes. Pure.

A document weighs what its head and its items weigh, and the items are kept fragments: nothing is rendered here that
would not be rendered anyway. What counts is the heaviest format, so that all formats of a feed show the same entries.

Entries go first. What is said of those that left takes a share of the room that is bounded, and less where it would
take the place of the newest entry, or of one that stands nowhere else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from feedd.model import FeedItem, FeedSnapshot, Tombstone
from feedd.renderer import retraction
from feedd.renderer.render import FORMATS, Format, Fragments, document_url, updated

Sizes = tuple[int, ...]  # one per format

_TOMBSTONES = 4  # they take at most this part of `max_bytes`, and
_RETRACTIONS = 2  # entries in place of withdrawn ones at most this


@dataclass(frozen=True, slots=True)
class Fitted:
    """`lost` are items that would not fit even alone and with their summary only, `rest` those for which there is no
    room beside the ones that are shown; `retracted` of the items stand for entries that left."""

    snapshot: FeedSnapshot
    lost: tuple[FeedItem, ...] = ()
    rest: tuple[FeedItem, ...] = ()
    retracted: int = 0


def document(snapshot: FeedSnapshot, gone: Sequence[Tombstone], fragments: Fragments) -> Fitted:
    """What a subscription document shows of its live items and its tombstones, and of those of the tombstones (`gone`)
    that may be shown as entries."""
    feed, most = snapshot.feed, snapshot.feed.max_bytes
    if most is None:
        shown = retraction.beside(feed, snapshot.items, gone, feed.limit)
        live = snapshot.items if feed.archive or not shown else snapshot.items[: feed.limit - len(shown)]
        return _made(snapshot, shown, live)
    fitted = fit(snapshot, most, fragments)
    live = fitted.snapshot.items
    firm = live if feed.archive else live[:1]
    named = _named(replace(snapshot, items=firm), most, fragments).tombstones
    below = replace(snapshot, items=live, tombstones=named)
    shown = retraction.beside(feed, live, gone, len(live) if fitted.rest else feed.limit)
    while shown and not _has_room(below, shown, len(firm), most, fragments):
        shown = shown[:-1]
    count = max(0, _count(below, shown, most, fragments))
    made = _made(snapshot, shown, live[:count])
    rest = (*live[count:], *fitted.rest)
    return replace(made, snapshot=replace(made.snapshot, tombstones=named), lost=fitted.lost, rest=rest)


def fit(snapshot: FeedSnapshot, most: int, fragments: Fragments, *, oldest: bool = False) -> Fitted:
    """The newest items that have room in `most` bytes, or the oldest, in a document without tombstones. One that is too
    large alone is carried with its summary; what follows the first for which there is no room stays out, whatever its
    size: a feed has no gaps."""
    snapshot = replace(snapshot, tombstones=())
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
    what becomes of an archive page when its entries grow. Only what cannot be helped is lost. Tombstones have the room
    that is left."""
    found = fit(snapshot, most, fragments)
    lost = list(found.lost)
    if found.rest:
        items, more = _lightened(found.snapshot.items + found.rest, snapshot, most, fragments)
        found = fit(replace(snapshot, items=items), most, fragments)
        lost += [*more, *found.rest]  # of which there are some where the head of fewer items is some bytes longer
    whole = _showing(snapshot, found.snapshot.items)
    return Fitted(_named(whole, most, fragments), tuple(lost))


def _lightened(
    items: Sequence[FeedItem], snapshot: FeedSnapshot, most: int, fragments: Fragments
) -> tuple[tuple[FeedItem, ...], list[FeedItem]]:
    """The items that fit together, in their order, and those that are left out. Each is weighed once or twice."""
    room = tuple(most - head for head in _heads(replace(snapshot, tombstones=())))
    kept = dict(enumerate(items))
    for item in items:
        room = _less(room, _sizes(item, snapshot, fragments))
    for number in _largest_first(kept, snapshot, fragments):
        if min(room) >= 0:
            break
        brief = replace(kept[number], brief=True)
        room = _more(room, _sizes(kept[number], snapshot, fragments), _sizes(brief, snapshot, fragments))
        kept[number] = brief
    lost = []
    for number in _largest_first(kept, snapshot, fragments):
        if min(room) >= 0:
            break
        lost.append(kept.pop(number))
        room = _more(room, _sizes(lost[-1], snapshot, fragments))
    return tuple(kept.values()), lost


def _largest_first(items: Mapping[int, FeedItem], snapshot: FeedSnapshot, fragments: Fragments) -> list[int]:
    weights = {number: (sum(_sizes(each, snapshot, fragments)), each.entry.id) for number, each in items.items()}
    return sorted(items, key=weights.__getitem__, reverse=True)


def _made(snapshot: FeedSnapshot, shown: Sequence[Tombstone], live: Sequence[FeedItem]) -> Fitted:
    return Fitted(_showing(snapshot, (*retraction.items(shown, snapshot.feed), *live)), retracted=len(shown))


def _named(snapshot: FeedSnapshot, most: int, fragments: Fragments) -> FeedSnapshot:
    """With as many of its tombstones, the newest, as have room beside its items."""
    bare = list(_heads(replace(snapshot, tombstones=())))

    def first(count: int) -> FeedSnapshot:
        return replace(snapshot, tombstones=snapshot.tombstones[:count])

    def is_too_much(count: int) -> bool:
        made = first(count)
        shares = (head - other for head, other in zip(_heads(made), bare, strict=True))
        return max(shares) > most // _TOMBSTONES or _weight(made, fragments) > most

    return first(bisect_left(range(1, len(snapshot.tombstones) + 1), True, key=is_too_much))


def _has_room(snapshot: FeedSnapshot, shown: Sequence[Tombstone], firm: int, most: int, fragments: Fragments) -> bool:
    """May these retractions stand above the items? Not where they take more than their share, or the place of an item
    that is `firm` or newer than what was withdrawn."""
    sizes = [_sizes(each, snapshot, fragments) for each in retraction.items(shown, snapshot.feed)]
    if max(map(sum, zip(*sizes, strict=True))) > most // _RETRACTIONS:
        return False
    count = _count(snapshot, shown, most, fragments)
    return count >= firm and not retraction.newer(shown, snapshot.items[count:])


def _count(snapshot: FeedSnapshot, shown: Sequence[Tombstone], most: int, fragments: Fragments) -> int:
    """How many of the items have room below these retractions; -1 where these have none."""
    above = retraction.items(shown, snapshot.feed)
    rooms = [tuple(most - head for head in _heads(snapshot))]
    for item in (*above, *snapshot.items):
        rooms.append(_less(rooms[-1], _sizes(item, snapshot, fragments)))
    count = bisect_left(rooms, True, key=lambda room: min(room) < 0) - 1 - len(above)
    while count >= 0 and _weight(_showing(snapshot, (*above, *snapshot.items[:count])), fragments) > most:
        count -= 1
    return max(count, -1)


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
    return tuple(len(fragments.get(item, each, snapshot)) + len(each.separator) for each in _formats(snapshot))


def _heads(snapshot: FeedSnapshot) -> Iterable[int]:
    for each in _formats(snapshot):
        before, after = each.head(snapshot, document_url(snapshot.feed, each.name, snapshot.site))
        yield len(before) + len(after)


def _less(room: Sizes, sizes: Sizes) -> Sizes:
    return tuple(one - other for one, other in zip(room, sizes, strict=True))


def _more(room: Sizes, freed: Sizes, taken: Sizes = ()) -> Sizes:
    """The room when something else, or nothing, stands there."""
    found = tuple(one + other for one, other in zip(room, freed, strict=True))
    return _less(found, taken) if taken else found


def _weight(snapshot: FeedSnapshot, fragments: Fragments) -> int:
    """Of the heaviest document."""
    heads = list(_heads(snapshot))
    bodies = [_sizes(item, snapshot, fragments) for item in snapshot.items]
    return max(head + sum(sizes[n] for sizes in bodies) for n, head in enumerate(heads))
