"""`mailgate check`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.files import check_files, check_modes
from mailgate.app.house import folders_of, placed, read_house, rehearsed, rehearsed_in_part
from mailgate.cli.options import AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import say, say_json
from mailgate.config import BadConfig, Config
from mailgate.core.problem import Problem
from mailgate.core.service import audit
from mailgate.golden import run_golden
from mailgate.rulefolder import mend

command = command_group()


@command.command()
def check(
    rules: Annotated[Path | None, typer.Option(help="Other rules than those of the configuration.")] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Look for every mistake in config.toml, rules/ and templates/; run all examples and golden mails of the rules.

    It also reads every title, name and symbol of the catalogue as if it stood alone in a subject: one that names
    nothing, or something else, is a mistake; one that services of different systems share is a note, and so is a file
    with a secret or with mail in it that somebody else may read.

    Each mistake is one line, "file:line: what is wrong and how to mend it". Exit code 1 if there is any. Run it after
    every change; a running daemon takes over what is right by itself.

    Example: mailgate check && echo ready to go live
    """
    settings, problems = _read(config)
    problems += check_files(settings)
    folders = folders_of(settings, rules)
    notes = check_modes(settings)
    said, diffs = "", []
    mend(folders.rules)
    try:
        house = read_house(settings, folders)
    except BadConfig as error:
        problems += (*error.problems, *rehearsed_in_part(settings, folders))
    else:
        names = audit(house.book.catalogue, house.book.recogniser)
        failures = run_golden(house, folders.rules)
        golden = tuple(failure.problem for failure in failures)
        problems += (*placed(folders.rules, (*names.problems, *golden)), *rehearsed(house, folders))
        diffs = [failure.diff for failure in failures if failure.diff]
        notes += placed(folders.rules, names.notes)
        said = f"{len(house.book.rules)} rules, {len(house.book.examples)} examples, {len(house.letters.names)} letters"
    if as_json:
        say_json([{"file": each.file, "line": each.line, "message": each.message} for each in problems])
    else:
        for problem in problems:
            say(str(problem))
        for diff in diffs:
            say(diff.rstrip("\n"))
        for note in notes:
            say(f"note: {note}")
        if not problems:
            say(f"no mistake: {said}")
    if problems:
        sys.stdout.flush()
        raise typer.Exit(1)


def _read(file: Path | None) -> tuple[Config, tuple[Problem, ...]]:
    """The configuration and its mistakes; with any, the defaults stand in, so that rules are looked at all the same."""
    try:
        return read(file), ()
    except BadConfig as error:
        return Config.model_construct(root=(file or Path("config.toml")).parent.resolve()), error.problems
