"""Whoever does what an operator decides about mail, built from the configuration."""

from mailgate.app.deciding_again import make_deciding_again, read_house_for_again
from mailgate.config import Config
from mailgate.desk import StoreDesk
from mailgate.review.deciding import Reviewing
from mailgate.store.facade import Store


def make_reviewing(config: Config, store: Store, desk: StoreDesk, operator: str) -> Reviewing:
    """Whoever does what that operator says, with the operator's files as they are now.

    Raises:
        BadConfig: the files have mistakes.
        Permanent: the secret cannot be used.
        Temporary: the database did not answer.
    """
    house = read_house_for_again(config, store)
    again = make_deciding_again(config, store, desk, house)
    return Reviewing(store=store, again=again, book=house.book, operator=operator)
