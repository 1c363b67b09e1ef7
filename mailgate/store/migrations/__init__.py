"""Alembic migrations. A new one is a file in `versions/` with the next number; then raise `schema.REVISION`."""
