"""What a mail asks for: its kind, matter, environment and language, and what the desk does not do.

All of it is read from cues (`rules/cues/`): each speaks with its weight for one answer, and the sums decide.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailgate.core.catalogue import Catalogue
from mailgate.core.cues import Cue, CueBook
from mailgate.core.service.records import Match

# A sum from which cues settle what they speak for.
_ENOUGH = 1.0
_LETTERS = (
    ("uk", re.compile("[іїєґІЇЄҐ]")), ("ru", re.compile("[ыэъёЫЭЪЁ]")), ("uk", re.compile("[а-яА-Я]{3}")),
    ("lt", re.compile("[ėįųūĖĮŲŪ]")), ("cs", re.compile("[řěůŘĚŮ]")), ("de", re.compile("[äöüßÄÖÜ]")),
    ("pl", re.compile("[ąęłżźćńśĄĘŁŻŹĆŃŚ]")),
)  # fmt: skip
# What Polish mail is not written with; without it there is no letter of another language to look for.
_NOT_POLISH = re.compile("[^\0-\x7fąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–’…]")
# What the letters of a language may say at the most.
_LETTERS_SAY = 3
LANGUAGES = ("pl", "en", "uk", "ru", "de", "cs", "lt")


class Kind(StrEnum):
    """The three kinds of ticket (published help-desk page)."""

    INCIDENT = "incident"
    INFORMATION = "information"
    SERVICE_REQUEST = "service_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the author wants from us."""

    kind: Kind
    # Id of the service-request matter, or None.
    matter: str | None
    # "production" or "test".
    environment: str
    # ISO 639-1 code of the language of the mail ("pl", "en", "uk", "ru", "de", "cs", "lt"); "" when unsure.
    language: str
    # A complaint about an answer, or a request to explain one further (GUIDE rule 7).
    complaint: bool
    # Words that are a complaint where they answer an answer: "proszę o ponowne rozpatrzenie".
    dissent: bool = False
    # "Fill it in with me / for me" (GUIDE rule 8).
    form_filling: bool
    # Id of the other desk whose business this is (GUIDE rule 9), or None.
    other_desk: str | None
    # What an answer says and nothing beside it: "thanks", "withdrawal".
    only: tuple[str, ...] = ()
    # Every cue that was found, for the explanation.
    cues: tuple[Cue, ...]


def subjects_of_cues(catalogue: Catalogue) -> tuple[str, ...]:
    """What the cues of `rules/` may speak for."""
    return (
        "kind:incident",
        "kind:information",
        "environment:test",
        "complaint",
        "dissent",
        "form_filling",
        "account",
        *(f"language:{language}" for language in LANGUAGES),
        *(f"matter:{matter}" for matter in catalogue.matters),
        *(f"desk:{desk}" for desk in catalogue.desks),
    )


def understand(subject: str, body: str, match: Match, cues: CueBook) -> Request:
    """What the author wants.

    Args:
        subject: the subject, mended.
        body: the new text of the mail.
        match: what the subject names; a title that is named whole is no matter by itself
            ("Uzyskaj lub unieważnij certyfikat celny"), but the body may make it one.
        cues: the cues of the rulebook.
    """
    in_subject = cues.find(subject, "subject")
    in_body = cues.find(body, "body")
    found = (*in_subject, *in_body)
    sums = _sums(found)
    matter = _matter(in_subject, in_body, match)
    return Request(
        kind=Kind.SERVICE_REQUEST if matter else _kind(sums),
        matter=matter,
        environment="test" if sums["environment:test"] >= _ENOUGH else "production",
        language=_language(subject, body, sums),
        complaint=sums["complaint"] >= _ENOUGH,
        dissent=sums["dissent"] >= _ENOUGH,
        form_filling=sums["form_filling"] >= _ENOUGH,
        other_desk=_best(sums, "desk:"),
        cues=found,
    )


def names_title(match: Match) -> bool:
    """Whether a title is named whole: all that a wish depends on of what is named."""
    return bool(match.candidates) and match.candidates[0].how == "title"


def _sums(cues: Iterable[Cue]) -> Mapping[str, float]:
    """What the cues say in all. A cue that was found in the subject and in the body speaks once."""
    sums: dict[str, float] = defaultdict(float)
    for cue in {cue.source: cue for cue in cues}.values():
        sums[cue.speaks_for] += cue.weight
    return sums


def _kind(sums: Mapping[str, float]) -> Kind:
    """Incident or information. A mail that reports a fault and asks a question is an incident (GUIDE rule 10)."""
    return Kind.INCIDENT if sums["kind:incident"] > sums["kind:information"] else Kind.INFORMATION


def _matter(in_subject: Iterable[Cue], in_body: Iterable[Cue], match: Match) -> str | None:
    """The matter that the subject names, or the body under a subject about the account (GUIDE rule 6)."""
    in_subject, in_body = tuple(in_subject), tuple(in_body)
    whole_title = names_title(match)
    against = tuple(cue for cue in in_body if cue.weight < 0)
    named = None if whole_title else _best(_sums((*in_subject, *against)), "matter:")
    if named or _sums(in_subject)["account"] < _ENOUGH:
        return named
    return _best(_sums(in_body if whole_title else (*in_subject, *in_body)), "matter:")


def _best(sums: Mapping[str, float], prefix: str) -> str | None:
    """What the cues with that prefix speak for most, when they say enough."""
    best = max(((value, key) for key, value in sums.items() if key.startswith(prefix)), default=(0.0, ""))
    return best[1].removeprefix(prefix) if best[0] >= _ENOUGH else None


def _language(subject: str, body: str, sums: Mapping[str, float]) -> str:
    """The language by its words, helped by letters that only it has; "" when nothing speaks clearly."""
    text = f"{subject}\n{body}"[:3000]
    scores = {language: sums[f"language:{language}"] for language in LANGUAGES}
    for language, letters in _LETTERS if _NOT_POLISH.search(text) else _LETTERS[-1:]:
        scores[language] += sum(1 for _ in itertools.islice(letters.finditer(text), _LETTERS_SAY))
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best < _ENOUGH or best - second < _ENOUGH:
        return ""
    return next(language for language in LANGUAGES if scores[language] == best)
