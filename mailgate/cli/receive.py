"""`mailgate receive`."""

import sys
from contextlib import closing, suppress
from typing import Annotated

import typer

from mailgate.app.parts import now, open_database
from mailgate.cli.options import ConfigFile, command_group, read
from mailgate.config import BadConfig, Config
from mailgate.core.mail import Envelope, RawMessage
from mailgate.store.bells import MAIL, ring
from mailgate.store.keeping import keep
from mailgate.trouble import Permanent, Temporary

command = command_group()


@command.command()
def receive(
    mail_from: Annotated[str | None, typer.Option(help='Envelope sender; "" is the null sender.')] = None,
    to: Annotated[list[str] | None, typer.Option(help="Envelope recipient; may be given several times.")] = None,
    client: Annotated[str | None, typer.Option(help="IP address of the client that brought the mail.")] = None,
    helo: Annotated[str | None, typer.Option(help="The name that this client gave.")] = None,
    config: ConfigFile = None,
) -> None:
    """Keep one mail (RFC 5322) from standard input, for a pipe from any MTA.

    Exit code 0: the mail is kept, durably, and mailgate answers for it. Exit code 75: it is not; try again later. The
    same mail a second time is recognised. A worker of `mailgate serve` decides what becomes of it.

    Example, in Postfix's master.cf: argv=mailgate receive --mail-from ${sender} --client ${client_address}
    """
    envelope = Envelope(source="pipe", mail_from=mail_from, recipients=tuple(to or ()), client=client, helo=helo)
    try:
        _keep(read(config), envelope)
    except Temporary:
        raise
    # Whatever is wrong is wrong with us, and no reason for the MTA to send the mail back to its author.
    except (BadConfig, Permanent) as error:
        raise Temporary(f"the mail was not kept: {error}") from None
    except Exception as error:
        raise Temporary(f"the mail was not kept, which is our bug: {type(error).__name__}: {error}") from error


def _keep(config: Config, envelope: Envelope) -> None:
    """Read the mail and keep it.

    Raises:
        BadConfig, Permanent, Temporary: it was not kept.
    """
    content = sys.stdin.buffer.read(config.smtp.size_limit + 1)
    if not content:
        raise Temporary("there was no mail on standard input, so nothing was kept; pipe one in")
    if len(content) > config.smtp.size_limit:
        raise Permanent(f"it is larger than smtp.size_limit ({config.smtp.size_limit} bytes); raise that limit")
    with closing(open_database(config, make=True)) as database:
        keep(database, [RawMessage(content=content, envelope=envelope, received_at=now())])
        with suppress(Temporary):  # it is kept; whoever decides looks by himself a moment later
            ring(database, {MAIL})
