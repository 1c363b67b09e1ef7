"""Questions of ours, and the messages that answered them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables. What was asked before them is answered by a new mail, as its letter says."""
    op.create_table(
        "question",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_question_message")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_question")),
        sa.UniqueConstraint("token", name=op.f("uq_question_token")),
    )
    op.create_index(op.f("ix_question_state_asked_at"), "question", ["state", "asked_at"], unique=False)
    op.create_table(
        "answer",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_answer_message")),
        sa.ForeignKeyConstraint(["question"], ["question.message"], name=op.f("fk_answer_question")),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_question"), "answer", ["question"], unique=False)
