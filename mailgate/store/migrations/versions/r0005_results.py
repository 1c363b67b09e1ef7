"""What DNS said about the author of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column. Mail that came before was judged by the relay's header, and stays so."""
    op.add_column("arrival", sa.Column("results", sa.Text(), nullable=True))
    op.create_table(
        "relay",
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("way", name=op.f("pk_relay")),
    )
