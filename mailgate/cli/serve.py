"""`mailgate serve`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from mailgate.cli.options import ConfigFile, command_group, read
from mailgate.config import Config
from mailgate.log import make_log

ROLES = ("smtp", "imap", "worker", "outbox", "schedule", "web")

command = command_group()


def _roles(text: str) -> str:
    unknown = [role for role in text.split(",") if role not in ROLES]
    if unknown:
        raise typer.BadParameter(f'there is no role "{unknown[0]}"; known are {", ".join(ROLES)}')
    return text


@command.command()
def serve(
    role: Annotated[
        str,
        typer.Option(help="What this process does, with commas between.", callback=_roles, metavar="ROLES"),
    ] = ",".join(ROLES),
    name: Annotated[
        str, typer.Option(help="Name of a worker on its own; no two that run may share it.", show_default="its process")
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Take mail by SMTP, LMTP and IMAP, decide what becomes of it, and send the letters.

    The roles are smtp (the doors for SMTP and LMTP), imap (fetches mail from the configured mailboxes), worker
    (decides, in processes beside this one), outbox (sends letters), schedule (reminds whoever has not answered our
    question) and web (shows whoever watches how we are, where the settings name a port). The role worker alone decides
    in this very process. Rules and templates are read again as soon as they change; a mistake in them keeps the last
    good ones. Ctrl-C or SIGTERM stops: no more mail is taken; what was acknowledged is finished.

    Example, on a machine that only decides: mailgate serve --role worker
    """
    roles = tuple(dict.fromkeys(role.split(",")))
    settings = read(config)
    if roles == ("worker",):
        _work(settings, name)
    else:
        _serve(settings, roles, config)


def _work(config: Config, name: str) -> None:
    from mailgate.app.parts import process_name  # noqa: PLC0415  (as below)
    from mailgate.app.worker import Bell, run_worker  # noqa: PLC0415  (a worker needs none of what a door needs)

    name = name or process_name(f"worker-{os.getpid()}", config.database.node)
    run_worker(config, name, make_log(config.log), Bell.on_stdin())


def _serve(config: Config, roles: tuple[str, ...], file: Path | None) -> None:
    from mailgate.app.serve import Role, serve  # noqa: PLC0415  (and a door none of what a worker needs)

    named = ("--config", str(file.resolve())) if file and file.exists() else ()
    asyncio.run(serve(config, [Role(role) for role in roles], named, make_log(config.log)))
