"""`mailgate digest`."""

from contextlib import closing
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mailgate.app.digesting import make_digest, send_digest, span_of_digest
from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, command_group, moment, read
from mailgate.cli.screen import say, say_json
from mailgate.core.digest import write_digest
from mailgate.core.shown import count
from mailgate.store.document import document
from mailgate.trouble import Permanent

command = command_group()


@command.command()
def digest(
    send: Annotated[
        bool, typer.Option("--send", help="Mail it to [operators] addresses; once a day, however often it is asked.")
    ] = False,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help='Tell of the time since then: "3 days"; else since the last digest.')
    ] = "",
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Print the digest for operators: volumes, refusals, subjects not recognised, and what waits for a person.

    The daemon mails it as [schedule] says: digest = "0 7 * * 1-5". Its language is that of [operators].

    Example: mailgate digest --since '7 days'
    """
    settings = read(config)
    at, zone = now(), ZoneInfo(settings.desk.timezone)
    with closing(open_store(settings)) as store:
        if send:
            if not settings.operators.addresses:
                raise Permanent('nobody gets the digest; write into config.toml: [operators] addresses = ["you@..."]')
            sent = send_digest(settings, store, at)
            say(f"{count(sent, 'letter')} in the outbox" if sent else "today's digest is in the outbox already")
            return
        span = span_of_digest(settings, store, at)
        if since:
            span = replace(span, since=moment(since, at, zone=zone))
        found = make_digest(settings, store, span)
    if as_json:
        say_json(document(found))
    else:
        say("\n".join(write_digest(found, settings.operators.language, zone)).rstrip("\n"))
