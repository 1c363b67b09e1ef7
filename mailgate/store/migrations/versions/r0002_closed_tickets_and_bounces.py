"""Tickets that are closed and go on, letters that came back, letters that are answered at once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is needed; nothing that is there changes its meaning."""
    op.add_column("decision", sa.Column("related", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("related", sa.Text(), nullable=True))
    op.create_index(op.f("ix_ticket_related"), "ticket", ["related"], unique=False)
    op.add_column("outbox", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("volley", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "status_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_status_change_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
    )
    op.create_index(op.f("ix_status_change_ticket"), "status_change", ["ticket"], unique=False)
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Integer(), nullable=False),
        sa.Column("recipient_key", sa.Text(), nullable=False),
        sa.Column("for_good", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["letter"], ["outbox.id"], name=op.f("fk_bounce_letter")),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_bounce_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("message", "letter", name=op.f("uq_bounce_message_letter")),
    )
    op.create_index(op.f("ix_bounce_letter"), "bounce", ["letter"], unique=False)
    op.create_index(op.f("ix_bounce_recipient_key"), "bounce", ["recipient_key"], unique=False)
