"""`mailgate balance`."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Annotated

import typer

from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import say, say_json
from mailgate.config import Config
from mailgate.store.balance import Balance, Fault
from mailgate.store.document import document
from mailgate.store.mailboxes import Mailboxes

command = command_group()

# So many faults are printed; --json has them all.
_NAMED = 20


@command.command()
def balance(
    ask: Annotated[
        bool, typer.Option("--ask", help="Log in to each mailbox, too, and look for mail never seen.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Prove that not a single mail is missing.

    Counts every receipt that was ever given and follows it: each has its message, each message is in exactly one state,
    each ticket and each letter has the decision that made it; each mail that was seen in a mailbox has its message, or
    the reason why it has none. Exit code 1 if anything is unaccounted for. It also says when the
    header of your relay is missing where it used to be.

    Example, each night by cron: mailgate balance || mail -s 'mail is missing' ops@example.org
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        found = store.balance()
        if ask:
            found = replace(found, missing=(*found.missing, *_ask(settings, store.mailboxes)))
        silent = store.relays.silent(settings.identity.alarm_after)
    if as_json:
        say_json(document(found) | {"silent_relays": document(silent)})
    else:
        _print(found)
        for each in silent:
            say(f"ALARM     the relay at {each.way} is silent: {each.mails} mails without its Authentication-Results")
    if found.missing:
        raise typer.Exit(1)


def _ask(settings: Config, known: Mailboxes) -> Iterator[Fault]:
    """What the servers list and we have never seen."""
    from mailgate.app.looking import look  # noqa: PLC0415  (only who asks speaks to servers)

    for section in settings.imap:
        seen = look(section, settings.root)
        if not seen.uidvalidity:
            yield Fault(name=f"mailbox {section.name}", problem=f"it cannot be asked: {seen.text}")
        for uid in known.unseen(section.name, seen.uidvalidity, seen.uids):
            yield Fault(name=f"mailbox {section.name} UID {uid}", problem="it is there, and was never seen")


def _print(found: Balance) -> None:
    """The sums, then what is missing."""
    say(f"receipts  {found.receipts}, of which {found.duplicates} for mail that was here already")
    say(f"messages  {found.messages}: {_sums(found.states)}")
    say(f"outcomes  {_sums(found.outcomes) or 'none yet'}")
    say(f"tickets   {found.tickets}")
    say(f"letters   {sum(found.letters.values())}: {_sums(found.letters)}")
    for each in found.mailboxes:
        reasons = f" ({_sums(each.reasons)})" if each.reasons else ""
        say(f"mailbox   {each.name}: {sum(each.mails.values())} seen: {_sums(each.mails)}{reasons}")
    if any(found.pushes.values()):
        say(f"pushes    {sum(found.pushes.values())}: {_sums(found.pushes)}")
    for fault in found.missing[:_NAMED]:
        say(f"MISSING   {fault.name}: {fault.problem}")
    if len(found.missing) > _NAMED:
        say(f"          and {len(found.missing) - _NAMED} more; see --json")
    say("something is unaccounted for" if found.missing else "nothing is missing")


def _sums(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
