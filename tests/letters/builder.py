"""A person, a desk and its decisions by hand: what each test says differently stands in the test."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailgate.core.automatic import Automatic
from mailgate.core.catalogue import Catalogue, read_catalogue
from mailgate.core.decision import Decision
from mailgate.core.facts import Facts, Known, KnownTicket, Person
from mailgate.core.identity import Identity, Trust
from mailgate.core.mail import Address, Envelope, Mail
from mailgate.core.outcome import Outcome
from mailgate.core.published import Office, read_published
from mailgate.core.reply import Letters, Reply, draft_reply, read_letters
from mailgate.core.request import Kind, Request
from mailgate.core.service import Match, Named
from mailgate.core.tables import read_tables
from mailgate.core.thread import Thread

ROOT = Path(__file__).parents[2]
ANNA = "anna.kowalska@spedycja.example"
DESK = "helpdesk-eclo@mf.gov.pl"
DIGEST = "5f2c" * 16
RECEIVED = datetime(2025, 11, 22, 16, 3, tzinfo=UTC)

CATALOGUE_TEXT = """
[[system]]
id = "sent"
name = "SENT"
[[system]]
id = "aes"
name = "AES"
[[system]]
id = "ais-intrastat"
name = "AIS/INTRASTAT"
[[system]]
id = "bcp"
name = "BCP"
[[service]]
id = "rmpd"
title = "Wyślij zgłoszenie przewozu RMPD"
area = "SENT"
systems = ["sent"]
[[service]]
id = "sent-do-polski"
title = "Wyślij zgłoszenie przywozu towaru do Polski (przewóz rozpoczyna się poza terytorium Polski) – złożenie, aktualizacja, uzupełnienie i zamknięcie zgłoszenia"
area = "SENT"
systems = ["sent"]
[[service]]
id = "intrastat"
title = "Złóż zgłoszenie INTRASTAT"
title_en = "Submit the INTRASTAT declaration"
area = "Intrastat"
systems = ["ais-intrastat"]
page = "https://puesc.gov.pl/uslugi/zloz-zgloszenie-intrastat"
[[service]]
id = "pous"
title = "Potwierdź unijny status celny towarów"
title_en = "Prove the customs status of Union goods"
area = "Eksport"
systems = ["aes"]
[[service]]
id = "e-platnosci"
title = "e-Płatności"
area = "Płatności"
[[matter]]
id = "login-unlock"
title = "przywrócenie możliwości logowania na PUESC po trzykrotnym podaniu niepoprawnego loginu i/lub hasła"
title_en = "restoring the login to PUESC after a wrong login or password was given three times"
[[desk_of_others]]
id = "etoll"
name = "Obsługa klienta e-TOLL"
name_en = "e-TOLL customer service"
handles = "opłaty za przejazd, konto IKK, urządzenia pokładowe i reklamacje e-TOLL"
handles_en = "road tolls, the IKK account, on-board units and e-TOLL claims"
email = "kontakt@etoll.gov.pl"
phone = "+48 22 24 337 77"
[[desk_of_others]]
id = "kobize"
name = "KOBiZE"
handles = "pytania o przepisy CBAM: kogo i czego dotyczą, terminy, certyfikaty"
handles_en = "questions about the CBAM rules: whom and what they cover, deadlines, certificates"
"""  # noqa: E501 - titles stand as published


def catalogue(text: str = CATALOGUE_TEXT) -> Catalogue:
    tables, problems = read_tables("catalogue.toml", text)
    read, mistakes = read_catalogue(tables)
    assert not problems + mistakes
    return read


def office(text: str | None = None) -> Office:
    """The desk with what `rules/desk.toml` says, or another text in its place."""
    tables, problems = read_tables("desk.toml", text or (ROOT / "rules" / "desk.toml").read_text(encoding="utf-8"))
    published, mistakes = read_published(tables)
    assert not problems + mistakes
    return Office(
        name="Help Desk SISC",
        address=DESK,
        own_addresses=frozenset({DESK}),
        timezone=ZoneInfo("Europe/Warsaw"),
        wait_days=14,
        published=published,
    )


def template_files() -> dict[str, str]:
    """The operator's own templates."""
    folder = ROOT / "templates"
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.md"))
    }


def letters(**changed: str) -> Letters:
    """The operator's own letters; `changed` takes the place of "pl/<name>.md" and "en/<name>.md"."""
    files = template_files()
    for name, text in changed.items():
        for language in ("pl", "en"):
            files[f"{language}/{name.replace('_', '-')}.md"] = text
    read, problems = read_letters(files)
    assert not problems, problems
    return read


def decision(outcome: Outcome = Outcome.TICKET, template: str | None = "ticket", **more: Any) -> Decision:
    """A ticket about RMPD, unless told otherwise."""
    opened = outcome in {Outcome.TICKET, Outcome.APPEND, Outcome.CLARIFY}
    said: dict[str, Any] = {
        "outcome": outcome,
        "reason": str(outcome),
        "service": "rmpd" if opened else None,
        "system": "sent" if opened else None,
        "kind": Kind.INCIDENT if opened else None,
        "matter": None,
        "environment": "production",
        "desk": None,
        "queue": "sent",
        "priority": "normal",
        "template": template,
        "candidates": (),
        "ticket": None,
        "revision": "r1",
        "findings": (),
    }
    return Decision(**{**said, **more})


def facts(
    *,
    subject: str = "RMPD – błąd 4011",
    author: str | None = ANNA,
    trust: Trust = Trust.PROVEN,
    login: bool = True,
    language: str = "pl",
    mail_from: str | None = ANNA,
    message_id: str | None = "<rmpd-1@spedycja.example>",
    answers: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    automatic: Automatic | None = None,
    ticket: KnownTicket | None = None,
    tickets: tuple[str, ...] = (),
) -> Facts:
    """A proven login with CSD history who writes in Polish, unless told otherwise."""
    mail = Mail(
        message_id=message_id,
        authors=(Address(addr=author, name="Anna Kowalska"),) if author else (),
        sender=None,
        reply_to=(),
        to=(Address(addr=DESK),),
        cc=(),
        subject=subject,
        date=RECEIVED,
        text="Dzień dobry, zgłoszenie zostało odrzucone z błędem 4011.\n",
        attachments=(),
        answers=answers,
        headers=headers,
        content_type="text/plain",
        reports=(),
        enclosed=(),
        defects=(),
    )
    return Facts(
        envelope=Envelope(source="smtp", mail_from=mail_from, recipients=(DESK,)),
        size=6000,
        mail=mail,
        thread=Thread(new_text=mail.text, quotation="", signature="", answers=answers, tickets=tickets),
        automatic=automatic,
        identity=Identity(address=author, trust=trust, evidence="dmarc=pass by mx.mf.gov.pl"),
        identifiers=(),
        match=Match(named=Named.SERVICE, candidates=(), margin=0.0),
        request=Request(
            kind=Kind.INCIDENT,
            matter=None,
            environment="production",
            language=language,
            complaint=False,
            form_filling=False,
            other_desk=None,
            cues=(),
        ),
        known=Known(
            person=Person(login=author, first_contact=date(2025, 1, 7)) if login and author else None,
            has_history=True,
            ticket=ticket,
        ),
    )


def draft(decided: Decision, known: Facts, *, templates: Letters, desk: Office | None = None) -> Reply | None:
    """The letter with the small catalogue above, as of the afternoon of 22 November 2025."""
    return draft_reply(
        decided,
        known,
        received_at=RECEIVED,
        digest=DIGEST,
        catalogue=catalogue(),
        letters=templates,
        office=desk or office(),
    )
