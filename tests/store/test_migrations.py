"""The numbered migrations and the tables as the code sees them are the same thing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from feedd.errors import StoreError
from feedd.store import engine, schema
from feedd.store.sql import SqlStore
from tests.support.make import NOON, added, entry


def test_the_migrations_lead_to_the_schema(tmp_path: Path) -> None:
    """Column for column, index for index."""
    made = engine.open_engine(str(tmp_path / "state.db"))
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        look = sa.inspect(connection)
        found = {index["name"] for table in schema.metadata.tables for index in look.get_indexes(table)}
        assert found == {index.name for table in schema.metadata.tables.values() for index in table.indexes}
    made.dispose()


def test_the_last_migration_is_the_one_the_code_expects() -> None:
    """One line of them, from the first to HEAD."""
    scripts = ScriptDirectory(str(Path(engine.__file__).parent / "migrations"))
    assert scripts.get_heads() == [schema.HEAD]
    assert [script.revision for script in scripts.walk_revisions()][-1] == "0001"


def test_a_database_of_the_first_schema_keeps_everything(tmp_path: Path) -> None:
    """What it knew is known, a copy of it as it was lies beside it, and history begins."""
    path = str(tmp_path / "state.db")
    store = SqlStore(path)
    store.apply(added(entry("a.md")), {}, NOON)
    store.close()
    with sqlite3.connect(path) as connection:
        for table in ("history", "tombstone", "archive", "archived", "version", "piece"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("ALTER TABLE file DROP COLUMN beside")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    store = SqlStore(path)
    assert store.index("posts")["a.md"].stat.beside == ""
    known = entry("a.md")
    assert store.entries_by_id([known.id])[known.id].entry == known
    assert store.history(known.id) == ()
    store.apply(added(entry("b.md")), {}, NOON)
    assert [moment.kind for moment in store.history(entry("b.md").id)] == ["added"]
    store.close()
    assert (tmp_path / f"state.db.before-{schema.HEAD}").exists()


def test_a_migrated_database_is_opened_without_the_migration_tool(tmp_path: Path) -> None:
    """It takes longer to import than everything else together; and twice is once."""
    path = tmp_path / "state.db"
    SqlStore(str(path)).close()
    code = (
        "import sys; from feedd.store.sql import SqlStore\n"
        "SqlStore(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_database_of_a_newer_feedd_is_left_alone(tmp_path: Path) -> None:
    """Whoever goes back a version is told what to do."""
    path = str(tmp_path / "state.db")
    SqlStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer feedd") as raised:
        SqlStore(path)
    assert "backup" in raised.value.hint


def test_the_backup_before_a_migration_is_a_whole_database(tmp_path: Path) -> None:
    """Made from a live one, over an older backup of the same name."""
    path, copy = str(tmp_path / "state.db"), tmp_path / "state.db.before-0002"
    store = SqlStore(path)
    store.apply(added(entry("a.md")), {}, NOON)
    copy.write_text("an older one")
    engine._backup(store._engine, str(copy))
    store.close()
    restored = SqlStore(str(copy))
    assert set(restored.index("posts")) == {"a.md"}
    restored.close()
