"""Whatever a mail or an argument holds, nothing that a command prints steers a terminal. Every command has its row."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailgate.cli.root import COMMANDS, load, run
from tests.cli.house import DESK, Installation, sample, until

ANNA = "anna.kowalska@spedycja-baltyk.example"
# Title of the window, colour, C1 introducer, right-to-left override, line feed and return over what stands there.
EVIL = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e"
UNFIT = "\x00\x07\x08\x0b\x1b\x7f\x9b\u200b\u202e\u2066\ufeff\r"
HEAD = f"""\
Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example
From: "{EVIL}Anna" <{ANNA}>
To: {DESK}
Subject: %s {EVIL}
Message-ID: <%d{EVIL}@spedycja-baltyk.example>
X-{EVIL}: {EVIL}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

%s {EVIL}\r{EVIL}

--b
Content-Type: image/png; name="{EVIL}../../blad.png"
Content-Disposition: attachment; filename="{EVIL}../../blad.png"

{EVIL}
--b--
"""
MAILS = (
    HEAD % ("SENT100 odrzucone", 1, "Zgłoszenie zostało odrzucone z błędem."),
    HEAD % ("problem", 2, "Nie mogę wysłać deklaracji AKC-WW ani zgłoszenia INTRASTAT, pojawia się błąd."),
    (
        f"From: Mailer-Daemon <mailer-daemon@spedycja-baltyk.example>\nTo: {DESK}\nSubject: Undelivered Mail {EVIL}\n"
        f"Message-ID: <3{EVIL}@mx.example>\n\n<{ANNA}>: host said: 550 5.1.1 User unknown {EVIL}\n\n"
        "--- Original message ---\nMessage-ID: %s\n"
    ),
)
# These print nothing of a mail, and are to be read by a program as they are.
AS_THEY_ARE = {("messages", "raw")}
# Its words go into the log; see tests/test_log.py.
SPEAKS_IN_THE_LOG = {("serve",)}

# What each command is asked, with what stands in this house for the words in braces.
ROWS: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("receive",): (("--mail-from", EVIL), ("--client", EVIL)),
    ("check",): ((), ("--rules", f"/nowhere/{EVIL}")),
    ("explain",): (("{file}", "--all"), (f"/nowhere/{EVIL}",)),
    ("evaluate", "routing"): (("{cases}", "--failures"), (EVIL,)),
    ("suggest",): (("--cases", "{cases}"), ("--since", EVIL)),
    ("messages", "list"): ((), ("--reason", EVIL), ("--state", EVIL)),
    ("messages", "show"): (("1",), ("2", "--reveal"), ("3",), (EVIL,)),
    ("review", "list"): ((), ("--reason", EVIL), ("--service", EVIL)),
    ("review", "show"): (("1",), ("2", "--reveal"), ("3",), (EVIL,)),
    ("review", "ticket"): (("2", "--service", EVIL), ("2", "--pick", "1", "--operator", EVIL, "--note", EVIL), (EVIL,)),
    ("review", "reject"): (("2", "--reason", EVIL), (EVIL, "--reason", "no_login")),
    ("review", "ignore"): (("3", "--note", EVIL), (EVIL,)),
    ("review", "release"): (("2",), (EVIL,)),
    ("tickets", "list"): ((), ("--requester", EVIL)),
    ("tickets", "show"): (("{ticket}",), ("{ticket}", "--reveal"), (EVIL,)),
    ("tickets", "close"): (("{ticket}", "--operator", EVIL), (EVIL,)),
    ("tickets", "reopen"): (("{ticket}",), (EVIL,)),
    ("incidents", "list"): ((),),
    ("incidents", "look"): ((),),
    ("incidents", "open"): (("sent", "--note", EVIL, "--operator", EVIL, "--since", "1 day"), (EVIL,)),
    ("incidents", "show"): (("INC0000001",), (EVIL,)),
    ("incidents", "close"): (("INC0000001",), (EVIL,)),
    ("notices", "add"): (
        ("--system", "sent", "--pl", "A.", "--until", "4h", "--operator", EVIL),
        ("--pl", EVIL, "--until", EVIL),
    ),
    ("notices", "list"): ((),),
    ("notices", "show"): (("1",), (EVIL,)),
    ("notices", "remove"): (("1",), (EVIL,)),
    ("outbox", "list"): ((), ("--state", EVIL)),
    ("outbox", "show"): (("1",), ("2", "--reveal"), (EVIL,)),
    ("outbox", "retry"): (("1",), (EVIL,)),
    ("outbox", "suppressed"): ((),),
    ("outbox", "lift"): ((ANNA,), (EVIL,)),
    ("outbox", "cancel"): (("1",), (EVIL,)),
    ("questions", "list"): ((),),
    ("questions", "remind"): ((),),
    ("mailboxes", "check"): ((),),
    ("mailboxes", "left"): ((), (EVIL,)),
    ("mailboxes", "list"): ((),),
    ("rules", "log"): ((),),
    ("rules", "diff"): ((), (EVIL,), ("{home}/rules", f"/nowhere/{EVIL}")),
    ("rules", "promote"): (("{home}/rules", "--yes", "--operator", EVIL), (f"/nowhere/{EVIL}",)),
    ("rules", "rollback"): (("--yes", "--operator", EVIL), (EVIL, "--yes")),
    ("golden", "add"): (("1", "--name", "hostile", "--operator", EVIL), ("2", "--unmasked"), (EVIL, "--name", EVIL)),
    ("golden", "list"): ((),),
    ("golden", "show"): (("hostile",), (EVIL,)),
    ("golden", "accept"): (("hostile", "--operator", EVIL), (EVIL,)),
    ("golden", "remove"): ((EVIL,),),
    ("backtest",): (("--rules", "{home}/rules", "--against", "recorded"), ("--rules", f"/nowhere/{EVIL}")),
    ("reprocess",): (("--outcome", "clarify"), ("1", "2", "3", "--apply"), ("--reason", EVIL), (EVIL,)),
    ("completion",): (("bash",), (EVIL,)),
    ("schedule", "list"): ((),),
    ("schedule", "run"): (("retention",), ("retention", "--operator", EVIL), (EVIL,)),
    ("digest",): ((), ("--since", EVIL)),
    ("stats",): ((), ("--by", "reason,outcome"), ("--by", "day", "--csv"), ("--by", EVIL), ("--since", EVIL)),
    ("directory", "import"): (("{people}",), (f"/nowhere/{EVIL}",)),
    ("directory", "lookup"): ((ANNA,), (f"{EVIL}@spedycja-baltyk.example",)),
    ("directory", "export"): ((),),
    ("directory", "list"): ((),),
    ("retention",): ((),),
    ("person", "export"): ((ANNA, "{home}/anna"), (EVIL, "{home}/nobody"), (ANNA, f"/nowhere/{EVIL}")),
    ("person", "erase"): ((ANNA,), (EVIL,)),
    ("audit", "list"): ((), ("--about", EVIL)),
    ("audit", "verify"): ((), ("--head", EVIL)),
    ("balance",): ((),),
    ("db", "upgrade"): ((),),
    ("db", "copy"): (("--to", f"sqlite:///{EVIL}"),),
    ("db", "agree"): ((), ("--apply",)),
    ("config",): ((),),
}


def commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every command that does something, and whether it takes --json."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, any("--json" in parameter.opts for parameter in command.params)
    for name, inner in below.items():
        yield from commands(inner, (*path, name))


ALL = {path: takes_json for name in COMMANDS for path, takes_json in commands(load(name), (name,))}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A house with hostile mail in it; what the words in braces stand for there."""
    house = Installation.make(tmp_path_factory.mktemp("terminal") / "house", own_files=True)
    house.upgrade_with_people()
    with house.daemon() as daemon, house.store() as store:
        for mail in MAILS:
            letters = store.outbox.list()
            content = mail % letters[-1].message_id if "%s" in mail else mail
            daemon.settled(daemon.send(content.replace("\n", "\r\n").encode())[0])
            until(lambda: not any(each.state in {"due", "leased"} for each in store.outbox.list()), "the letters")
        [ticket] = store.tickets.list()
    home = house.home
    (home / "mail.eml").write_bytes(MAILS[0].encode())
    case = {"id": EVIL, "subject": f"SENT100 {EVIL}", "body": EVIL, "outcome": "reject", "service": EVIL}
    (home / "cases.jsonl").write_text(json.dumps(case) + "\n", encoding="utf-8")
    (home / "people.csv").write_text(f"login;name;{EVIL}\n{EVIL};{EVIL};{EVIL}\n", encoding="utf-8")
    return {
        "home": str(home),
        "ticket": ticket.number,
        "file": str(home / "mail.eml"),
        "cases": str(home / "cases.jsonl"),
        "people": str(home / "people.csv"),
    }


