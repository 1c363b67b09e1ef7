"""Who writes the letters: the sender's name, the secret behind the Message-IDs, and how many may leave."""

from datetime import datetime, timedelta
from functools import partial

from mailgate.app.secret import secret_of
from mailgate.config import Config
from mailgate.core.choice import make_token
from mailgate.core.letter import compose, letter_id
from mailgate.core.mail import Address
from mailgate.core.reply import Reply
from mailgate.store.brake import Limits
from mailgate.store.verdicts import Writer


def make_writer(config: Config) -> Writer:
    """How letters come to be: from whom, with which Message-IDs, and how many at most.

    Raises:
        Permanent: the file with the secret cannot be used.
    """
    desk, section = config.desk, config.letters
    sender = Address(addr=desk.address, name=desk.name)
    secret = secret_of(config)()

    def write(reply: Reply, message_id: str, date: datetime) -> bytes:
        return compose(reply, message_id=message_id, date=date, sender=sender)

    return Writer(
        compose=write,
        letter_id=partial(_letter_id, secret, desk.address.rpartition("@")[2]),
        token=partial(make_token, secret),
        limits=Limits(
            window=timedelta(hours=section.window_hours),
            per_unproven_per_day=section.per_unproven_per_day,
            per_address_per_day=section.per_address_per_day,
            per_domain_per_day=section.per_domain_per_day,
            per_day=section.per_day,
            shared_domains=frozenset(section.shared_domains),
            quick=timedelta(minutes=section.answer_minutes),
            bounces=section.bounces,
        ),
        number_wait=timedelta(seconds=config.csd.number_wait) if config.csd.url else None,
    )


def _letter_id(secret: bytes, domain: str, digest: str, template: str) -> str:
    return letter_id(secret, digest, template, domain)
