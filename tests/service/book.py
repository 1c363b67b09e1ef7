"""The operators' own rules, read once for all tests of recognition."""

from functools import cache
from pathlib import Path

from mailgate.core.request import Request, understand
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.core.service import Match, Named

RULES = Path(__file__).parents[2] / "rules"


@cache
def book() -> Rulebook:
    texts = {str(file.relative_to(RULES)): file.read_text(encoding="utf-8") for file in RULES.rglob("*.toml")}
    read = read_rulebook(texts)
    assert isinstance(read, Rulebook), read
    return read


def match(subject: str, body: str = "") -> Match:
    recogniser = book().recogniser
    return recogniser.find_service(recogniser.read(subject), body)


def named(subject: str, body: str = "") -> str:
    """What a subject names, in one word: the service, "system:" and the system, "several", or "nothing"."""
    found = match(subject, body)
    if found.named is Named.SERVICE:
        return str(found.candidates[0].service)
    return f"system:{found.candidates[0].system}" if found.named is Named.SYSTEM else str(found.named)


def offered(subject: str, body: str) -> list[str]:
    """The first three services that a good answer would offer."""
    return [str(each.service) for each in match(subject, body).candidates if each.service][:3]


def request(subject: str, body: str = "") -> Request:
    recogniser = book().recogniser
    read = recogniser.read(subject)
    return understand(read.mended, body, recogniser.find_service(read, body), book().cues)


__all__ = ["book", "match", "named", "offered", "request"]
