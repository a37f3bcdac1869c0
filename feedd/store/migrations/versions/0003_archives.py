"""Archive pages (RFC 5005): which entry stands in which page of which feed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("feed", sa.String, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("linked", sa.Boolean, nullable=False),
        sa.Column("stale", sa.Boolean, nullable=False),
    )
    op.create_table(
        "archived",
        sa.Column("feed", sa.String, primary_key=True),
        sa.Column("entry_id", sa.String, primary_key=True),
        sa.Column("page", sa.Integer, nullable=False),
    )
    op.create_index("archived_page", "archived", ["feed", "page", "entry_id"])
    op.create_index("archived_entry", "archived", ["entry_id"])
