"""The database file: opened, kept safe, refused with a next step."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from feedd.errors import StoreError
from feedd.model import ChangeSet
from feedd.store.sql import SqlStore
from tests.support.make import NOON, added, entry, feed, key


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")


def pragma(path: str, name: str) -> object:
    store = SqlStore(path)
    with store._engine.connect() as connection:
        value = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    store.close()
    return value


@pytest.mark.parametrize(("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 30000)])
def test_every_connection_is_set_up(path: str, name: str, value: object) -> None:
    """A commit survives a power cut, and readers do not wait for the writer."""
    assert pragma(path, name) == value


def test_what_was_written_is_there_after_a_restart(path: str) -> None:
    """The point of a database."""
    store = SqlStore(path)
    store.apply(added(entry("a.md")), {}, NOON)
    store.close()
    again = SqlStore(path)
    assert set(again.index("posts")) == {"a.md"}
    again.close()


@pytest.mark.parametrize("damage", ["text", "folder", "header"])
def test_a_file_that_is_no_database_is_refused_with_a_next_step(path: str, damage: str) -> None:
    """And not touched: perhaps it can be mended."""
    file = Path(path)
    if damage == "folder":
        file.mkdir()
    elif damage == "text":
        file.write_text("This is not a database, and long enough to be looked at. " * 50)
    else:
        SqlStore(path).close()
        file.write_bytes(b"\0" * 100 + file.read_bytes()[100:])
    before = None if damage == "folder" else file.read_bytes()
    with pytest.raises(StoreError, match="cannot be used") as raised:
        SqlStore(path)
    assert "move the file away" in raised.value.hint
    assert before is None or file.read_bytes() == before


def test_a_full_disk_is_a_store_error_and_nothing_is_half_written(path: str) -> None:
    """Everything of a change or nothing of it; when there is room again, it goes on."""
    store = SqlStore(path)
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.commit()
        many = [replace(entry(f"{n}.md"), body="x" * 4000) for n in range(50)]
    with pytest.raises(StoreError, match="cannot be written"):
        store.apply(added(*many), {}, NOON)
    assert store.index("posts") == {}
    store.close()
    again = SqlStore(path)
    again.apply(added(*many), {}, NOON)
    assert len(again.index("posts")) == 50
    again.close()


def test_a_reader_is_never_in_the_way_of_the_writer(path: str) -> None:
    """Another process may look while we write, and sees the state before."""
    store = SqlStore(path)
    store.apply(added(entry("a.md")), {}, NOON)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    assert other.execute("SELECT count(*) FROM entry").fetchone() == (1,)
    store.apply(added(entry("b.md")), {}, NOON)
    assert other.execute("SELECT count(*) FROM entry").fetchone() == (1,)
    other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM entry").fetchone() == (2,)
    other.close()
    store.close()


def test_threads_may_write_at_the_same_time(path: str) -> None:
    """They wait for each other; none is told that the database is locked."""
    store = SqlStore(path)
    failed: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for n in range(10):
                store.apply(added(entry(f"{name}{n}.md")), {}, NOON)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert store.counts()["entries"] == 40
    store.close()


def test_there_is_no_limit_to_what_one_transaction_may_name(path: str) -> None:
    """A branch with thirty thousand articles is checked out: SQLite takes only so many values in a statement (here
    2,000, in life 32,766, so that the test need not be that long)."""
    store = SqlStore(path)
    with store._engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 2_000)
    names = [f"tags/{n}" for n in range(3_000)]
    store.record([], [], clean=names, consumed=range(3_000), retired=names, now=NOON)
    store.apply(ChangeSet(forgotten=tuple(key(name) for name in names)), {}, NOON)
    assert store.known(key(name) for name in names) == {}
    assert len(store.index("posts", under=names)) == 0
    store.remember_feeds("f", [(entry("a.md"), tuple(map(feed, names)))])
    store.remember_feeds("g", [])
    store.close()
