"""How often our relay's header has come in a row."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was heard before counts anew."""
    op.add_column("relay", sa.Column("heard", sa.Integer(), server_default="0", nullable=False))
