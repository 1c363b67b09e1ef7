"""The cast: a few people, their mails in full, and what the rooms before the store would have made of them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from mailgate.core.choice import Choice
from mailgate.core.decision import Decision, Finding, Outcome
from mailgate.core.facts import Facts, Known
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Identity, Trust
from mailgate.core.mail import Address, Envelope, Mail, RawMessage
from mailgate.core.reply import NUMBER_TO_COME, Reply
from mailgate.core.request import Kind, Request
from mailgate.core.service import Match, Named
from mailgate.core.thread import Thread
from mailgate.store.brake import Limits
from mailgate.store.claims import StoredMessage
from mailgate.store.facade import Store
from mailgate.store.verdicts import Verdict, Writer

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
REVISION = "r1"
FILE = "mailgate.db"

# For what only one of the two databases has; everything else is tested on both.
ON_A_FILE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_A_SERVER = pytest.mark.parametrize("url", ["postgresql"], indirect=True)

ANNA = """\
From: Anna Kowalska <anna.kowalska@spedycja.example>
To: helpdesk-eclo@mf.gov.pl
Subject: SENT100 - odrzucone zgłoszenie
Date: Mon, 23 Nov 2026 11:58:00 +0100
Message-ID: <sent100@spedycja.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
zgłoszenie SENT20261123000417 zostało odrzucone z błędem 4011.
Proszę o pomoc.

Anna Kowalska
"""

BORYS = """\
From: Borys Nowak <borys@tranzyt.example>
To: helpdesk-eclo@mf.gov.pl
Subject: AKC-WW - jak poprawić deklarację
Date: Mon, 23 Nov 2026 11:59:00 +0100
Message-ID: <akcww@tranzyt.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry, jak złożyć korektę deklaracji AKC-WW za październik?
Borys Nowak
"""

# Anna's mail as it came a second way: fetched from a mailbox, with the headers that servers add.
ANNA_BY_IMAP = f"Return-Path: <anna.kowalska@spedycja.example>\nReceived: by mx.mf.gov.pl; 23 Nov 2026\n{ANNA}\n"


def anna(number: int) -> str:
    """Another mail of Anna's, one of many."""
    return ANNA.replace("SENT100 -", f"SENT100 ({number}) -").replace("<sent100@", f"<sent100.{number}@")


def raw(text: str = ANNA, *, received_at: datetime = NOON, source: str = "smtp") -> RawMessage:
    """A mail as it comes through a door."""
    envelope = Envelope(
        source=source,  # type: ignore[arg-type]  # a test names the way in as text
        mail_from="anna.kowalska@spedycja.example",
        recipients=("helpdesk-eclo@mf.gov.pl",),
        client="192.0.2.7",
        helo="mail.spedycja.example",
    )
    return RawMessage(content=text.replace("\n", "\r\n").encode(), envelope=envelope, received_at=received_at)


def facts_of(message: RawMessage, known: Known | None = None) -> Facts:
    """The facts about a plain mail, read by the standard library."""
    parsed = message_from_bytes(message.content, policy=policy.default)
    author = parsed["From"].addresses[0]
    text = parsed.get_content().replace("\r\n", "\n")
    mail = Mail(
        message_id=parsed["Message-ID"],
        authors=(Address(addr=author.addr_spec, name=author.display_name),),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        subject=str(parsed["Subject"]),
        date=parsedate_to_datetime(str(parsed["Date"])),
        text=text,
        attachments=(),
        answers=(),
        headers=(),
        content_type="text/plain",
        reports=(),
        enclosed=(),
        defects=(),
    )
    return Facts(
        envelope=message.envelope,
        size=len(message.content),
        mail=mail,
        thread=Thread(new_text=text, quotation="", signature="", answers=(), tickets=()),
        automatic=None,
        identity=Identity(address=author.addr_spec, trust=Trust.PROVEN, evidence="dmarc=pass by mx.mf.gov.pl"),
        identifiers=(Identifier(type="sent", value="SENT20261123000417", valid=True),),
        match=Match(named=Named.SERVICE, candidates=(), margin=1.0),
        request=Request(
            kind=Kind.INCIDENT,
            matter=None,
            environment="production",
            language="pl",
            complaint=False,
            form_filling=False,
            other_desk=None,
            cues=(),
        ),
        known=known or Known(has_history=True),
    )


