"""`mailgate mailboxes`."""

from contextlib import closing

import typer

from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Limit, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.mailbox import MailboxLine, SightingState
from mailgate.store.document import document

command = command_group()


@command.callback()
def mailboxes() -> None:
    """Mailboxes that mail is fetched from (IMAP)."""


@command.command("list")
def list_mailboxes(limit: Limit = 50, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List the mailboxes: what is going on with each, what is wrong, and how many mails were seen in it.

    A mail in a mailbox is waiting (to be fetched), kept (safe here, the mailbox not told yet), done, or left.

    Example: mailgate mailboxes list
    """
    with closing(open_store(read(config))) as store:
        found = store.mailboxes.list()[:limit]
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("name", "state", "since", *SightingState, "trouble"),
        [(x.name, x.state, x.since, *_sums(x), x.trouble or "") for x in found],
        cut=("trouble",),
        empty="no mailbox was read yet; see docs/imap.md",
    )


@command.command()
def left(limit: Limit = 50, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List mails that could not be fetched, each with the reason; they stay where they are.

    Example: mailgate mailboxes left --json
    """
    with closing(open_store(read(config))) as store:
        found = store.mailboxes.left(limit)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("mailbox", "uid", "bytes", "seen", "reason", "why"),
        [(x.mailbox, x.uid, x.size, x.seen_at, x.reason, x.why) for x in found],
        cut=("why",),
        empty="everything was fetched",
    )


@command.command()
def check(config: ConfigFile = None) -> None:
    """Log in to each configured mailbox and look at its folder; nothing is fetched or changed there.

    Exit code 1 if one of them cannot be read.

    Example, after a change of [[imap]] in config.toml: mailgate mailboxes check
    """
    from mailgate.app.looking import look  # noqa: PLC0415  (only this one speaks to servers)

    settings = read(config)
    answers = [(section.name, look(section, settings.root)) for section in settings.imap]
    for name, answer in answers:
        say(f"{name}: {answer.text}")
    if not answers:
        say("no mailbox is configured; see [[imap]] in docs/config.toml")
    if not all(answer.is_good for _, answer in answers):
        raise typer.Exit(1)


def _sums(line: MailboxLine) -> tuple[int, ...]:
    return tuple(line.mails[state] for state in SightingState)
