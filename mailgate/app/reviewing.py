"""Whoever does what an operator decides about mail, built from the configuration."""

from dataclasses import replace
from functools import partial

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.choice import Choice
from mailgate.core.mail import RawMessage
from mailgate.deciding_again import DecidingAgain
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, consider, draft
from mailgate.review.deciding import Reviewing
from mailgate.store.facade import Store


def make_reviewing(config: Config, store: Store, desk: StoreDesk, operator: str) -> Reviewing:
    """Whoever does what that operator says, with the operator's files as they are now.

    Raises:
        BadConfig: the files have mistakes.
        Permanent: the secret cannot be used.
        Temporary: the database did not answer.
    """
    house = read_house(config, folders_of(config))
    silent = frozenset(each.way for each in store.relays.silent(config.identity.alarm_after))
    house = replace(house, policy=replace(house.policy, silent=silent))
    store.rulebooks.keep(house.book.revision, house.book.texts, now())

    def think(raw: RawMessage, chosen: Choice | None) -> Considered:
        return consider(raw, desk=desk, house=house, chosen=chosen)

    again = DecidingAgain(store=store, consider=think, draft=partial(draft, house=house), writer=make_writer(config))
    return Reviewing(store=store, again=again, book=house.book, operator=operator)
