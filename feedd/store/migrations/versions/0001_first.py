"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("fact", sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "file",
        sa.Column("root", sa.String, primary_key=True),
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mtime_ns", sa.BigInteger, nullable=False),
        sa.Column("ctime_ns", sa.BigInteger, nullable=False),
        sa.Column("inode", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("entry_id", sa.String),
    )
    op.create_index("file_entry", "file", ["entry_id"])
    op.create_table(
        "entry",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("root", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("publish_at", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("entry_key", "entry", ["root", "path"])
    op.create_index(
        "entry_to_show",
        "entry",
        ["publish_at"],
        sqlite_where=sa.text("live = 0"),
        postgresql_where=sa.text("NOT live"),
    )
    op.create_index(
        "entry_to_hide", "entry", ["expires_at"], sqlite_where=sa.text("live = 1"), postgresql_where=sa.text("live")
    )
    op.create_table(
        "body", sa.Column("entry_id", sa.String, primary_key=True), sa.Column("text", sa.Text, nullable=False)
    )
    op.create_table(
        "content",
        sa.Column("entry_id", sa.String, primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "feed", sa.Column("path", sa.String, primary_key=True), sa.Column("data", sa.LargeBinary, nullable=False)
    )
    op.create_table(
        "membership",
        sa.Column("feed", sa.String, primary_key=True),
        sa.Column("entry_id", sa.String, primary_key=True),
        sa.Column("published", sa.BigInteger, nullable=False),
    )
    op.create_index("membership_window", "membership", ["feed", "published", "entry_id"])
    op.create_index("membership_entry", "membership", ["entry_id"])
    op.create_table(
        "dirty", sa.Column("feed", sa.String, primary_key=True), sa.Column("loud", sa.Boolean, nullable=False)
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "problem",
        sa.Column("root", sa.String, primary_key=True),
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "publication",
        sa.Column("path", sa.String, primary_key=True),
        sa.Column("feed", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("endpoint", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("lease_until", sa.Float),
        sa.Column("token", sa.String),
        sa.Column("last_error", sa.Text),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_at", sa.Float),
    )
    op.create_index(
        "delivery_one_pending",
        "delivery",
        ["endpoint", "topic"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("delivery_due", "delivery", ["state", "due"])
    op.create_index("delivery_topic", "delivery", ["endpoint", "topic", "state"])
