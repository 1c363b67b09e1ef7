"""A mail that was kept and decided some time ago, without a daemon: by the same road, with what is said to be known."""

from datetime import date

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.writer import make_writer
from mailgate.core.facts import Known, Person
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.recollection import RememberingDesk
from mailgate.gate import consider
from mailgate.intake import Settler
from tests.cli.house import ANNA, Installation

# Of a login that has used CSD.
KNOWN = Known(person=Person(login=ANNA, name="Anna Kowalska", first_contact=date(2025, 1, 15)), has_history=True)


def keep_decided(house: Installation, content: bytes, known: Known = KNOWN) -> None:
    """Keep a mail of Anna's, proven, and decide it with what was known then."""
    settings = house.config
    judged = read_house(settings, folders_of(settings)).vouching()
    envelope = Envelope(source="smtp", mail_from=ANNA, client="127.0.0.1")
    with house.store() as store:
        store.keep([RawMessage(content=content, envelope=envelope, received_at=now())])
        store.rulebooks.keep(judged.book.revision, judged.book.texts, now())
        settler = Settler(
            store=store,
            consider=lambda raw, chosen: consider(raw, desk=RememberingDesk(known=known), house=judged, chosen=chosen),
            writer=make_writer(settings),
            worker="test",
        )
        assert len(settler.settle(now())) == 1
