"""Indexes on what few tickets have hold those alone: they cost nothing where there are none.

SQLite's planner, told by ANALYZE that a column is nearly always empty, would else rather read all tickets than use the
index on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make them anew."""
    for column in ("csd_number", "related"):
        name = op.f(f"ix_ticket_{column}")
        op.drop_index(name, "ticket")
        has_one = sa.column(column).is_not(None)
        op.create_index(name, "ticket", [column], sqlite_where=has_one, postgresql_where=has_one)
