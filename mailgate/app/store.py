"""The whole store, for whoever needs all of it."""

from mailgate.app.parts import open_database
from mailgate.app.secret import secret_of
from mailgate.config import Config
from mailgate.store.facade import Store


def open_store(config: Config, *, make: bool = False) -> Store:
    """The store of the configuration; arguments and troubles are those of `open_database`."""
    open_database(config, make=make).close()
    return Store(config.database_url, config.desk.ticket_prefix, secret_of(config))
