"""A daemon and a ticket system beside it: what somebody writes arrives there once, whatever happens on the way."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.house import Installation, sample, until
from tests.csd.receiver import SECRET, TicketSystem, ticket_system

pytestmark = pytest.mark.long

FIRST = sample("01-sent100-odrzucone.eml")
HEADERS = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"


@contextmanager
def house(home: Path, system: TicketSystem, wait: float = 60.0) -> Iterator[Installation]:
    """An installation that tells that ticket system."""
    installation = Installation.make(
        home, config=f'[csd]\nurl = "{system.url}"\nsecret_file = "secret"\nnumber_wait = {wait}\n'
    )
    (home / "secret").write_text(SECRET)
    installation.upgrade_with_people()
    yield installation


def letter_of(house: Installation, *, count: int = 1) -> str:
    """The newest letter in the Maildir, as soon as there are so many."""

    def look() -> str | None:
        files = sorted((house.home / "var/letters/new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        if len(files) < count:
            return None
        letter = message_from_bytes(files[-1].read_bytes(), policy=policy.default)
        body = letter.get_body(("plain",))
        return f"{letter['Subject']}\n{body.get_content() if body else ''}"

    return until(look, f"letter {count}")


def answer_to(subject: str, number: int) -> bytes:
    """Anna writes again, with nothing but a number in the subject to say to what."""
    original = FIRST.decode()
    [author] = re.findall(r"(?m)^From: .*$", original)
    [proof] = re.findall(r"(?m)^Authentication-Results:.*\n(?:[ \t].*\n)*", original)
    text = f"{proof}{author}\nTo: helpdesk-eclo@mf.gov.pl\nSubject: {subject}\nMessage-ID: <again.{number}@a.example>\n"
    date = "Date: Tue, 20 Jan 2026 09:00:00 +0100\n"
    whole = f"{text}{date}{HEADERS}\nDodaję jeszcze numer przesyłki {number}, błąd nadal występuje.\n"
    return re.sub("\r?\n", "\r\n", whole).encode()


def test_a_mail_becomes_a_ticket_there_and_the_letter_names_its_number_and_answers_by_either_number_find_it(
    tmp_path: Path,
) -> None:
    with ticket_system() as system, house(tmp_path, system) as installation, installation.daemon() as daemon:
        daemon.settled(*daemon.send(FIRST))
        letter = letter_of(installation)
        assert "[CSD-2026-000001]" in letter
        assert "ZGL" not in letter
        for number, subject in enumerate(("Re: sprawa CSD-2026-000001", "Odp: [ZGL0000001] sprawa"), start=2):
            shown = daemon.settled(*daemon.send(answer_to(subject, number)))
            assert (shown.line.outcome, shown.decisions[-1].ticket) == ("append", "ZGL0000001")
            until(lambda n=number: len(system.taken) == n, "the addition to be told")  # type: ignore[misc]  # as it is now
        assert installation.run("tickets", "close", "ZGL0000001").code == 0
        until(lambda: len(system.taken) == 4, "the status to be told")
        shown_there = installation.run("tickets", "show", "CSD-2026-000001").out
        listed = installation.run("outbox", "list", "--channel", "csd", "--json").json
        assert daemon.stop() == 0
        log = daemon.log
    assert system.types() == ["ticket.opened", "ticket.entry_added", "ticket.entry_added", "ticket.closed"]
    assert "In CSD    CSD-2026-000001" in shown_there
    assert {line["state"] for line in listed} == {"sent"}
    assert installation.run("balance").code == 0
    # Nothing of the ticket is in the log.
    assert "SENT100" not in log
    assert SECRET not in log + (tmp_path / "config.toml").read_text()


def test_an_ill_ticket_system_keeps_no_letter_for_longer_than_was_configured(tmp_path: Path) -> None:
    with ticket_system() as system, house(tmp_path, system, wait=0.5) as installation, installation.daemon() as daemon:
        system.ill = [503]
        daemon.settled(*daemon.send(FIRST))
        assert "[ZGL0000001]" in letter_of(installation)
        until(lambda: daemon.events("pushes postponed"), "the push to be postponed")
        [push] = installation.run("outbox", "list", "--channel", "csd", "--json").json
        assert (push["state"], push["attempts"]) == ("due", 1)
        assert "503" in push["error"]
        assert daemon.stop() == 0


def test_a_daemon_that_is_killed_before_it_hears_the_answer_tells_again_and_there_is_one_ticket(tmp_path: Path) -> None:
    with ticket_system() as system, house(tmp_path, system) as installation:
        system.awake.clear()
        with installation.daemon() as daemon:
            daemon.settled(*daemon.send(FIRST))
            until(lambda: system.arrived, "the push to be on its way")
            os.kill(daemon.process.pid, signal.SIGKILL)
            daemon.process.wait()
        system.awake.set()
        until(lambda: len(system.requests) == 1, "the first request to be taken")
        with installation.daemon() as daemon:
            assert "[CSD-2026-000001]" in letter_of(installation)
            assert daemon.stop() == 0
    assert len(system.requests) == 2
    assert len({name for name, _ in system.requests}) == 1
    assert len(system.taken) == 1


def test_a_mistake_in_the_settings_is_found_before_anything_starts(tmp_path: Path) -> None:
    plain = Installation.make(tmp_path / "a", config='[csd]\nurl = "http://csd.example/x"\nsecret_file = "secret"\n')
    bare = Installation.make(tmp_path / "b", config='[csd]\nurl = "https://csd.example/x"\n')
    empty = Installation.make(tmp_path / "c", config='[csd]\nurl = "https://csd.example/x"\nsecret_file = "secret"\n')
    (tmp_path / "c/secret").write_text("whsec_QUJD")

    assert 'url must begin with "https://"' in plain.run("check").err + plain.run("check").out
    assert "set secret_file" in bare.run("check").err + bare.run("check").out
    assert "24 to 64 bytes" in empty.run("check").err + empty.run("check").out