def test_every_command_has_its_row() -> None:
    assert set(ROWS) | AS_THEY_ARE | SPEAKS_IN_THE_LOG == set(ALL)


def test_the_house_is_full_of_hostile_words(words: dict[str, str]) -> None:
    with Installation(Path(words["home"])).store() as store:
        subjects = [line.subject or "" for line in store.messages.list()]
        assert len(subjects) >= len(MAILS)
        assert sum("\u202e" in subject for subject in subjects) == len(MAILS)
        assert "\x9b" in "".join(line.message_id or "" for line in store.messages.list())
        assert store.questions.list()
        assert store.bounces.suppressed(1)


@pytest.mark.parametrize("path", sorted(ROWS), ids=" ".join)
def test_nothing_that_a_command_prints_steers_the_terminal(
    path: tuple[str, ...], words: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    house = Installation(Path(words["home"]))
    for arguments in ROWS[path]:
        filled = [argument if EVIL in argument else argument.format(**words) for argument in arguments]
        for more in [[], ["--json"]] if ALL[path] else [[]]:
            asked = [*path, *filled, *more, "--config", str(house.home / "config.toml")]
            if path == ("receive",):
                answer = house.run(*asked, stdin=sample("01-sent100-odrzucone.eml"))
                said = answer.out + answer.err
            else:
                run(asked)
                said = "".join(capfd.readouterr())
            assert [sign for sign in UNFIT if sign in said] == [], (asked, said)
