"""The daemon: what is acknowledged is decided, whoever dies on the way."""

import os
import signal
import smtplib
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.house import ANNA, Daemon, Installation, alive, numbered, sample, until

SENT = "01-sent100-odrzucone.eml"


def test_a_mail_through_the_port_becomes_a_ticket_with_a_letter_in_the_maildir(daemon: Daemon) -> None:
    [digest] = daemon.send(sample(SENT))

    found = daemon.settled(digest)

    decision = found.decisions[-1]
    assert (decision.outcome, decision.service, decision.letter) == ("ticket", "sent-z-polski", "sent")
    letter = until(lambda: letters_to(daemon, ANNA, found.tickets[0]), "the letter")[0]
    assert letter["Subject"].startswith("Re: SENT100 - odrzucone zgłoszenie")
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["In-Reply-To"] == "<20260119081241.7A31@spedycja-baltyk.example>"


def letters_to(daemon: Daemon, address: str, number: str) -> list[EmailMessage]:
    """Letters in the Maildir to that address with that number in their subject."""
    folder = daemon.house.home / "var/letters/new"
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*"))]
    return [each for each in letters if address in each["To"] and number in each["Subject"]]


def test_a_message_leaves_one_line_and_of_its_author_nothing_but_the_address(daemon: Daemon) -> None:
    [digest] = daemon.send(sample("13-odblokowanie-konta.eml"))
    daemon.settled(digest)

    lines = until(lambda: [e for e in daemon.events("settled") if digest.startswith(e["digest"])], "its line")

    [line] = lines
    assert (line["outcome"], line["reason"], line["trust"]) == ("ticket", "matter", "proven")
    assert line["from"] == "dariusz.zielinski@paliwa-mazowsze.example"
    assert line["took_ms"] > 0
    assert [word for word in ("Odblokowanie", "hasło", "Dariusz") if word in daemon.log] == []


def test_a_mail_that_receive_kept_is_decided_by_the_daemon(daemon: Daemon) -> None:
    mail = sample("09-temat-bez-uslugi.eml")

    answer = daemon.house.run("receive", "--client", "127.0.0.1", stdin=mail)

    assert (answer.code, answer.out, answer.err) == (0, "", "")
    decided = daemon.settled(sha256(mail).hexdigest()).decisions[-1]
    assert (decided.outcome, decided.reason) == ("reject", "no_service")


@pytest.fixture
def peopled(tmp_path: Path) -> Installation:
    """An installation with the sample people, whose files may be changed."""
    house = Installation.make(tmp_path / "house", own_files=True)
    house.upgrade_with_people()
    return house