TICKET = Decision(
    outcome=Outcome.TICKET,
    reason="service-named",
    service="sent-zgloszenie",
    system="sent",
    kind=Kind.INCIDENT,
    matter=None,
    environment="production",
    desk=None,
    queue="sent",
    priority="normal",
    template="ticket",
    candidates=("sent-zgloszenie",),
    ticket=None,
    revision=REVISION,
    findings=(Finding(rule="service-named", hit=True, saw="the subject names SENT100", source="policy.toml:40"),),
)
REJECT = replace(
    TICKET,
    outcome=Outcome.REJECT,
    reason="no_service",
    service=None,
    system=None,
    kind=None,
    template="reject-no-service",
    candidates=(),
)


def append_to(number: str) -> Decision:
    """An answer to a ticket."""
    return replace(TICKET, outcome=Outcome.APPEND, reason="answers-ticket", template=None, ticket=number)


def letter(to: str = "anna.kowalska@spedycja.example", *, template: str = "ticket", cause: str = "") -> Reply:
    """A letter with a place for the ticket's number."""
    return Reply(
        to=to,
        subject=f"[{NUMBER_TO_COME}] SENT100 - odrzucone zgłoszenie",
        text=f"Dzień dobry,\n\nPani zgłoszenie ma numer {NUMBER_TO_COME}.\n",
        html=f"<p>Pani zgłoszenie ma numer {NUMBER_TO_COME}.</p>",
        template=template,
        cause=cause or template,
        in_reply_to="<sent100@spedycja.example>",
        references=("<sent100@spedycja.example>",),
        languages=("pl",),
    )


def compose(reply: Reply, message_id: str, now: datetime) -> bytes:
    """A letter as simple as can be."""
    head = f"To: {reply.to}\r\nMessage-ID: {message_id}\r\nDate: {now:%d %b %Y}\r\nSubject: {reply.subject}\r\n\r\n"
    return (head + reply.text.replace("\n", "\r\n")).encode()


def letter_id(digest: str, template: str) -> str:
    """A Message-ID that is the same each time."""
    return f"<{template}.{digest[:16]}@mf.gov.pl>"


def token(digest: str) -> str:
    """A reference that is the same each time, of the signs that references have."""
    signs = "".join("BCDFGHJKMNPQRSTV"[int(digit, 16)] for digit in digest[:10])
    return f"{signs[:5]}-{signs[5:]}"


WIDE = Limits(window=timedelta(hours=24), per_address_per_day=20, per_day=20_000)


def writer(limits: Limits = WIDE) -> Writer:
    """How letters are written here."""
    return Writer(compose=compose, letter_id=letter_id, token=token, limits=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What a rulebook made of a mail."""

    facts: Facts
    decision: Decision
    reply: Reply | None


def consider(message: RawMessage, chosen: Choice | None = None) -> Considered:
    """A rulebook that opens a ticket for everything."""
    del chosen
    digest = message.digest
    return Considered(facts=facts_of(message), decision=TICKET, reply=letter(cause=f"ticket:{digest}"))


def verdict(message: StoredMessage, decision: Decision = TICKET, reply: Reply | None = None) -> Verdict:
    """What was decided about a stored message."""
    return Verdict(message=message, facts=facts_of(message.raw), decision=decision, reply=reply)


def new_store(place: Path | str) -> Store:
    """A new store with a rulebook in it: a file in a folder, or wherever a URL says."""
    store = Store(f"sqlite:///{place / FILE}" if isinstance(place, Path) else place)
    store.upgrade()
    store.rulebooks.keep(REVISION, {"policy.toml": "# all of it\n"}, NOON)
    return store


def claim_all(store: Store, now: datetime = NOON, worker: str = "w1") -> list[StoredMessage]:
    """Everything that waits."""
    return store.claim(worker, 1000, LEASE, now)
