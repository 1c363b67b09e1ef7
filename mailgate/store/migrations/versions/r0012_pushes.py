"""The outbox carries pushes to the ticket system beside letters, and tickets have the number that it gives them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# What only letters have.
_OF_LETTERS = ("template", "recipient", "recipient_key", "recipient_domain", "cause", "subject", "sender")


def upgrade() -> None:
    """What only letters have may be missing; what only pushes have is new. On SQLite the table is written anew."""
    op.add_column("ticket", sa.Column("csd_number", sa.Text(), nullable=True))
    op.create_index(op.f("ix_ticket_csd_number"), "ticket", ["csd_number"], unique=False)
    # SQLite reads a row from its beginning: lists skip the bytes at its end.
    before = "content" if op.get_bind().dialect.name == "sqlite" else None
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("decision", existing_type=sa.Integer(), nullable=True)
        for name in _OF_LETTERS:
            outbox.alter_column(name, existing_type=sa.Text(), nullable=True, server_default=None)
        outbox.add_column(sa.Column("event", sa.Text(), nullable=True), insert_before=before)
        outbox.add_column(sa.Column("draft", sa.JSON(none_as_null=True), nullable=True), insert_before=before)
        outbox.drop_index(op.f("ix_outbox_state_due_at"))
        outbox.create_index(op.f("ix_outbox_channel_state_due_at"), ["channel", "state", "due_at"], unique=False)
