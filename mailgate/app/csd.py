"""The ticket system of the configuration."""

import re
import ssl
import time
from functools import partial

import re2

from mailgate.app.parts import read_secret
from mailgate.config import Config
from mailgate.core.thread.subject import ticket_numbers
from mailgate.csd import Csd, read_keys
from mailgate.outbox import HandOver
from mailgate.store.outbox import Letter
from mailgate.trouble import Permanent

# Characters of a number; a longer one would not fit into a subject.
_LONGEST = 40


def make_csd(config: Config) -> Csd | None:
    """The ticket system; None where none is told of tickets.

    Raises:
        Permanent: a file cannot be used.
    """
    section = config.csd
    if not section.url:
        return None
    return Csd(
        url=section.url,
        keys=read_keys(read_secret("csd.secret_file", config)),
        timeout=section.timeout,
        clock=time.time,
        is_number=partial(_is_number, re2.compile(section.number_pattern), config.desk.ticket_prefix),
        tls=_tls(config),
    )


def by_push(csd: Csd) -> HandOver:
    """How pushes are handed over."""

    async def push(letter: Letter) -> str:
        return await csd.push(key=letter.message_id, content=letter.content)

    return push


def _is_number(pattern: re.Pattern[str], prefix: str, text: str) -> bool:
    """Whether a text can be a number of the ticket system. One that looks like ours could take answers away from us."""
    is_plain = len(text) <= _LONGEST and text.isascii() and text.isprintable()
    return is_plain and bool(pattern.fullmatch(text)) and not ticket_numbers(text, prefix)


def _tls(config: Config) -> ssl.SSLContext | None:
    if config.csd.authority is None:
        return None
    file = config.path(config.csd.authority)
    try:
        return ssl.create_default_context(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        reason = error.strerror or "it is no certificate"
        raise Permanent(f"the file {file} cannot be used ({reason}); see csd.authority") from None
