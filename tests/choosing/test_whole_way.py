"""The whole way, with the real daemon: a vague mail, our letter out of the Maildir, an answer, one ticket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.jobs import Result
from mailgate.store.tables import QuestionState
from tests.choosing.clients import iphone
from tests.choosing.house import VAGUE
from tests.cli.house import Daemon, Installation, until

ANNA = "anna.kowalska@spedycja-baltyk.example"


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    made = Installation.make(tmp_path / "house")
    made.upgrade_with_people()
    return made


@pytest.fixture
def daemon(house: Installation) -> Iterator[Daemon]:
    with house.daemon() as running:
        yield running


def as_sent(text: str) -> bytes:
    """The mail as the relay brings it, from Anna of the sample directory."""
    head = f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={ANNA.rpartition('@')[2]}\n"
    return (head + text.replace("anna.kowalska@spedycja.example", ANNA)).replace("\n", "\r\n").encode()


def as_kept(question: EmailMessage, at: datetime) -> RawMessage:
    """Anna's answer, as the door keeps it."""
    envelope = Envelope(source="smtp", mail_from=ANNA, client="127.0.0.1")
    return RawMessage(content=as_sent(iphone(question, "2")), envelope=envelope, received_at=at)


def letters(house: Installation) -> list[EmailMessage]:
    """What lies in the Maildir, oldest first."""
    files = sorted((house.home / "var" / "letters" / "new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [letter for letter in read if isinstance(letter, EmailMessage)]


def test_a_digit_from_the_phone_opens_the_ticket_of_the_first_mail(house: Installation, daemon: Daemon) -> None:
    [first] = daemon.send(as_sent(VAGUE))
    asked = daemon.settled(first)
    [question] = until(lambda: letters(house), "our question to leave")

    [second] = daemon.send(as_sent(iphone(question, "2")))
    answered = daemon.settled(second)

    until(lambda: len(letters(house)) == 2 or None, "the acknowledgement to leave")
    [ticket] = house.run("tickets", "list", "--json").json
    shown = house.run("messages", "show", str(asked.line.id), "--json").json
    assert (answered.line.outcome, answered.line.reason) == ("append", "choice")
    assert [(each["outcome"], each["reason"]) for each in shown["decisions"]] == [
        ("clarify", "points_to_service"),
        ("ticket", "chosen"),
    ]
    assert ticket["service"] == shown["questions"][0]["offers"][1]
    assert ticket["opened_at"] == shown["receipts"][0]["received_at"]
    assert shown["questions"][0]["answers"] == [answered.line.id]
    acknowledged = letters(house)[1]
    assert ticket["number"] in acknowledged["Subject"]
    assert acknowledged["In-Reply-To"] == "<iphone@spedycja.example>"
    assert house.run("balance").code == 0


def test_a_worker_that_dies_between_claim_and_record_loses_no_answer(house: Installation, daemon: Daemon) -> None:
    [first] = daemon.send(as_sent(VAGUE))
    daemon.settled(first)
    [question] = until(lambda: letters(house), "our question to leave")
    daemon.process.kill()
    daemon.process.wait()
    answer = as_kept(question, datetime.now(UTC))
    with house.store() as store:
        [kept] = store.keep([answer])
        claimed = store.claim("a worker that dies", 1, house.config.settle.lease_time, answer.received_at)
        assert [each.id for each in claimed] == [kept.id]
        store.forsake("a worker that dies", answer.received_at)

    with house.daemon() as again:
        answered = again.settled(answer.digest)

    assert (answered.line.outcome, answered.line.reason) == ("append", "choice")
    with house.store() as store:
        assert [each.state for each in store.questions.list()] == [QuestionState.SETTLED]
        assert len(store.tickets.list()) == 1
        assert store.balance().missing == ()


def test_the_command_shows_what_is_due_and_does_it_once(house: Installation) -> None:
    (house.home / "config.toml").write_text(
        "[smtp]\nport = 0\n[questions]\nremind_after_days = 0\nexpire_after_days = 0.0000001\n", encoding="utf-8"
    )
    assert house.run("receive", stdin=as_sent(VAGUE)).code == 0
    with house.daemon("--role", "worker,outbox") as running:
        until(lambda: letters(house), "our question to leave")
        assert running.stop() == 0

    shown = house.run("questions", "remind", "--json").json
    done = house.run("questions", "remind", "--apply", "--json").json
    again = house.run("questions", "remind", "--apply", "--json").json

    assert [each["due"] for each in shown] == ["expire"]
    assert [each["due"] for each in done] == ["expire"]
    assert again == []
    assert [each["state"] for each in house.run("questions", "list", "--json").json] == ["expired"]
    assert "expire" not in house.run("questions", "remind").out


def test_the_daemons_clock_lets_questions_expire_that_it_missed_while_it_was_down(house: Installation) -> None:
    (house.home / "config.toml").write_text(
        "[smtp]\nport = 0\n[questions]\nremind_after_days = 0\nexpire_after_days = 0.0000001\n"
        '[schedule]\nretention = ""\n',
        encoding="utf-8",
    )
    assert house.run("receive", stdin=as_sent(VAGUE)).code == 0
    with house.daemon("--role", "worker,outbox") as running:
        until(lambda: letters(house), "our question to leave")
        assert running.stop() == 0
    with house.store() as store:
        store.jobs.begin("reminders", "schedule", datetime.now(UTC) - timedelta(hours=2))
        store.jobs.end("reminders", Result.DONE, "0 questions, 0 letters", datetime.now(UTC) - timedelta(hours=2))
        store.jobs.know(["retention"], datetime.now(UTC) - timedelta(days=2))

    with house.daemon() as running:
        [ran] = until(lambda: running.events("job"), "the clock to let it expire")
        assert running.stop() == 0

    assert (ran["job"], ran["result"], ran["did"]) == ("reminders", "done", "1 question, 0 letters")
    assert [each["state"] for each in house.run("questions", "list", "--json").json] == ["expired"]
    jobs = {each["name"]: each for each in house.run("schedule", "list", "--json").json}
    assert (jobs["reminders"]["last"]["result"], jobs["retention"]["last"]["began_at"]) == ("done", None)
