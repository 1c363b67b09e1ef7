"""`mailgate retention`."""

from contextlib import closing

import typer

from mailgate.app.due import JobName, turn_of
from mailgate.app.parts import now
from mailgate.app.retention import apply_retention, terms_of
from mailgate.app.store import open_store
from mailgate.cli.options import Apply, AsJson, ConfigFile, Operator, by, command_group, read
from mailgate.cli.screen import complain, say, say_json
from mailgate.core.shown import count
from mailgate.store.document import document
from mailgate.store.retention import Aged

command = command_group()


@command.command()
def retention(
    apply: Apply = False, as_json: AsJson = False, operator: Operator = None, config: ConfigFile = None
) -> None:
    """Erase the bytes of mails, of their attachments and of letters that are older than [retention] lets them become.

    What was decided stays, with its reasons; a copy of an erased mail is still recognised. Personal numbers in what
    stays are masked. Mails of open tickets are kept. It may be run at any time, and says nothing when it erases none.
    Exit code 75: somebody was reading, and what was erased is still in the database's log; run it again.

    Example, each night by cron: mailgate retention --apply
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        if apply:
            name = by(operator)
            with turn_of(JobName.RETENTION, settings, store.database, name):
                aged = apply_retention(store, settings.retention, operator=name, now=now())
        else:
            aged = store.retention.look(terms_of(settings.retention), now())
    if as_json:
        say_json(document(aged) | {"applied": apply})
    elif not apply or _any(aged):
        _print(aged, applied=apply)
    if not aged.scrubbed:
        complain("what was erased is still in the log of the database, which somebody is reading; run it again")
        raise typer.Exit(75)


def _any(aged: Aged) -> bool:
    return bool(sum(aged.messages.values()) + aged.letters)


def _print(aged: Aged, *, applied: bool) -> None:
    done = "erased" if applied else "would be erased, with --apply"
    sums = ", ".join(f"{number} {outcome}" for outcome, number in aged.messages.items() if number)
    say(f"messages  {sum(aged.messages.values())} {done}{f': {sums}' if sums else ''}")
    say(f"letters   {aged.letters} {done}")
    say(f"bytes     {aged.size}")
    if aged.on_open_tickets:
        say(f"kept      {count(aged.on_open_tickets, 'message')}, old enough, on tickets that are open")
