"""What a directory outside has said lately."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Note when an entry was asked for, and who has none. What was imported was not asked for."""
    op.add_column("person", sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "stranger",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_stranger")),
    )
