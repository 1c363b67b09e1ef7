"""Alembic's entry: runs the migrations on the connection, and in the transaction, that `schema.upgrade` brings."""

from alembic import context

from mailgate.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
context.run_migrations()
