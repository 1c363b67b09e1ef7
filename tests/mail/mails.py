"""The mails of `tests/mails`, read."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings

from mailgate.core.mail import Envelope, Mail, RawMessage
from mailgate.core.mail.read import read

# A busy machine makes no property false.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FOLDER = Path(__file__).parent.parent / "mails"
FILES = sorted(FOLDER.glob("*.eml"))


def read_bytes(content: bytes) -> Mail:
    received_at = datetime(2026, 10, 22, 7, 14, 2, tzinfo=UTC)
    return read(RawMessage(content=content, envelope=Envelope(source="file"), received_at=received_at))


def mail(name: str) -> Mail:
    """The mail in `tests/mails/<name>.eml`."""
    return read_bytes((FOLDER / f"{name}.eml").read_bytes())


def with_headers(*lines: str) -> Mail:
    """An empty mail with these header lines."""
    return read_bytes("\r\n".join((*lines, "", "")).encode())


# What most of the mails say.
BODY = """Dzień dobry,

po zalogowaniu do PUESC nie mogę złożyć zgłoszenia wywozowego w AES. Pojawia się
komunikat „Błąd wewnętrzny usługi”, a dokument zostaje w wersjach roboczych.
Proszę o pomoc, kierowca czeka na granicy w Świecku od szóstej rano.

Z poważaniem
Grażyna Wójcik
Agencja Celna „Świt” sp. z o.o."""
# The same where the character set has no Polish quotation marks.
PLAIN = BODY.replace("„", '"').replace("”", '"')
