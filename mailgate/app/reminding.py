"""Whoever reminds of questions that nobody has answered, built from the configuration."""

from datetime import timedelta
from functools import partial

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.writer import make_writer
from mailgate.config import Config
from mailgate.core.choice import Choice
from mailgate.core.mail import RawMessage
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, consider, draft
from mailgate.reminding import Patience, Reminding
from mailgate.store.facade import Store


def patience_of(config: Config) -> Patience:
    """How long we wait for answers."""
    section = config.questions
    remind = timedelta(days=section.remind_after_days)
    return Patience(remind_after=remind or None, expire_after=timedelta(days=section.expire_after_days))


def make_reminding(config: Config, store: Store) -> Reminding:
    """Whoever does what is due, with the operator's files as they are now.

    Raises:
        BadConfig: they have mistakes.
        Permanent: the secret cannot be used.
    """
    house = read_house(config, folders_of(config))
    store.rulebooks.keep(house.book.revision, house.book.texts, now())

    def think(raw: RawMessage, chosen: Choice | None) -> Considered:
        return consider(raw, desk=StoreDesk(store), house=house, chosen=chosen)

    return Reminding(
        store=store,
        consider=think,
        draft=partial(draft, house=house),
        writer=make_writer(config),
        patience=patience_of(config),
    )
