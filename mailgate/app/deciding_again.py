"""Whoever decides anew what is decided, built from the configuration."""

from dataclasses import replace
from functools import partial

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.choice import Choice
from mailgate.core.mail import RawMessage
from mailgate.core.sequel import LATER
from mailgate.deciding_again import DecidingAgain
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, House, consider, draft
from mailgate.store.facade import Store
from mailgate.trouble import Permanent


def read_house_for_again(config: Config, store: Store) -> House:
    """The operator's files as they are now, and which relays are silent; the revision is kept before it decides.

    Raises:
        BadConfig: the files have mistakes.
        Permanent: the letter is missing that tells of late tickets.
        Temporary: the database did not answer.
    """
    house = read_house(config, folders_of(config))
    if LATER not in house.letters.names:
        raise Permanent(f"there is no letter {LATER}.md: copy pl/{LATER}.md and en/{LATER}.md from the new templates/")
    silent = frozenset(each.way for each in store.relays.silent(config.identity.alarm_after))
    store.rulebooks.keep(house.book.revision, house.book.texts, now())
    return replace(house, policy=replace(house.policy, silent=silent))


def make_deciding_again(config: Config, store: Store, desk: StoreDesk, house: House) -> DecidingAgain:
    """Whoever decides anew, with that desk and that house.

    Raises:
        Permanent: the secret cannot be used.
    """

    def think(raw: RawMessage, chosen: Choice | None) -> Considered:
        return consider(raw, desk=desk, house=house, chosen=chosen)

    return DecidingAgain(store=store, consider=think, draft=partial(draft, house=house), writer=make_writer(config))
