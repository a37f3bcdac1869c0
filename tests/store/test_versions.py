"""How versions are kept: in pieces that they share, and without those that nobody needs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from feedd.store import versions
from feedd.store.sql import SqlStore
from feedd.store.versions import split
from tests.lint.documents import ITEM, atom, json_feed, rss
from tests.support.make import NOON, digest, publication


def test_pieces_joined_are_the_document() -> None:
    """An item each where there are items; anything else is one piece."""
    items = "".join(f"<item>{ITEM}</item>\n" for _ in range(3))
    for data, count in ((rss(items=items), 4), (atom(), 1), (json_feed(), 1), (b"", 1), (b"</item>\n", 2)):
        assert b"".join(split(data)) == data
        assert len(split(data)) == count


def test_an_edit_adds_what_changed(tmp_path: Path) -> None:
    """Twenty versions of a feed with fifty long items weigh about as much as one."""
    path = tmp_path / "state.db"
    store = SqlStore(str(path))
    items = [f"<item>{n}{''.join(digest(n, m) for m in range(100))}</item>\n" for n in range(50)]
    for number in range(20):
        items[number] = items[number].replace("<item>", "<item>edited ")
        data = rss(items="".join(items))
        store.record([], [], clean=[], now=NOON, kept=[(publication(digest=digest(data)), data)], keep=20)
    store.close()
    with sqlite3.connect(path) as connection:
        (pieces, weight) = connection.execute("SELECT count(*), sum(length(data)) FROM piece").fetchone()
    connection.close()
    assert pieces == 51 + 19  # the first version: head and first item, the others, the tail; then an item each
    assert weight < 2 * len(data)


def test_pieces_that_nobody_needs_are_swept_out(tmp_path: Path) -> None:
    """Not at once, but before they are many."""
    path = tmp_path / "state.db"
    store = SqlStore(str(path))
    for number in range(2 + 64):
        data = rss(str(number))
        store.record([], [], clean=[], now=NOON, kept=[(publication(digest=digest(data)), data)], keep=2)
    store.close()
    with sqlite3.connect(path) as connection:
        (pieces,) = connection.execute("SELECT count(*) FROM piece").fetchone()
    connection.close()
    assert pieces == 2


def test_a_change_of_all_feeds_is_not_paid_for_by_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for what nobody needs goes through the versions of all feeds: about once for as many as there are."""
    looks = []
    look = versions.sweep
    monkeypatch.setattr(versions, "sweep", lambda connection: (looks.append(1), look(connection)))
    store = SqlStore(str(tmp_path / "state.db"))
    for number in range(12):
        for feed in range(50):
            data = rss(f"{feed} {number}")
            at = publication(path=f"{feed}.xml", feed=str(feed), digest=digest(data))
            store.record([], [], clean=[], now=NOON, kept=[(at, data)], keep=3)
    store.close()
    assert len(looks) == 3  # 450 were forgotten, 150 are there
