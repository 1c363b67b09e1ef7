"""`mailgate balance`."""

from contextlib import closing

import typer

from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import say, say_json
from mailgate.store.balance import Balance
from mailgate.store.document import document

command = command_group()

# So many faults are printed; --json has them all.
_NAMED = 20


@command.command()
def balance(as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Prove that not a single mail is missing.

    Counts every receipt that was ever given and follows it: each has its message, each message is in exactly one state,
    each ticket and each letter has the decision that made it. Exit code 1 if anything is unaccounted for. It also says
    when the header of your relay is missing where it used to be.

    Example, each night by cron: mailgate balance || mail -s 'mail is missing' ops@example.org
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        found = store.balance()
        silent = store.relays.silent(settings.identity.alarm_after)
    if as_json:
        say_json(document(found) | {"silent_relays": document(silent)})
    else:
        _print(found)
        for each in silent:
            say(f"ALARM     the relay at {each.way} is silent: {each.mails} mails without its Authentication-Results")
    if found.missing:
        raise typer.Exit(1)


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
