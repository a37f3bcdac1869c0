"""The tables, as SQLAlchemy Core sees them. Moments are seconds since 1970: one comparison on every engine.

A change here needs a numbered migration in `migrations/versions` and a new HEAD; `tests/store/test_migrations.py`
compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

HEAD = "0004"

metadata = MetaData()

fact = Table("fact", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

file = Table(
    "file",
    metadata,
    Column("root", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("ctime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("entry_id", String),
    Column("beside", String, nullable=False, server_default=""),
    Index("file_entry", "entry_id"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", String, primary_key=True),
    Column("root", String, nullable=False),
    Column("path", String, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False),  # draft or withdrawn: no moment will show it
    Column("published", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("publish_at", BigInteger),
    Column("expires_at", BigInteger),
    Column("digest", String, nullable=False),
    Column("data", LargeBinary, nullable=False),  # the Entry as JSON, without its body
    Index("entry_key", "root", "path"),
    # Partial on purpose: the queue of moments is tiny beside the archive, and every batch asks for it.
    Index("entry_to_show", "publish_at", sqlite_where=text("live = 0"), postgresql_where=text("NOT live")),
    Index("entry_to_hide", "expires_at", sqlite_where=text("live = 1"), postgresql_where=text("live")),
)

body = Table("body", metadata, Column("entry_id", String, primary_key=True), Column("text", Text, nullable=False))

content = Table(
    "content",
    metadata,
    Column("entry_id", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("version", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

feed = Table("feed", metadata, Column("path", String, primary_key=True), Column("data", LargeBinary, nullable=False))

membership = Table(
    "membership",
    metadata,
    Column("feed", String, primary_key=True),
    Column("entry_id", String, primary_key=True),
    Column("published", BigInteger, nullable=False),
    Index("membership_window", "feed", "published", "entry_id"),
    Index("membership_entry", "entry_id"),
)

dirty = Table("dirty", metadata, Column("feed", String, primary_key=True), Column("loud", Boolean, nullable=False))

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String, nullable=False),
    Column("kind", String, nullable=False),
    sqlite_autoincrement=True,  # a consumed number is never given again
)

history = Table(
    "history",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("entry_id", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("history_entry", "entry_id", "seq"),
    Index("history_at", "at"),
    sqlite_autoincrement=True,
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("feed", String, primary_key=True),
    Column("entry_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("tombstone_newest", "feed", "at", "entry_id"),
)

archive = Table(
    "archive",
    metadata,
    Column("feed", String, primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("linked", Boolean, nullable=False),
    Column("stale", Boolean, nullable=False),
)

archived = Table(
    "archived",
    metadata,
    Column("feed", String, primary_key=True),
    Column("entry_id", String, primary_key=True),
    Column("page", Integer, nullable=False),
    Index("archived_page", "feed", "page", "entry_id"),
    Index("archived_entry", "entry_id"),
)

problem = Table(
    "problem",
    metadata,
    Column("root", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("path", String, primary_key=True),
    Column("feed", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

version = Table(
    "version",
    metadata,
    Column("feed", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("path", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),  # the Publication as JSON
    Column("pieces", LargeBinary, nullable=False),  # digests of the pieces that make the document, in order
)

piece = Table(
    "piece",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", String, primary_key=True),
    Column("endpoint", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", String, nullable=False),
    Column("topic", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("lease_until", Float),
    Column("token", String),
    Column("last_error", Text),
    Column("last_status", Integer),
    Column("last_at", Float),
    # The promise "at most one pending per (endpoint, topic)", kept by the database and not by good intentions.
    Index(
        "delivery_one_pending",
        "endpoint",
        "topic",
        unique=True,
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("delivery_due", "state", "due"),
    Index("delivery_topic", "endpoint", "topic", "state"),
)