def test_a_stop_decides_what_was_acknowledged_and_says_so_in_one_line(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        digests = daemon.send(*map(numbered, range(15)))
        assert daemon.stop() == 0

        [line] = daemon.events("stopped")
        assert (line["received"], line["letters"]) == (15, 15)
        assert not any(alive(child) for child in daemon_children(daemon))
    with peopled.store() as store:
        assert store.balance().outcomes == {"ticket": len(digests)}


def daemon_children(daemon: Daemon) -> list[int]:
    """The workers, as far as the process that started them is still there to ask."""
    try:
        return daemon.children
    except (FileNotFoundError, ProcessLookupError):
        return []


def test_ctrl_c_stops_it_as_well(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        daemon.process.send_signal(signal.SIGINT)

        assert daemon.process.wait(30) == 0
        assert "Traceback" not in daemon.log


def test_when_a_worker_is_killed_another_takes_over_its_mails(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        [worker] = daemon.children
        daemon.send(*map(numbered, range(5)))
        os.kill(worker, signal.SIGKILL)

        digests = daemon.send(*map(numbered, range(5, 30)))

        for digest in digests:
            assert daemon.settled(digest).decisions[-1].outcome == "ticket"
        assert daemon.events("worker died")[0]["code"] == -signal.SIGKILL
    answer = peopled.run("balance")
    assert (answer.code, answer.err) == (0, "")
    with peopled.store() as store:
        assert store.balance().outcomes == {"ticket": 30}


def test_when_the_daemon_is_killed_its_workers_end_and_nothing_is_lost(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        [worker] = daemon.children
        digests = daemon.send(*map(numbered, range(20)))
        daemon.process.kill()
        daemon.process.wait()

        until(lambda: not alive(worker), "the worker to end")

    with peopled.daemon() as daemon:
        for digest in digests:
            assert daemon.settled(digest).decisions[-1].outcome == "ticket"
    with peopled.store() as store:
        assert store.balance().missing == ()


def break_rules(house: Installation) -> Path:
    """Add a rule with a mistake."""
    file = house.home / "rules" / "early.toml"
    file.write_text('[[rule]]\nname = "mine"\nwhy = "a test"\nwhen = { trust = "high" }\nthen = { queue = "x" }\n')
    return file


def test_with_a_mistake_in_the_rules_it_does_not_start_and_names_the_line(peopled: Installation) -> None:
    break_rules(peopled)

    answer = peopled.run("serve")

    assert answer.code == 1
    assert 'rules/early.toml:4: there is no condition "trust"' in answer.err
    assert "Traceback" not in answer.err


def test_a_mistake_while_it_runs_keeps_the_last_good_rules(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        file = break_rules(peopled)
        [first] = daemon.send(numbered(1))
        assert daemon.settled(first).decisions[-1].queue == "sent"
        assert "rules/early.toml:4" in until(lambda: daemon.events("mistake in rules"), "the mistake")[0]["problem"]

        file.write_text('[[rule]]\nname = "mine"\nwhy = "a test"\nwhen = { system = "sent" }\nthen = { queue = "x" }\n')
        until(lambda: daemon.events("rules reloaded"), "the rules to be read again")
        [second] = daemon.send(numbered(2))

        assert daemon.settled(second).decisions[-1].queue == "x"


def test_a_port_that_is_taken_is_told_in_one_sentence(peopled: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (peopled.home / "config.toml").write_text(f"[smtp]\nport = {port}\n")

        answer = peopled.run("serve")

    assert answer.code == 1
    assert answer.err.startswith(f"cannot listen on 127.0.0.1:{port}")
    assert len(answer.err.splitlines()) == 1


def test_a_folder_with_rules_and_templates_is_a_whole_installation(house: Installation) -> None:
    (house.home / "config.toml").unlink()
    (house.home / "config.toml").write_text("[smtp]\nport = 0\n")

    with house.daemon() as daemon:
        [digest] = daemon.send(sample(SENT))

        assert daemon.settled(digest).decisions[-1].reason == "no_login"


def test_roles_can_be_apart(peopled: Installation) -> None:
    with peopled.daemon("--role", "smtp") as door:
        [digest] = door.send(numbered(1))
        assert door.children == []

        with peopled.store() as store:
            assert [line.state for line in store.messages.list()] == ["kept"]
        worker = Daemon(peopled, "--role", "worker")
        try:
            assert door.settled(digest).decisions[-1].outcome == "ticket"
            assert worker.stop() == 0
        finally:
            worker.end()
        with peopled.store() as store:
            assert [line.state for line in store.outbox.list()] == ["due"]


def test_an_unknown_role_is_a_mistake_of_usage(house: Installation) -> None:
    answer = house.run("serve", "--role", "smtp,imapp")

    assert answer.code == 2
    assert 'there is no role "imapp"' in answer.err


def test_when_the_database_is_removed_the_sender_keeps_the_mail(peopled: Installation) -> None:
    with peopled.daemon() as daemon:
        [digest] = daemon.send(numbered(0))
        daemon.settled(digest)
        for file in (peopled.home / "var").glob("mailgate.db*"):
            file.unlink()

        with pytest.raises(smtplib.SMTPDataError) as refused:
            daemon.send(numbered(1))

        assert refused.value.smtp_code == 451
        assert "mailgate.db" not in str(refused.value.smtp_error)
        [line] = daemon.events("message not kept")
        assert "put it back, or restart mailgate" in line["why"]
        assert daemon.stop() == 0
