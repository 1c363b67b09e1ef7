"""Facts and a small catalogue by hand: what each test says differently stands in the test."""

from datetime import UTC, date, datetime
from typing import Any

from mailgate.core.automatic import Automatic, Machine
from mailgate.core.choice import Choice, Chosen
from mailgate.core.cues import Cue
from mailgate.core.facts import Facts, Known, KnownQuestion, KnownTicket, Person
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Hearing, Identity, Trust
from mailgate.core.mail import Address, Attachment, Envelope, Mail, Scan
from mailgate.core.request import Kind, Request
from mailgate.core.service import Candidate, Match, Named
from mailgate.core.thread import Thread

ANNA = "anna@firma.pl"
FIRM = "Firma Sp. z o.o."

CATALOGUE = """
[[system]]
id = "aes"
name = "AES"
[[system]]
id = "emcs"
name = "EMCS PL2"
[[system]]
id = "zefir2"
name = "ZEFIR2"
[[service]]
id = "eksport-zgloszenie"
title = "Złóż wywozowe zgłoszenie celne"
area = "Eksport"
systems = ["aes"]
[[service]]
id = "s2s-aes"
title = "Usługi sieciowe AES"
area = "Usługi niewizualne"
channel = "s2s"
systems = ["aes"]
[[service]]
id = "ead"
title = "Złóż dokument e-AD"
area = "Akcyza"
systems = ["emcs"]
[[service]]
id = "edd"
title = "Złóż dokument e-DD"
area = "Akcyza"
systems = ["emcs"]
[[service]]
id = "akc-ww"
title = "Złóż deklarację AKC-WW"
area = "Akcyza"
systems = ["zefir2"]
[[service]]
id = "zaloz-konto"
title = "Załóż konto"
area = "Konto"
[[matter]]
id = "login-unlock"
title = "przywrócenie możliwości logowania"
trust = "proven"
[[matter]]
id = "email-change"
title = "zmiana adresu e-mail"
trust = "claimed"
[[desk_of_others]]
id = "etoll"
name = "Obsługa klienta e-TOLL"
handles = "opłaty za przejazd"
email = "kontakt@etoll.gov.pl"
[[desk_of_others]]
id = "kis"
name = "Krajowa Informacja Skarbowa"
handles = "pytania o przepisy podatkowe"
phone = "22 330 03 30"
[desk]
portal_url = "https://puesc.gov.pl"
portal_menu = "POMOC"
portal_item = "Help Desk SISC"
faq_url = "https://puesc.gov.pl/pomoc"
phone = "+48 33 483 20 55"
phone_wait_minutes = 6
phone_queue_limit = 10
phone_drop_minutes = 30
complaint_days = 5
"""

LAST = '[[rule]]\nname = "no_service"\nwhy = "nobody knows where it belongs"\nthen = { outcome = "reject" }\n'


def candidate(service: str | None, system: str | None = None, score: float = 0.9, words: str = "słowa") -> Candidate:
    return Candidate(service=service, system=system, score=score, how="title", words=tuple(words.split()))


def facts(
    *,
    subject: str = "Pytanie",
    body: str = "Dzień dobry, mam pytanie.",
    authors: tuple[str, ...] = (ANNA,),
    trust: Trust = Trust.PROVEN,
    machine: Machine | None = None,
    login: bool = True,
    active: bool = True,
    history: bool = True,
    ticket: KnownTicket | None = None,
    question: KnownQuestion | None = None,
    choice: Choice | None = None,
    chosen: Choice | None = None,
    named: Named = Named.NOTHING,
    candidates: tuple[Candidate, ...] = (),
    margin: float = 0.0,
    attachments: tuple[Attachment, ...] = (),
    identifiers: tuple[Identifier, ...] = (),
    size: int = 6000,
    cues: tuple[Cue, ...] = (),
    relay: Hearing | None = None,
    scan: Scan | None = None,
    **request: Any,
) -> Facts:
    """A proven login with CSD history who asks about nothing in particular, unless told otherwise."""
    asked: dict[str, Any] = {
        "kind": Kind.INFORMATION,
        "matter": None,
        "environment": "production",
        "language": "pl",
        "complaint": False,
        "form_filling": False,
        "other_desk": None,
    }
    mail = Mail(
        message_id="<1@firma.pl>",
        authors=tuple(Address(addr=addr, name="Anna Nowak") for addr in authors),
        sender=None,
        reply_to=(),
        to=(),
        cc=(),
        subject=subject,
        date=datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
        text=body,
        attachments=attachments,
        answers=(),
        headers=(),
        content_type="text/plain",
        reports=(),
        enclosed=(),
        defects=(),
    )
    person = None
    if login and authors:
        person = Person(login=authors[0], organisation=FIRM, active=active, first_contact=date(2025, 1, 1))
    return Facts(
        scan=scan,
        envelope=Envelope(source="smtp"),
        size=size,
        mail=mail,
        thread=Thread(new_text=body, quotation="", signature="", answers=(), tickets=()),
        automatic=Automatic(machine=machine, evidence="Auto-Submitted: auto-replied") if machine else None,
        identity=Identity(
            address=authors[0] if len(authors) == 1 else None,
            trust=trust,
            evidence="dmarc=pass by mx.mf.gov.pl",
            relay=relay,
        ),
        identifiers=identifiers,
        match=Match(named=named, candidates=candidates, margin=margin),
        request=Request(**{**asked, **request}, cues=cues),
        known=Known(person=person, has_history=history, ticket=ticket, question=question),
        choice=choice,
        chosen=chosen,
    )


def ticket(status: str = "open", requester: str = ANNA, matter: str | None = None, *, of: str = FIRM) -> KnownTicket:
    return KnownTicket(
        number="ZGL0000007",
        requester=requester,
        status=status,
        opened_at=datetime(2026, 1, 10, tzinfo=UTC),
        matter=matter,
        organisation=of,
    )


def question(state: str = "open", *, author: str = ANNA, asked: int = 1) -> KnownQuestion:
    return KnownQuestion(
        digest="5f2c" * 16,
        message=7,
        author=author,
        subject="problem",
        language="pl",
        offers=("akc-ww", "zaloz-konto"),
        reason="points_to_service",
        asked=asked,
        state=state,
    )


def choice(service: str | None = "akc-ww", *, says: Chosen = Chosen.SERVICE, bare: bool = False) -> Choice:
    return Choice(chosen=says, service=service, system="zefir2" if service else None, saw="the number 1", bare=bare)
