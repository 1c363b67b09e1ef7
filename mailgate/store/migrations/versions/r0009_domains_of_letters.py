"""To whose domain letters go, for the cap on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Note the domain of each letter. Those from before it was noted count for no domain."""
    op.add_column("outbox", sa.Column("recipient_domain", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_outbox_recipient_domain_created_at"), "outbox", ["recipient_domain", "created_at"])
