"""Machines that answer each other stop. Real daemons, real responders, real relays, all on loopback."""

import smtplib
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.cli.house import ANNA, DESK, Daemon, Installation, until
from tests.cli.post import Letter, Post, delivering

OTHER_DESK = "pomoc@inny-urzad.example"
PROVEN = "mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example"
# What a responder without a limit of its own would do is cut here: a test must end where a guard fails.
MOST_ANSWERS = 8
# Each names a service and says something new, as a person would.
ANSWERS = (
    ("SENT100 - odrzucone zgłoszenie", "Zgłoszenie zostało odrzucone z błędem 4011. Proszę o pomoc."),
    ("AKC-WW, korekta za październik", "Nie mogę wysłać korekty, przycisk jest nieaktywny."),
    ("Intrastat - deklaracja za wrzesień", "Deklaracja wróciła z komunikatem o złym kodzie CN."),
    ("EMCS PL2 nie przyjmuje raportu", "Od rana raport odbioru nie przechodzi."),
    ("ZEFIR2 - saldo", "Saldo po wpłacie się nie zmieniło, choć minęły dwa dni."),
    ("AKC-PA, brak potwierdzenia", "Wysłałam deklarację i nie mam UPO."),
    ("e-BTI wniosek", "System nie pozwala dodać załącznika do wniosku."),
    ("NCTS2 - gwarancja", "Gwarancja jest aktywna, a zgłoszenie mówi, że jej nie ma."),
    ("SENT-GEO nie działa", "Lokalizator przestał nadawać, choć świeci na zielono."),
)


def mail(number: int, *, sender: str = ANNA, to: str = DESK) -> bytes:
    """A mail that looks as if a person had written it: no header tells of a machine, and it answers nothing."""
    subject, text = ANSWERS[number]
    written = EmailMessage()
    written["Authentication-Results"] = PROVEN
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"] = formatdate()
    written["Message-ID"] = f"<fresh.{number}@spedycja-baltyk.example>"
    written.set_content(f"Dzień dobry,\n{text}\nPozdrawiam\nAnna Kowalska\n")
    return written.as_bytes()


def send(port: int, content: bytes, *, sender: str, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.sendmail(sender, [to], content)


class Responder:
    """Answers every letter at once: another subject, another text, a fresh Message-ID, no header that tells."""

    def __init__(self) -> None:
        self.door = 0
        self.answers = 0

    def answer(self, _: Letter) -> None:
        if self.answers < MOST_ANSWERS:
            self.answers += 1
            send(self.door, mail(self.answers), sender=ANNA, to=DESK)


def at_rest(daemon: Daemon, mails: int) -> bool:
    """Whether all of so many mails are decided, and no letter is on its way."""
    with daemon.house.store() as store:
        decided = [each for each in store.messages.list() if each.state == "settled"]
        busy = [each for each in store.outbox.list() if each.state in {"due", "leased"}]
    return len(decided) == mails and not busy


def through(port: int) -> str:
    return f'[letters]\nrelay_host = "127.0.0.1"\nrelay_port = {port}\nrelay_security = "none"\n'


@pytest.mark.parametrize(
    ("minutes", "letters"), [("", 2), ("answer_minutes = 0\n", MOST_ANSWERS + 1)], ids=["guarded", "not guarded"]
)
def test_a_responder_that_hides_it_gets_two_letters(tmp_path: Path, minutes: str, letters: int) -> None:
    responder = Responder()
    post = Post(responder.answer)
    with delivering(post) as port:
        house = Installation.make(tmp_path / "house", config=through(port) + minutes)
        house.upgrade_with_people()
        with house.daemon() as daemon:
            responder.door = daemon.port
            daemon.send(mail(0))

            until(lambda: at_rest(daemon, responder.answers + 1), "the end of the loop")

            assert len(post.letters) == letters
            with house.store() as store:
                # Nobody's mail is the worse for it.
                assert store.balance().outcomes == {"ticket": responder.answers + 1}


class Middle:
    """The relay between two desks. It may take from a letter all headers that tell of a machine."""

    def __init__(self, *, stripping: bool) -> None:
        self._stripping = stripping
        self.doors: dict[str, int] = {}

    def pass_on(self, letter: Letter) -> None:
        door = self.doors.get(letter.recipient)
        if door is not None:
            content = _stripped(letter.mail) if self._stripping else letter.content
            sender = str(letter.mail["From"].addresses[0].addr_spec)
            send(door, content, sender=sender, to=letter.recipient)


def _stripped(letter: EmailMessage) -> bytes:
    """The letter as careless gateways pass it on: no header tells of a machine or of a thread, the text is left."""
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "Message-ID"):
        del letter[name]
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # our letters have one
    bare = EmailMessage()
    for name in ("From", "To", "Subject", "Date"):
        bare[name] = letter[name]
    bare["Authentication-Results"] = f"mailgate.localhost; dmarc=pass header.from={letter['From'].addresses[0].domain}"
    bare["Message-ID"] = f"<{abs(hash(text))}.{len(text)}@relay.example>"
    bare.set_content(text)
    return bare.as_bytes()


@pytest.mark.parametrize("stripping", [False, True], ids=["as they are", "without the headers that tell"])
def test_two_mailgates_stop_after_at_most_two_letters(tmp_path: Path, *, stripping: bool) -> None:
    middle = Middle(stripping=stripping)
    post = Post(middle.pass_on)
    with ExitStack() as stack:
        port = stack.enter_context(delivering(post))
        daemons = []
        for own, other in ((DESK, OTHER_DESK), (OTHER_DESK, DESK)):
            desk = f'[desk]\nrecipients = ["{own}"]\naddress = "{own}"\n'
            house = Installation.make(tmp_path / own, config=through(port) + desk)
            # Each desk is a customer of the other one.
            people = tmp_path / f"{own}.csv"
            people.write_text(f"login;first_contact\n{other};2024-01-01\n", encoding="utf-8")
            assert house.run("directory", "import", str(people)).code == 0
            daemons.append(stack.enter_context(house.daemon()))
            middle.doors[own] = daemons[-1].port
        send(daemons[0].port, mail(0, sender=OTHER_DESK), sender=OTHER_DESK, to=DESK)

        def all_at_rest() -> bool:
            counted = [len([each for each in post.letters if each.recipient == own]) for own in (DESK, OTHER_DESK)]
            return at_rest(daemons[0], counted[0] + 1) and at_rest(daemons[1], counted[1])

        until(lambda: all_at_rest() and post.letters, "both desks to be at rest")

        assert 1 <= len(post.letters) <= 2
