"""Personal numbers are masked wherever something is shown, and whoever looks at them in full is written down."""

import ast
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.cli.root import run
from tests.cli.house import ROOT, Daemon, Installation, until

PESEL = "44051401359"
MAIL = f"""\
Authentication-Results: mailgate.localhost; dmarc=pass header.from=spedycja-baltyk.example\r
From: "Anna Kowalska {PESEL}" <anna.kowalska@spedycja-baltyk.example>\r
To: helpdesk-eclo@mf.gov.pl\r
Subject: SENT100 - odrzucone, PESEL {PESEL}\r
Message-ID: <pesel@spedycja-baltyk.example>\r
\r
Dzień dobry,\r
zgłoszenie SENT20260004471823 zostało odrzucone z błędem 4011. Mój PESEL: {PESEL}.\r
""".encode()
# PESEL in a place where our own code would choke on it is what a traceback may quote.
HIDDEN = "44*******59"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon that has decided Anna's mail and sent her letter."""
    house = Installation.make(tmp_path_factory.mktemp("masked") / "house")
    house.upgrade_with_people()
    with house.daemon() as daemon:
        [digest] = daemon.send(MAIL)
        daemon.settled(digest)
        with house.store() as store:
            until(lambda: store.balance().letters["sent"], "the letter to leave")
        yield daemon


def ask(daemon: Daemon, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run([*arguments, "--config", str(daemon.house.home / "config.toml")]) == code
    return capsys.readouterr().out


def trail(daemon: Daemon, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, str]]:
    rows = json.loads(ask(daemon, capsys, "audit", "list", "--json"))
    return [(row["operator"], row["act"], row["object"]) for row in rows]


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize(
    "command",
    [
        ("messages", "list"),
        ("messages", "show", "1"),
        ("tickets", "list"),
        ("tickets", "show", "ZGL0000001"),
        ("outbox", "list"),
        ("outbox", "show", "1"),
        ("suggest", "--all"),
        ("balance",),
    ],
)
def test_a_personal_number_is_masked_in_every_list_and_every_page(
    busy: Daemon, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], options: tuple[str, ...]
) -> None:
    said = ask(busy, capsys, *command, *options)

    assert said
    assert PESEL not in said


def test_neither_the_log_nor_the_letter_shows_it(busy: Daemon) -> None:
    [letter] = [file.read_bytes() for file in (busy.house.home / "var/letters/new").iterdir()]

    assert PESEL not in busy.log
    assert PESEL.encode() not in letter


def test_what_is_shown_says_that_something_is_hidden_and_leaves_other_numbers(
    busy: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ask(busy, capsys, "tickets", "show", "ZGL0000001")

    assert f"PESEL: {HIDDEN}." in said
    assert "SENT20260004471823" in said


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize(
    ("command", "name"),
    [(("messages", "show", "1"), "message 1"), (("tickets", "show", "ZGL0000001"), "ticket ZGL0000001")],
)
def test_whoever_asks_for_the_full_number_gets_it_and_stands_in_the_trail(
    busy: Daemon,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    name: str,
    options: tuple[str, ...],
) -> None:
    said = ask(busy, capsys, *command, "--reveal", "--operator", "ewa", *options)

    assert PESEL in said
    assert trail(busy, capsys)[0] == ("ewa", "revealed", name)


def test_the_bytes_of_a_mail_are_a_look_in_full_too(busy: Daemon, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    config = str(busy.house.home / "config.toml")
    assert run(["messages", "raw", "1", "--operator", "jan", "--config", config]) == 0
    assert PESEL.encode() in capfdbinary.readouterr().out

    assert run(["audit", "list", "--limit", "1", "--json", "--config", config]) == 0
    [row] = json.loads(capfdbinary.readouterr().out)
    assert (row["operator"], row["act"], row["object"]) == ("jan", "revealed", "message 1")


def test_a_look_that_cannot_be_written_down_shows_nothing(busy: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    secret = busy.house.home / "var/secret"
    right = secret.read_text()
    secret.write_text("no secret")
    try:
        assert ask(busy, capsys, "messages", "show", "1", "--reveal", code=1) == ""
    finally:
        secret.write_text(right)


def test_the_operator_is_named_on_the_command_line_else_in_the_environment_else_by_the_system(
    busy: Daemon, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "system")
    ask(busy, capsys, "messages", "show", "1", "--reveal")
    monkeypatch.setenv("MAILGATE_OPERATOR", "environment")
    ask(busy, capsys, "messages", "show", "1", "--reveal")
    ask(busy, capsys, "messages", "show", "1", "--reveal", "--operator", "line")

    assert [row[0] for row in trail(busy, capsys)[:3]] == ["line", "environment", "system"]


def test_the_daemon_writes_down_with_which_rules_it_decides(busy: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(ask(busy, capsys, "audit", "list", "--act", "rules_changed", "--json"))

    assert [row["object"].partition(" ")[0] for row in said] == ["rules"]
    assert "policy.toml" in said[0]["details"]["files"]


def test_the_trail_is_listed_in_80_columns_and_verified(busy: Daemon, capsys: pytest.CaptureFixture[str]) -> None:
    said = ask(busy, capsys, "audit", "list")
    assert max(map(len, said.splitlines())) <= 80

    head = ask(busy, capsys, "audit", "verify").split()[-1]
    assert "every one is as it was written" in ask(busy, capsys, "audit", "verify", "--head", head)
    other = f"{head.split(':')[0]}:{'0' * 12}"
    assert "is not the row that was noted" in ask(busy, capsys, "audit", "verify", "--head", other, code=1)
    assert run(["audit", "verify", "--head", "rubbish", "--config", str(busy.house.home / "config.toml")]) == 2


def test_a_broken_trail_is_exit_code_1_with_the_number_of_the_first_broken_row(house: Installation) -> None:
    house.upgrade_with_people()
    assert house.run("audit", "verify").code == 0
    with sqlite3.connect(house.home / "var/mailgate.db") as connection:
        connection.execute("DROP TRIGGER audit_keeps_rows")
        connection.execute("UPDATE audit SET operator = 'nobody'")
    connection.close()

    told = house.run("audit", "verify", "--json")

    assert told.code == 1
    assert told.json["broken"] == 1
    assert "row 1 is broken: it was changed" in house.run("audit", "verify").out


def printing(path: Path) -> set[str]:
    """The ways in which a module would print by itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {each for each in used if each.endswith((".write", ".echo", ".print"))} | (names & {"print", "echo"})


def test_commands_print_through_one_module_so_that_masking_cannot_be_forgotten() -> None:
    """`root` prints the version and a welcome, before anything is loaded."""
    found = {path.name: printing(path) for path in (ROOT / "mailgate/cli").glob("*.py")}

    assert {name for name, ways in found.items() if ways} == {"screen.py", "root.py"}
    assert found["root.py"] == {"sys.stdout.write"}


def test_only_what_asks_for_it_is_shown_in_full() -> None:
    """A page in full is shown by the commands that write the look down, and by `explain`, whose mail the caller has."""
    revealing = {
        path.name
        for path in (ROOT / "mailgate/cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and any(word.arg == "reveal" for word in node.keywords)
    }
    looking = {p.name for p in (ROOT / "mailgate/cli").glob("*.py") if "looked(store" in p.read_text(encoding="utf-8")}

    assert revealing == {"explain.py", "messages.py", "review.py", "tickets.py", "outbox.py"}
    assert looking == revealing | {"looking.py"}
