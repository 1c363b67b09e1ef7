"""A desk in a folder, in this process: it keeps, decides and records as the daemon does, without its doors."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from mailgate.app.house import folders_of, read_house
from mailgate.app.secret import secret_of
from mailgate.app.writer import make_writer
from mailgate.config import Config, read_config
from mailgate.core.choice import Choice
from mailgate.core.facts import Person
from mailgate.core.mail import Envelope, RawMessage
from mailgate.desk import StoreDesk
from mailgate.gate import Considered, House, consider
from mailgate.intake import Settler
from mailgate.store.facade import Store

ROOT = Path(__file__).parents[1]
DESK = "helpdesk-eclo@mf.gov.pl"
DOMAIN = "firma.example"
# What no benchmark may be held up by.
NO_CAPS = "[letters]\nper_day = 1_000_000_000\nper_address_per_day = 1_000_000\nper_domain_per_day = 1_000_000_000\n"


def login(number: int) -> str:
    """The address of one of the people of a benchmark."""
    return f"osoba{number}@{DOMAIN}"


def lay_out(folder: Path, settings: str, people: int, url: str = "") -> Config:
    """Make an installation with its database, where people of one company have logins and history.

    Args:
        folder: an empty one.
        settings: what config.toml says.
        people: how many.
        url: of the database; "": a SQLite file in the folder.
    """
    for each in ("rules", "templates"):
        shutil.copytree(ROOT / each, folder / each)
    database = f'[database]\nurl = "{url}"\n' if url else ""
    (folder / "config.toml").write_text(settings + NO_CAPS + database, encoding="utf-8")
    (folder / "var").mkdir()
    config = read_config(folder / "config.toml")
    store = open_store(config)
    store.upgrade()
    store.people.replace(
        [Person(login=login(n), name=f"Osoba {n}", first_contact=date(2020, 1, 1)) for n in range(people)],
        operator="benchmark",
        now=datetime.now(UTC),
    )
    store.close()
    return config


def open_store(config: Config) -> Store:
    """The store of an installation."""
    return Store(config.database_url, config.desk.ticket_prefix, secret_of(config))


def received(contents: Iterable[bytes], at: datetime) -> list[RawMessage]:
    """Mails as the door hands them over."""
    return [
        RawMessage(
            content=content,
            received_at=at,
            envelope=Envelope(
                source="smtp",
                mail_from=login(0),
                recipients=(DESK,),
                client="127.0.0.1",
                helo="mail.firma.example",
            ),
        )
        for content in contents
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One desk."""

    store: Store
    house: House
    settler: Settler

    def keep(self, contents: Sequence[bytes], at: datetime) -> None:
        """Keep mails, so many in one commit."""
        self.store.keep(received(contents, at))

    def settle(self, clock: Callable[[], datetime]) -> int:
        """Settle whatever waits; gives how many it was."""
        done = 0
        while recorded := self.settler.settle(clock()):
            done += len(recorded)
        return done


@contextmanager
def opened(config: Config) -> Iterator[Bench]:
    """A desk at work."""
    store, house = open_store(config), read_house(config, folders_of(config))
    desk = StoreDesk(store)

    def judge(raw: RawMessage, chosen: Choice | None) -> Considered:
        return consider(raw, desk=desk, house=house, chosen=chosen)

    store.rulebooks.keep(house.book.revision, house.book.texts, datetime.now(UTC))
    settler = Settler(
        store=store,
        consider=judge,
        writer=make_writer(config),
        worker="bench",
        batch=config.settle.batch,
        lease=config.settle.lease_time,
    )
    try:
        yield Bench(store=store, house=house, settler=settler)
    finally:
        desk.close()
        store.close()
