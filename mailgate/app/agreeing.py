"""What machines on one database must agree on, and what is worth a warning about its server."""

import hmac
from collections.abc import Iterator, Mapping
from datetime import timedelta

from mailgate.app.secret import secret_of
from mailgate.config import Config
from mailgate.store.agreement import agree
from mailgate.store.database import Database
from mailgate.store.server_state import look_at
from mailgate.trouble import Permanent

# Clocks that differ by more make leases end too early or too late.
_APART = timedelta(seconds=2)
SECRET, PREFIX = "secret", "ticket_prefix"


def ours(config: Config) -> Mapping[str, str]:
    """What this machine says. The secret is told by a fingerprint, from which nobody gets back to it.

    Raises:
        Permanent: the secret cannot be read.
    """
    fingerprint = hmac.new(secret_of(config)(), b"mailgate agreement", "sha256").hexdigest()
    return {SECRET: fingerprint, PREFIX: config.desk.ticket_prefix}


def check_agreement(config: Config, database: Database) -> None:
    """Make sure that this machine says what the others say. On SQLite there are no others.

    Raises:
        Permanent: it does not; the sentence says what to do.
        Temporary: the database did not answer.
    """
    if database.is_sqlite:
        return
    mine = ours(config)
    agreed = agree(database, mine)
    if agreed[SECRET] != mine[SECRET]:
        file = config.path(config.letters.secret_file)
        raise Permanent(
            f"the secret {file} is not the one of the other machines, which would not know our letters again: copy "
            "that file from one of them; or, if this is the right one, run `mailgate db agree`"
        )
    if agreed[PREFIX] != mine[PREFIX]:
        raise Permanent(
            f'desk.ticket_prefix is "{mine[PREFIX]}" here and "{agreed[PREFIX]}" on the other machines: write '
            "the same; or, if this is the right one, run `mailgate db agree`"
        )


def warnings_about(database: Database) -> Iterator[str]:
    """What an operator should know of the server before mail comes.

    Raises:
        Temporary: the database did not answer.
    """
    if database.is_sqlite:
        return
    found = look_at(database)
    if abs(found.ahead) > _APART:
        yield f"its clock and ours are {abs(found.ahead).total_seconds():.0f} seconds apart; let NTP set both"
    if not found.is_durable:
        yield "it acknowledges what is not on its disk yet; set fsync and synchronous_commit to on"
