"""Who writes the letters: the sender's name, the secret behind the Message-IDs, and how many may leave."""

import os
import secrets
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from mailgate.config import Config
from mailgate.core.letter import compose, letter_id
from mailgate.core.mail import Address
from mailgate.core.reply import Reply
from mailgate.store.brake import Limits
from mailgate.store.verdicts import Writer
from mailgate.trouble import Permanent

_SECRET_BYTES = 32


def make_writer(config: Config) -> Writer:
    """How letters come to be: from whom, with which Message-IDs, and how many at most.

    Raises:
        Permanent: the file with the secret cannot be used.
    """
    desk, section = config.desk, config.letters
    sender = Address(addr=desk.address, name=desk.name)
    secret = read_secret(config.path(section.secret_file))

    def write(reply: Reply, message_id: str, date: datetime) -> bytes:
        return compose(reply, message_id=message_id, date=date, sender=sender)

    return Writer(
        compose=write,
        letter_id=partial(_letter_id, secret, desk.address.rpartition("@")[2]),
        limits=Limits(
            window=timedelta(hours=section.window_hours),
            per_address_per_day=section.per_address_per_day,
            per_day=section.per_day,
            quick=timedelta(minutes=section.answer_minutes),
            bounces=section.bounces,
        ),
    )


def _letter_id(secret: bytes, domain: str, digest: str, template: str) -> str:
    return letter_id(secret, digest, template, domain)


def read_secret(file: Path) -> bytes:
    """The secret that keys our Message-IDs, made when it is not there yet; several processes agree on one.

    Raises:
        Permanent: the file cannot be read or written, or is too short to be a secret.
    """
    try:
        if not file.exists():
            _make_secret(file)
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not hold hexadecimal digits"
        raise Permanent(f"the secret {file} cannot be used ({why}); remove it, and a new one is made") from None
    if len(secret) < _SECRET_BYTES:
        raise Permanent(f"the secret {file} is too short; remove it, and a new one is made")
    return secret


def _make_secret(file: Path) -> None:
    """Write it beside and link it: nobody ever reads half of it, and the first one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as written:  # noqa: PTH123  (a Path cannot be opened with a mode)
        written.write(f"{secrets.token_hex(_SECRET_BYTES)}\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
