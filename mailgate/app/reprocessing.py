"""Whoever runs the rules again, built from the configuration."""

import os

from mailgate.app.deciding_again import make_deciding_again, read_house_for_again
from mailgate.app.parts import now, process_name
from mailgate.config import Config
from mailgate.desk import StoreDesk
from mailgate.reprocess import Reprocessing
from mailgate.store.facade import Store


def make_reprocessing(config: Config, store: Store, desk: StoreDesk, operator: str) -> Reprocessing:
    """Whoever decides again what was decided, with the operator's files as they are now.

    Args:
        config: names them.
        store: whose messages.
        desk: what is known now; see `open_desk`.
        operator: who runs it: a name, "schedule".

    Raises:
        BadConfig: the files have mistakes.
        Permanent: the secret cannot be used, or a letter is missing.
        Temporary: the database did not answer.
    """
    house = read_house_for_again(config, store)
    where, _, _ = process_name("", config.database.node).rpartition(":")
    return Reprocessing(
        again=make_deciding_again(config, store, desk, house),
        clock=now,
        operator=operator,
        who=f"{operator}, process {os.getpid()} on {where}",
    )
