"""Answers to closed tickets, bounces, and the commands around them; a real daemon, its letters in the Maildir."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailgate.store.messages import MessageDetails
from tests.cli.house import DESK, Daemon, Installation, until

CELINA = "celina.wisniewska@agencja-celna-odra.example"
FILIP = "filip.wojcik@transwojcik.example"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon for this file alone: its tickets are closed, its people are silenced."""
    house = Installation.make(tmp_path_factory.mktemp("own") / "house", config="[letters]\nanswer_minutes = 0\n")
    house.upgrade_with_people()
    with house.daemon() as running:
        yield running


def mail(subject: str, text: str, *, sender: str = CELINA, answers: str = "") -> bytes:
    written = EmailMessage()
    written["Authentication-Results"] = f"mailgate.localhost; dmarc=pass header.from={sender.partition('@')[2]}"
    written["From"], written["To"], written["Subject"] = sender, DESK, subject
    written["Date"] = "Mon, 19 Jan 2026 09:12:41 +0100"
    written["Message-ID"] = f"<{abs(hash((subject, text, sender)))}@mail.example>"
    if answers:
        written["In-Reply-To"] = answers
    written.set_content(f"{text}\n")
    return written.as_bytes(policy=policy.SMTP)


def settled(daemon: Daemon, content: bytes) -> MessageDetails:
    [digest] = daemon.send(content)
    return daemon.settled(digest)


def letter_to(daemon: Daemon, message: int) -> EmailMessage:
    """The letter that answers a message, as it lies in the Maildir."""
    with daemon.house.store() as store:
        [line] = store.outbox.list(message=message)
    folder = daemon.house.home / "var/letters/new"

    def look() -> EmailMessage | None:
        letters = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*"))
        return next((letter for letter in letters if letter["Message-ID"] == line.message_id), None)

    return until(look, f"the letter to message {message}")


def text_of(letter: EmailMessage) -> str:
    return " ".join(letter.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]  # our letters have one


def closed_ticket(daemon: Daemon, name: str) -> tuple[str, str]:
    """A ticket of Celina's that an operator has closed, and the Message-ID of its letter."""
    found = settled(daemon, mail("SENT100 odrzucone", f"Zgłoszenie {name} zostało odrzucone."))
    letter = letter_to(daemon, found.line.id)
    answer = daemon.house.run("tickets", "close", found.tickets[0].lower(), "--operator", "Ewa")
    assert (answer.code, answer.out) == (0, f"{found.tickets[0]} is closed\n")
    return found.tickets[0], letter["Message-ID"]


def test_an_answer_to_a_closed_ticket_opens_one_that_points_to_it(own: Daemon) -> None:
    number, letter_id = closed_ticket(own, "A")

    found = settled(own, mail("Re: sprawa", "Błąd wrócił dziś rano.", answers=letter_id.upper()))

    [opened] = found.tickets
    assert (found.line.outcome, found.line.reason) == ("ticket", "follow_up")
    assert f"powiązane z {number}" in text_of(letter_to(own, found.line.id))
    shown = own.house.run("tickets", "show", opened, "--json").json["line"]
    assert (shown["related"], shown["service"]) == (number, "sent-z-polski")
    listed = {each["number"]: each["related"] for each in own.house.run("tickets", "list", "--json").json}
    assert listed[opened] == number
    assert own.house.run("tickets", "show", number, "--json").json["followed_by"] == [opened]
    more = settled(own, mail(f"Odp: [{number}] sprawa", "I jeszcze raz po południu."))
    assert (more.line.outcome, more.tickets) == ("append", (opened,))


def test_a_complaint_about_it_is_told_how_many_days_are_left(own: Daemon) -> None:
    number, letter_id = closed_ticket(own, "B")

    found = settled(own, mail("Re: SENT100", "Nie zgadzam się z odpowiedzią.", answers=letter_id))

    assert (found.line.outcome, found.line.reason) == ("reject", "complaint")
    letter = letter_to(own, found.line.id)
    assert "na reklamację masz jeszcze 5 dni" in text_of(letter)
    assert "https://puesc.gov.pl" in text_of(letter)
    again = settled(own, mail("Re: SENT100", "Dobrze. Błąd jednak wrócił.", answers=letter["Message-ID"]))
    with own.house.store() as store:
        opened = store.tickets.show(again.tickets[0])
    assert opened is not None
    assert opened.line.related == number


