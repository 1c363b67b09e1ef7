"""Several machines: what they must agree on; and on PostgreSQL, too, an audit trail without gaps."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_POSTGRESQL = (
    """CREATE FUNCTION audit_goes_on() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
           IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit) THEN
               RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
           END IF;
           RETURN NEW;
       END $$""",
    "CREATE TRIGGER audit_goes_on BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_goes_on()",
)


def upgrade() -> None:
    """Add the table; the first machine that starts says what the others must agree with."""
    op.create_table(
        "agreement",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agreement")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            op.execute(statement)
