"""What every reader should find: a site with our sample and golden articles, and its entries as feedd knows them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from feedd import wiring
from feedd.cli import find
from feedd.normalizer import body
from feedd.store.sql import SqlStore
from tests.support.daemon import Site
from tests.support.house import START

HERE = Path(__file__).parent
ARTICLES = (HERE / "articles", HERE.parent / "golden/articles", HERE.parents[1] / "feeds/articles")


@dataclass(frozen=True)
class Expected:
    """An entry as a reader should show it. `enclosures` are (address, length, type)."""

    title: str
    published: int
    updated: int
    link: str
    id: str
    enclosures: tuple[tuple[str, int, str], ...]
    content: str


def site_of(folder: Path) -> Site:
    """Articles without a date get that of START, on any day."""
    site = Site(folder, "feeds: {path: feed, limit: 1000}\n")
    for articles in ARTICLES:
        for file in articles.iterdir():
            copy = shutil.copy(file, site.posts)
            os.utime(copy, (START.timestamp(), START.timestamp()))
    return site


def truth_of(site: Site) -> list[Expected]:
    """Out of a copy of the running feedd's memory."""
    settings = find.read(str(site.settings), ()).settings
    copy = site.folder / "truth.db"
    with (
        closing(sqlite3.connect(Path(settings.state_dir) / wiring.DATABASE)) as memory,
        closing(sqlite3.connect(copy)) as to,
    ):
        memory.backup(to)
    store = SqlStore(str(copy))
    try:
        entries = store.window(settings.feeds[0], datetime.now(UTC))
        contents = store.contents(entries, body.VERSION)
    finally:
        store.close()
    return [
        Expected(
            title=entry.title,
            published=int(entry.published.timestamp()),
            updated=int(entry.updated.timestamp()),
            link=entry.url,
            id=entry.id,
            enclosures=tuple((each.url, each.length, each.media_type) for each in entry.enclosures),
            content=contents[entry.id].html,
        )
        for entry in entries
    ]
