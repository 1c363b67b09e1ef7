"""`mailgate audit`."""

import re
from contextlib import closing
from typing import Annotated

import typer

from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Limit, Since, command_group, read
from mailgate.cli.screen import as_json as as_text
from mailgate.cli.screen import say, say_json, say_table
from mailgate.store.audit import Act, AuditLine
from mailgate.store.document import document

command = command_group()
_HEAD = re.compile(r"([0-9]{1,9}):([0-9a-f]{8,64})")


@command.callback()
def audit() -> None:
    """Who looked at mail in full, and who changed what: a trail that can be added to and not changed."""


@command.command("list")
def list_rows(
    who: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Only what this operator did.")] = None,
    act: Annotated[Act | None, typer.Option(help="Only these acts.")] = None,
    about: Annotated[
        str | None, typer.Option(metavar="OBJECT", help='Only what was done to it: "message 17", "ticket ZGL0000001".')
    ] = None,
    since: Since = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest rows of the trail.

    Example: mailgate audit list --act revealed --since "30 days"
    """
    with closing(open_store(read(config))) as store:
        found = store.audit.list(limit=limit, since=since, operator=who, act=act, object=about)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("number", "when", "by", "did", "to", "details"),
        [_cells(line) for line in found],
        cut=("by", "to", "details"),
        empty="there is no such row in the audit trail",
    )


def _cells(line: AuditLine) -> tuple[object, ...]:
    details = ", ".join(f"{name} {as_text(value)}" for name, value in line.details.items())
    return line.number, line.at, line.operator, line.act, line.object, details


def _noted(text: str) -> tuple[int, str]:
    found = _HEAD.fullmatch(text.strip().lower())
    if not found:
        raise typer.BadParameter(
            f'"{text}" is no head; write it as verify printed it: NUMBER:DIGEST', param_hint="--head"
        )
    return int(found[1]), found[2]


@command.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:DIGEST", help="A head that was noted elsewhere; it must be there."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Check that no row of the trail was changed, taken away or put in. Exit code 1 names the first broken one.

    The head that it prints can be noted where nobody of this machine gets to; given back with --head it also shows
    whether somebody who has our secret has written the trail anew.

    Example: mailgate audit verify --head 17:3f2a91c07b5d
    """
    noted = _noted(head) if head else None
    with closing(open_store(read(config))) as store:
        found = store.audit.verify(noted)
    if as_json:
        say_json(document(found))
    elif found.broken is None:
        say(f"{found.rows} rows, and every one is as it was written; head {found.rows}:{found.head}")
    else:
        say(f"row {found.broken} is broken: {found.problem}")
    if found.broken is not None:
        raise typer.Exit(1)
