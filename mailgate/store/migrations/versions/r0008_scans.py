"""What a virus scanner said of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; of mail that is here already, nobody has said anything."""
    op.add_column("message", sa.Column("scan", sa.JSON(none_as_null=True), nullable=True))