def test_a_stolen_number_shows_nothing_and_is_judged_as_new(own: Daemon) -> None:
    number, letter_id = closed_ticket(own, "C")

    found = settled(own, mail(f"[JIRA-12] Re: [{number}] sprawa", "Co słychać?", sender=FILIP, answers=letter_id))

    assert (found.line.outcome, found.line.reason) == ("reject", "no_service")
    letter = letter_to(own, found.line.id)
    assert number not in text_of(letter)
    assert number not in letter["Subject"]
    assert "odrzucone" not in text_of(letter)


def test_a_ticket_that_is_opened_again_takes_answers(own: Daemon) -> None:
    number, _ = closed_ticket(own, "D")
    assert own.house.run("tickets", "reopen", number, "--operator", "Jan").out == f"{number} is open again\n"

    found = settled(own, mail(f"Re: zgl {number[3:]} sprawa", "Dziękuję, czekam."))

    assert (found.line.outcome, found.tickets) == ("append", (number,))
    shown = own.house.run("tickets", "show", number)
    assert "closed by Ewa" in shown.out
    assert "open by Jan" in shown.out


BOUNCE = """\
From: MAILER-DAEMON@mx.transwojcik.example (Mail Delivery System)
To: Help Desk SISC <helpdesk-eclo@mf.gov.pl>
Subject: Undelivered Mail Returned to Sender
Date: Mon, 19 Jan 2026 10:00:00 +0100
Message-ID: <{id}@mx.transwojcik.example>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="b1"; report-type=delivery-status

--b1
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.transwojcik.example

Final-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}

--b1
Content-Type: text/rfc822-headers

From: Help Desk SISC <helpdesk-eclo@mf.gov.pl>
Message-ID: {letter}

--b1--
"""


def bounced(daemon: Daemon, **told: str) -> MessageDetails:
    return settled(daemon, BOUNCE.format(id=abs(hash(tuple(told.values()))), **told).replace("\n", "\r\n").encode())


def silenced(daemon: Daemon) -> list[str]:
    return [each["address"] for each in daemon.house.run("outbox", "suppressed", "--json").json]


def test_whose_letters_come_back_gets_none_until_they_write_again(own: Daemon) -> None:
    found = settled(own, mail("AKC-WW korekta", "Nie mogę wysłać korekty.", sender=FILIP))
    letter = letter_to(own, found.line.id)["Message-ID"]

    bounced(own, recipient=FILIP, action="delayed", status="4.4.1", letter=letter)
    bounced(own, recipient=FILIP, action="failed", status="5.1.1", letter="<mg.aaaa.bbbb@mf.gov.pl>")
    bounced(own, recipient=CELINA, action="failed", status="5.1.1", letter=letter)
    assert silenced(own) == []

    told = bounced(own, recipient=FILIP, action="failed", status="5.1.1", letter=letter)
    assert (told.line.outcome, silenced(own)) == ("ignore", [FILIP])
    for shown in (("messages", "show", str(told.line.id)), ("tickets", "show", found.tickets[0])):
        assert f"to {FILIP}: cannot be reached" in own.house.run(*shown).out

    settled(own, mail("AKC-WW korekta", "Mój adres znów działa.", sender=FILIP))
    assert silenced(own) == []


def test_an_operator_lets_letters_go_again(own: Daemon) -> None:
    found = settled(own, mail("AKC-WW pytanie", "Do kiedy złożyć korektę?", sender=FILIP))
    letter = letter_to(own, found.line.id)["Message-ID"]
    bounced(own, recipient=FILIP, action="failed", status="5.1.1", letter=letter)

    answer = own.house.run("outbox", "lift", FILIP, "--operator", "Ewa")

    assert (answer.code, answer.out, silenced(own)) == (0, f"{FILIP} gets letters again\n", [])
    assert "nothing changed" in own.house.run("outbox", "lift", FILIP).out
