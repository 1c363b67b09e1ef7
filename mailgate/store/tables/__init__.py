"""The tables. `table=True` classes do not validate, so they stay in this room; other rooms see plain records.

Nothing here is known to one database only. Times are UTC, texts have no length, JSON is a document that is never
searched. The statements use the `Table` objects at the end: the hot paths are SQLAlchemy core (design section 11).
"""

from mailgate.store.tables.decision import decisions, rulebooks
from mailgate.store.tables.effect import Channel, LetterState, bounces, outbox
from mailgate.store.tables.incident import incidents
from mailgate.store.tables.job import jobs
from mailgate.store.tables.mailbox import mailboxes, sightings
from mailgate.store.tables.message import MessageState, arrivals, fingerprints, messages, raws, relays
from mailgate.store.tables.notice import notices
from mailgate.store.tables.person import agreements, audits, people, strangers
from mailgate.store.tables.question import QuestionState, answers, questions
from mailgate.store.tables.row import Row
from mailgate.store.tables.ticket import counters, entries, status_changes, tickets
from mailgate.store.tables.vital import vitals

__all__ = [
    "Channel",
    "LetterState",
    "MessageState",
    "QuestionState",
    "Row",
    "agreements",
    "answers",
    "arrivals",
    "audits",
    "bounces",
    "counters",
    "decisions",
    "entries",
    "fingerprints",
    "incidents",
    "jobs",
    "mailboxes",
    "messages",
    "notices",
    "outbox",
    "people",
    "questions",
    "raws",
    "relays",
    "rulebooks",
    "sightings",
    "status_changes",
    "strangers",
    "tickets",
    "vitals",
]
