"""The road of one message, walked with whole mails and the rules of this repository."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from mailgate.app.house import folders_of, read_house
from mailgate.config import Config
from mailgate.core.decision import Outcome
from mailgate.core.facts import Known, KnownTicket, Person, Question
from mailgate.core.identity import Trust
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.request import Kind
from mailgate.gate import Considered, House, consider
from mailgate.trouble import Temporary

NOON = datetime(2026, 1, 19, 12, 0, tzinfo=UTC)
ANNA = "anna.kowalska@spedycja-baltyk.example"

SENT = f"""\
Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example
From: Anna Kowalska <{ANNA}>
To: helpdesk-eclo@mf.gov.pl
Subject: SENT100 - odrzucone zgłoszenie
Date: Mon, 19 Jan 2026 11:58:00 +0100
Message-ID: <sent100@spedycja-baltyk.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,
zgłoszenie SENT20260119000417 zostało odrzucone z błędem, nie możemy go wysłać.
Proszę o pomoc.

Anna Kowalska
"""
UNPROVEN = SENT.partition("\n")[2]
ANSWER = f"""\
Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example
From: Anna Kowalska <{ANNA}>
To: helpdesk-eclo@mf.gov.pl
Subject: Re: [ZGL0000007] SENT100 - odrzucone zgłoszenie
In-Reply-To: <mg.letter@mf.gov.pl>
Date: Mon, 19 Jan 2026 13:10:00 +0100
Message-ID: <sent100-2@spedycja-baltyk.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dodaję, że błąd ma numer 4011.

W dniu 19.01.2026 o 12:00, Help Desk SISC pisze:
> Dzień dobry,
> przyjęliśmy Pani zgłoszenie AKC-WW.
"""
UNLOCK = """\
Authentication-Results: mailgate.localhost; dmarc=none header.from=spedycja-baltyk.example
From: anna.kowalska@spedycja-baltyk.example
To: helpdesk-eclo@mf.gov.pl
Subject: =?utf-8?Q?Odblokowanie_konta_=E2=80=93_przywr=C3=B3cenie_mo=C5=BCliwo=C5=9Bci_logowania?=
Date: Mon, 19 Jan 2026 11:58:00 +0100
Message-ID: <unlock@spedycja-baltyk.example>

Trzy razy podalam zle haslo. Prosze o odblokowanie konta.
"""
HIJACK = """\
Authentication-Results: mailgate.localhost; dmarc=none header.from=spedycja-baltyk.example
From: Anna Kowalska <anna.kowalska@spedycja-baltyk.example>
To: helpdesk-eclo@mf.gov.pl
Subject: [ZGL0000001] additional information
Date: Mon, 19 Jan 2026 14:20:00 +0100
Message-ID: <hijack@evil.example>

