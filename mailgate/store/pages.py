"""The rows that one recording adds: gathered message by message, written table by table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from mailgate.core.decision import Outcome
from mailgate.store.brake import Leave, address_key, counted_domain
from mailgate.store.database import Database, Json
from mailgate.store.decisions import add
from mailgate.store.incidents import OpenIncident, incident_of
from mailgate.store.pushes import Origin, add_pushes, added, moved, opened
from mailgate.store.tables import Channel, LetterState, MessageState, messages, outbox, tickets
from mailgate.store.tickets import ROUTE, add_entries, entry_row, route, ticket_row
from mailgate.store.verdicts import Verdict

MOVE = (
    update(tickets)
    .where(tickets.c.number == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in ROUTE})
)

STATUS = ("message_id", "author", "author_name", "subject", "outcome", "reason", "scan", "settled_at")
SETTLE = (
    update(messages)
    .where(messages.c.id == bindparam("which"))
    .values(
        {name: bindparam(f"new_{name}") for name in STATUS}
        | {"state": MessageState.SETTLED, "claimed_by": None, "not_before": None, "claims": 0}
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A verdict with its ticket number and its letter, ready to be written."""

    verdict: Verdict
    # The ticket that it opens or adds to, or None.
    number: str | None
    # The reference of the question that its letter asks; "" when it asks none.
    token: str = ""
    # Message-ID and complete bytes of the letter; empty without one.
    letter_id: str = ""
    letter: bytes = b""
    # The letter without its number, and how long it waits for that of the ticket system; None: not at all.
    draft: Json | None = None
    number_wait: timedelta = timedelta(0)
    # Which mail it is, whichever way it came; None without a Message-ID.
    fingerprint: str | None
    # The columns of the decision that hold documents, as JSON.
    evidence: dict[str, Json]
    # Our numbers of the messages that it decides along with it.
    with_ids: frozenset[int] = frozenset()

    @property
    def adds(self) -> bool:
        """Whether its message is added to the ticket of another one."""
        return self.verdict.decision.outcome is Outcome.APPEND


@dataclass(slots=True, kw_only=True)
class Pages:
    """Rows by table."""

    decisions: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    routes: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    # Tickets that the ticket system is told of, and whether it is told of new ones.
    told: set[str] = field(default_factory=set)
    tells: bool = False
    # To which new tickets are tied.
    incidents: Sequence[OpenIncident] = ()

    def add_ticket(self, draft: Draft, *, is_open: bool, now: datetime) -> None:
        """What the decision means for a ticket: open it, move the one that is open already, or add to another one."""
        verdict, number = draft.verdict, draft.number
        if number is None or verdict.decision.outcome not in (Outcome.TICKET, Outcome.APPEND):
            return
        message, facts = verdict.message, verdict.facts
        if verdict.decision.outcome is Outcome.TICKET and is_open:
            to = route(verdict.decision)
            self.routes.append({"which": number} | {f"new_{k}": v for k, v in to.items()})
            if number in self.told:
                self.pushes.append(moved(number, to, _origin(verdict), now))
            return
        entry = entry_row(number, message.id, facts, now)
        self.entries.append(entry)
        if verdict.decision.outcome is Outcome.TICKET:
            ticket = ticket_row(number, message.id, message.raw.received_at, facts, verdict.decision, now)
            ticket["incident"] = incident_of(ticket, self.incidents)
            self.tickets.append(ticket)
            if self.tells:
                self.told.add(number)
                self.pushes.append(opened(ticket, entry, _origin(verdict), now))
        elif number in self.told:
            self.pushes.append(added(entry, _origin(verdict), now))

    def add_letter(self, draft: Draft, leave: Leave, state: LetterState, now: datetime) -> None:
        """The letter, to be sent at once or to wait for an operator."""
        reply = draft.verdict.reply
        if reply is None:
            return
        is_about_ticket = draft.verdict.decision.outcome in (Outcome.TICKET, Outcome.APPEND)
        self.letters.append(
            {
                "message": draft.verdict.message.id,
                "ticket": draft.number if is_about_ticket else draft.verdict.decision.related,
                "channel": Channel.MAIL,
                "template": reply.template,
                "state": state,
                "message_id": draft.letter_id,
                "recipient": reply.to,
                "recipient_key": (key := address_key(reply.to)),
                "recipient_domain": counted_domain(key),
                "cause": reply.cause,
                "subject": reply.numbered(draft.number or "").referring(draft.token).subject,
                "created_at": now,
                "due_at": now + draft.number_wait,
                "attempts": 0,
                "volley": leave.volley,
                "error": leave.error,
                "sender": "",
                "draft": draft.draft,
                "content": draft.letter,
            }
        )

    def add_status(self, verdict: Verdict, outcome: str, reason: str, now: datetime) -> None:
        """What lists show of the message from now on."""
        authors = verdict.facts.mail.authors
        self.statuses.append(
            {
                "which": verdict.message.id,
                "new_message_id": verdict.facts.mail.message_id,
                "new_author": ", ".join(author.addr for author in authors),
                "new_author_name": ", ".join(author.name for author in authors if author.name),
                "new_subject": verdict.facts.mail.subject,
                "new_outcome": outcome,
                "new_reason": reason,
                "new_scan": verdict.facts.scan,
                "new_settled_at": now,
            }
        )

    def save(self, database: Database, connection: Connection) -> None:
        """Write everything, in the order in which the rows refer to each other."""
        for statement, rows in ((insert(tickets), self.tickets), (MOVE, self.routes)):
            if rows:
                connection.execute(statement, rows)
        add_entries(database, connection, self.entries)
        numbers = add(connection, self.decisions)
        letters = [row | {"decision": numbers[row["message"]]} for row in self.letters]
        for statement, rows in ((insert(outbox), letters), (SETTLE, self.statuses)):
            if rows:
                connection.execute(statement, rows)
        add_pushes(database, connection, [row | {"decision": numbers[row["message"]]} for row in self.pushes])


def _origin(verdict: Verdict) -> Origin:
    message = verdict.message
    return Origin(
        id=message.id,
        digest=message.digest,
        message_id=verdict.facts.mail.message_id,
        received_at=message.raw.received_at,
    )


def messages_of(drafts: Iterable[Draft]) -> list[int]:
    """Our numbers of the messages."""
    return [draft.verdict.message.id for draft in drafts]
