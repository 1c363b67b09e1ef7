"""What the real shells make of Tab, and what they are told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailgate.cli.root import WELCOME, run
from mailgate.cli.shell import ASKED
from tests.cli.house import Installation

_BASH = """\
eval "$(mailgate completion bash)"
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_mailgate_completion mailgate
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# The function that zsh calls at Tab, with the one that would show what it found made to print it.
_ZSH = """\
autoload -Uz compinit
compinit -u -D
eval "$(mailgate completion zsh)"
_arguments() {{ print -r -- "$@" }}
words=({words})
CURRENT=${{#words}}
$_comps[mailgate]
"""
_FISH = """\
mailgate completion fish | source
complete -C "mailgate reprocess --service akc-w"
"""


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    made = Installation.make(tmp_path)
    program = tmp_path / "bin" / "mailgate"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mailgate "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return made


def ask(house: Installation, *shell: str) -> str:
    """What a shell says that runs a script in the folder of an installation."""
    path = f"{house.home / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  (our own script)
        shell,
        cwd=house.home,
        env={**os.environ, "PATH": path, "HOME": str(house.home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bash_completes_a_value_out_of_the_rules(house: Installation) -> None:
    words = "mailgate reprocess --service akc-w"

    assert ask(house, "bash", "-c", _BASH.format(words=words)).split() == ["akc-wg", "akc-ww"]


def test_zsh_completes_a_value_out_of_the_rules(house: Installation) -> None:
    words = "mailgate reprocess --service akc-w"

    assert ask(house, "zsh", "-f", "-c", _ZSH.format(words=words)).split() == ["*:", ':(("akc-wg"', '"akc-ww"))']


def test_fish_completes_a_value_out_of_the_rules(house: Installation) -> None:
    assert ask(house, "fish", "--no-config", "-c", _FISH).split() == ["akc-wg", "akc-ww"]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("mailgate mess", ["messages"]),
        ("mailgate messages ", ["list", "show", "raw"]),
        ("mailgate messages list --outc", ["--outcome"]),
        ("mailgate messages list --outcome ", ["ticket", "append", "clarify", "reject", "hold", "ignore"]),
        ("mailgate messages list --reason no_l", ["no_login"]),
        ("mailgate tickets list --queue ak", ["akcyza"]),
        ("mailgate schedule run rem", ["reminders"]),
    ],
)
def test_a_shell_is_told_commands_options_and_values(
    house: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    values: list[str],
) -> None:
    words = line.split(" ")
    monkeypatch.chdir(house.home)
    monkeypatch.setenv(ASKED, "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))

    with pytest.raises(SystemExit):
        run([])

    assert capsys.readouterr().out.split() == values


def test_without_rules_nothing_is_completed_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[smtp\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in ((ASKED, "complete_bash"), ("COMP_WORDS", "mailgate\nstats\n--by\n"), ("COMP_CWORD", "3")):
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit):
        run([])

    assert capsys.readouterr().err == ""


def test_alone_it_says_what_it_is_and_what_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0

    assert capsys.readouterr().out == WELCOME
    assert len(WELCOME.splitlines()) <= 24
    assert max(map(len, WELCOME.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [(("mesages",), "messages"), (("messages", "lst"), "list"), (("messages", "list", "--outcme", "x"), "--outcome")],
)
def test_a_mistyped_word_is_known(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], meant: str) -> None:
    assert run(arguments) == 2

    said = capsys.readouterr().err
    assert "did you mean" in said.lower()
    assert meant in said
