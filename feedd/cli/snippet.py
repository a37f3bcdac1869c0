"""`feedd snippet`: the lines by which browsers and readers find the feeds from the site's pages."""

from __future__ import annotations

from collections.abc import Mapping

from feedd.cli import find
from feedd.cli.say import out
from feedd.errors import UsageError
from feedd.model import Feed, Settings


def snippet(path: str | None, config: str | None) -> None:
    settings = find.load(config)
    out(text(settings, path), nl=False)


def text(settings: Settings, path: str | None = None) -> str:
    """The lines for one feed, or for all but those that are made for each tag and the like."""
    from feedd.renderer import listing

    moved = {each.path for each in settings.server.moved}
    main = {feed.path: feed for feed in settings.feeds if feed.each is None}
    if path is None:
        return listing.snippet(settings.site, main.values(), moved)
    feeds = main if path in main else _made(settings)
    if path not in feeds:
        known = sorted({*main, *feeds})[:10]
        raise UsageError(f"there is no feed {path}", hint=f"there are {', '.join(known)}" if known else "feedd build")
    return listing.snippet(settings.site, [feeds[path]], moved)


def _made(settings: Settings) -> Mapping[str, Feed]:
    """The feeds that tags and the like have brought up so far."""
    from feedd import wiring

    if not wiring.has_state(settings):
        return {}
    store = wiring.open_store(settings)
    try:
        return {feed.path: feed for feed in store.feeds() if feed.value is not None}
    finally:
        store.close()
