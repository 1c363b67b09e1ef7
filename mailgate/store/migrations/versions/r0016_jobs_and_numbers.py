"""What is done by the clock, and indexes that hold all that numbers are asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table, and widen three indexes."""
    op.create_table(
        "job",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("began_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.drop_index(op.f("ix_message_received_at"), "message")
    told = ["received_at", "outcome", "reason", "author"]
    op.create_index(op.f("ix_message_received_at_outcome_reason_author"), "message", told)
    op.drop_index(op.f("ix_decision_message"), "decision")
    about = ["message", "id", "service", "system", "kind", "queue"]
    op.create_index(op.f("ix_decision_message_id_service_system_kind_queue"), "decision", about)
    op.create_index(op.f("ix_outbox_message_channel_sent_at"), "outbox", ["message", "channel", "sent_at"])
