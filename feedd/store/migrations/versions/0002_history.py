"""What happened to entries, who left which feed, and the companions of files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("file", sa.Column("beside", sa.String, nullable=False, server_default=""))
    op.create_table(
        "history",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("history_entry", "history", ["entry_id", "seq"])
    op.create_index("history_at", "history", ["at"])
    op.create_table(
        "tombstone",
        sa.Column("feed", sa.String, primary_key=True),
        sa.Column("entry_id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("tombstone_newest", "tombstone", ["feed", "at", "entry_id"])
