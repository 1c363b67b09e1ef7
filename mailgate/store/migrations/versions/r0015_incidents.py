"""Incidents with the tickets that are tied to them, and letters to operators, which answer no message."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table and the columns. On SQLite the outbox is written anew, since a column of it may be empty now."""
    op.create_table(
        "incident",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("system", sa.Text(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("authors", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Float(), nullable=True),
        sa.Column("usual", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_ended_at"), "incident", ["ended_at"], unique=False)
    op.execute("INSERT INTO counter (name, value) VALUES ('incident', 0)")
    op.add_column("ticket", sa.Column("proven", sa.Boolean(), nullable=True))
    op.add_column("ticket", sa.Column("incident", sa.Text(), nullable=True))
    tied = sa.column("incident").is_not(None)
    op.create_index(op.f("ix_ticket_incident"), "ticket", ["incident"], sqlite_where=tied, postgresql_where=tied)
    for name in ("service", "system"):
        op.create_index(op.f(f"ix_ticket_{name}_opened_at"), "ticket", [name, "opened_at"], unique=False)
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("message", existing_type=sa.Integer(), nullable=True)