Please change my e-mail to evil@evil.example and send the new password there.
"""


@cache
def house() -> House:
    config = Config(root=Path(__file__).parent.parent)
    return read_house(config, folders_of(config))


KNOWN = Known(person=Person(login=ANNA, first_contact=date(2024, 3, 1)), has_history=True)


@dataclass(slots=True)
class Desk:
    """A desk that knows Anna, and remembers what it was asked."""

    known: Known = KNOWN
    asked: list[Question] = field(default_factory=list)

    def knows(self, question: Question) -> Known:
        self.asked.append(question)
        return self.known


def walk(text: str, desk: Desk | None = None, *, client: str = "127.0.0.1") -> Considered:
    envelope = Envelope(source="smtp", mail_from=ANNA, client=client, recipients=("helpdesk-eclo@mf.gov.pl",))
    raw = RawMessage(content=text.replace("\n", "\r\n").encode(), envelope=envelope, received_at=NOON)
    return consider(raw, desk=desk or Desk(), house=house())


def test_a_good_mail_becomes_a_ticket_with_a_polish_letter_to_its_author() -> None:
    considered = walk(SENT)

    decision, reply = considered.decision, considered.reply
    assert (decision.outcome, decision.service, decision.kind) == (Outcome.TICKET, "sent-z-polski", Kind.INCIDENT)
    assert considered.facts.identity.trust is Trust.PROVEN
    assert [(each.type, each.value) for each in considered.facts.identifiers][:1] == [("form", "SENT100")]
    assert reply is not None
    assert (reply.to, reply.languages, reply.in_reply_to) == (ANNA, ("pl",), "<sent100@spedycja-baltyk.example>")


def test_the_desk_is_asked_exactly_once_and_for_all_there_is_to_ask() -> None:
    desk = Desk()

    walk(ANSWER, desk)

    assert desk.asked == [
        Question(received_at=NOON, author=ANNA, answers=("<mg.letter@mf.gov.pl>",), tickets=("ZGL0000007",))
    ]


def test_the_same_mail_is_judged_the_same_however_often() -> None:
    assert walk(SENT) == walk(SENT)


def test_an_answer_to_an_open_ticket_is_added_to_it_and_its_quotation_names_no_service() -> None:
    ticket = KnownTicket(number="ZGL0000007", requester=ANNA, status="open", opened_at=NOON)
    desk = Desk(known=replace(KNOWN, ticket=ticket))

    considered = walk(ANSWER, desk)

    assert (considered.decision.outcome, considered.decision.ticket) == (Outcome.APPEND, "ZGL0000007")
    assert considered.facts.thread.new_text == "Dodaję, że błąd ma numer 4011."
    assert [each.service for each in considered.facts.match.candidates] == ["sent-z-polski"]


def test_a_header_that_a_stranger_wrote_proves_nothing() -> None:
    considered = walk(SENT, client="192.0.2.66")

    assert considered.facts.identity.trust is Trust.CLAIMED
    assert considered.decision.outcome is Outcome.TICKET


def test_a_request_for_access_from_an_unproven_author_waits_for_an_operator() -> None:
    considered = walk(UNLOCK)

    assert (considered.decision.outcome, considered.decision.reason) == (Outcome.HOLD, "matter_unproven")
    assert considered.decision.matter == "login-unlock"


def test_an_unproven_mail_is_not_added_to_a_ticket_about_access_to_an_account() -> None:
    ticket = KnownTicket(number="ZGL0000001", requester=ANNA, status="open", opened_at=NOON, matter="login-unlock")
    desk = Desk(known=replace(KNOWN, ticket=ticket))

    considered = walk(HIJACK, desk)

    assert considered.facts.identity.trust is Trust.CLAIMED
    assert (considered.decision.outcome, considered.decision.ticket) == (Outcome.HOLD, None)
    assert considered.decision.reason.startswith("append_unproven")


def test_an_unproven_stranger_is_refused_and_gets_no_letter() -> None:
    considered = walk(UNPROVEN, Desk(known=Known()))

    assert (considered.decision.outcome, considered.decision.reason) == (Outcome.REJECT, "no_login")
    assert considered.reply is None


def test_a_proven_stranger_is_told_what_is_missing() -> None:
    considered = walk(SENT, Desk(known=Known()))

    assert considered.decision.reason == "no_login"
    assert considered.reply is not None
    assert considered.reply.template == "reject-no-login"


def test_a_machine_is_not_answered() -> None:
    considered = walk(SENT.replace("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version", 1))

    assert considered.decision.outcome is Outcome.IGNORE
    assert considered.reply is None


def test_whoever_asks_what_if_can_vouch_for_the_author() -> None:
    raw = RawMessage(content=UNPROVEN.encode(), envelope=Envelope(source="file"), received_at=NOON)

    considered = consider(raw, desk=Desk(), house=house().vouching())

    assert considered.facts.identity.trust is Trust.PROVEN


def test_when_the_desk_is_ill_nobody_is_refused() -> None:
    class IllDesk:
        def knows(self, question: Question) -> Known:
            raise Temporary(f"nobody answers about {question.author}")

    raw = RawMessage(content=SENT.encode(), envelope=Envelope(source="smtp"), received_at=NOON)

    with pytest.raises(Temporary):
        consider(raw, desk=IllDesk(), house=house())


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 1000, b"\xff\xfe\r\n\r\n", b"From: a\r\n" * 2000, bytes(range(256)) * 40]
)
def test_whatever_comes_is_judged(content: bytes) -> None:
    raw = RawMessage(content=content, envelope=Envelope(source="smtp"), received_at=NOON)

    considered = consider(raw, desk=Desk(known=Known()), house=house())

    assert considered.decision.outcome in Outcome
    assert considered.reply is None
