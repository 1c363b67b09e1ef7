"""A store for each test, on SQLite and on PostgreSQL."""

from tests.store.conftest import empty, empty_server, store, url

__all__ = ["empty", "empty_server", "store", "url"]
