"""The store: everything that mailgate remembers, behind one door."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from mailgate.core.mail import RawMessage
from mailgate.core.sequel import Standing
from mailgate.store import claims, keeping, proofs, schema
from mailgate.store.audit import Audit
from mailgate.store.balance import Balance, balance
from mailgate.store.bounces import Bounces
from mailgate.store.claims import StoredMessage
from mailgate.store.database import Database
from mailgate.store.incidents import Incidents
from mailgate.store.jobs import Jobs
from mailgate.store.keeping import Kept
from mailgate.store.mailboxes import Mailboxes
from mailgate.store.messages import Messages
from mailgate.store.notices import Notices
from mailgate.store.numbers import Numbers
from mailgate.store.outbox import Outbox
from mailgate.store.people import People
from mailgate.store.persons import Persons
from mailgate.store.questions import Questions
from mailgate.store.recording import Recorder
from mailgate.store.relays import Relays
from mailgate.store.reports import Reports
from mailgate.store.retention import Retention
from mailgate.store.rulebooks import Rulebooks
from mailgate.store.standing import standings
from mailgate.store.tickets import Tickets
from mailgate.store.verdicts import Crash, Postponed, Recorded, Verdict, Writer
from mailgate.store.waiting import Waiting


class Store:
    """One database. Safe to share between threads; each process opens its own. Every method may raise `Temporary`."""

    def __init__(self, url: str, ticket_prefix: str = "ZGL", secret: Callable[[], bytes] = bytes) -> None:
        """`secret` gives what seals the audit trail; see `Database`."""
        self.database = Database(url, secret)
        self.audit = Audit(self.database)
        self.messages = Messages(self.database)
        self.mailboxes = Mailboxes(self.database)
        self.tickets = Tickets(self.database, ticket_prefix)
        self.outbox = Outbox(self.database)
        self.bounces = Bounces(self.database)
        self.people = People(self.database)
        self.relays = Relays(self.database)
        self.rulebooks = Rulebooks(self.database)
        self.questions = Questions(self.database)
        self.waiting = Waiting(self.database)
        self.notices = Notices(self.database)
        self.incidents = Incidents(self.database)
        self.reports = Reports(self.database)
        self.retention = Retention(self.database)
        self.persons = Persons(self.database)
        self.numbers = Numbers(self.database)
        self.jobs = Jobs(self.database)
        self._recorder = Recorder(self.database, self.tickets)

    def upgrade(self) -> None:
        """Create the tables or bring them up to date; safe to run at any time."""
        schema.upgrade(self.database)

    def check(self) -> None:
        """Make sure that the tables are those that this code needs.

        Raises:
            Permanent: they are not; the sentence says what to do.
        """
        schema.check(self.database)

    def keep(self, incoming: Sequence[RawMessage]) -> list[Kept]:
        """Keep messages in one transaction; a receipt may be given when this returns, not before."""
        return keeping.keep(self.database, incoming)

    def claim(self, worker: str, limit: int, lease: timedelta, now: datetime) -> list[StoredMessage]:
        """Take up to `limit` messages for the worker, oldest first. Names of living workers must differ."""
        return claims.claim(self.database, worker, limit, lease, now)

    def lay_back(self, taken: Sequence[StoredMessage]) -> None:
        """Give claimed messages back that nothing was recorded of; another worker may have them at once."""
        claims.lay_back(self.database, taken)

    def forsake(self, worker: str, now: datetime) -> int:
        """End the leases of a worker that is known to be dead; the answer is how many messages it held."""
        return claims.forsake(self.database, worker, now)

    def keep_results(self, results: Mapping[int, str]) -> None:
        """Keep what DNS said about the authors of messages, by our numbers."""
        proofs.keep_results(self.database, results)

    def record(self, batch: Sequence[Verdict | Crash | Postponed], writer: Writer, now: datetime) -> list[Recorded]:
        """Record what was decided, in one transaction. Doing it twice adds nothing."""
        return self._recorder.record(batch, writer, now)

    def standings(self, ids: Collection[int]) -> dict[int, Standing]:
        """How things stand with those of the messages that are settled or parked, by our number."""
        with self.database.reading() as connection:
            return standings(connection, ids)

    def balance(self) -> Balance:
        """Count everything, and name what is missing."""
        return balance(self.database)

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()
