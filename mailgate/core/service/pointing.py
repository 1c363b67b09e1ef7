"""What a body points to, when the subject names nothing (eval GUIDE rule 5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailgate.core.service.everyday import Everyday
from mailgate.core.service.evidence import Evidence
from mailgate.core.service.index import Index
from mailgate.core.service.verdict import Judge
from mailgate.core.words import Word

# How many words apart the words of a phrase may stand.
_NEAR = 8
# What the few words of a subject add to what the body says.
_SUBJECT = 0.6
# What a system gives each of its services, of its weight.
_OF_SYSTEM = 0.6
# The share of a name, and of a hint, that must stand in the body.
_SHARE, _SHARE_OF_HINT = 0.6, 0.85
# The share of the heaviest title's weight from which a title is as good as that.
_EQUAL = 0.9
# What it adds to a service that its family stands in the subject.
_FAMILY = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A service that the body points to."""

    service: str
    weight: float
    # The words that did, as written.
    words: tuple[str, ...]


def find_in_body(index: Index, body: Sequence[Word], subject: Sequence[Word]) -> list[Evidence]:
    """All evidence in a body; words of a phrase may stand in the subject."""
    phrases = index.phrases_in_body(body, subject, _NEAR, _SHARE)
    return [*index.codes_in_body(body), *index.messages(body), *phrases]


def family(evidence: Iterable[Evidence]) -> frozenset[str]:
    """The services whose titles share what the subject says ("Złóż deklarację w sprawie podatku akcyzowego").

    Empty when it holds less than two words of a title, or of the title of one service only.
    """
    titles = [each for each in evidence if each.how == "title" and len(each.places) > 1]
    most = max((each.weight for each in titles), default=0.0)
    services = frozenset(service for each in titles if each.weight >= _EQUAL * most for service in each.services)
    return services if len(services) > 1 else frozenset()


def point(
    index: Index,
    judge: Judge,
    subject: Sequence[Word],
    body: Sequence[Word],
    in_subject: Iterable[Evidence],
    in_body: Iterable[Evidence],
    everyday: Mapping[str, Everyday],
) -> list[Pointed]:
    """The services that a mail points to, best first.

    Args:
        index: the catalogue.
        judge: knows which services a system carries.
        subject: the words of the subject.
        body: the words of the body, as many as are read.
        in_subject: the evidence that was found in the subject; not enough to name anything.
        in_body: the evidence that was found in the body.
        everyday: the services that everyday words of the body speak for.
    """
    enough = index.lexicon.body
    in_subject = tuple(in_subject)
    said = ((body, in_body, 1.0, family(in_subject)), (subject, in_subject, _SUBJECT, frozenset[str]()))
    weights: dict[str, float] = defaultdict(float)
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for text, evidence, factor, sisters in said:
        for service, best in _best(evidence, judge, enough, sisters).items():
            each, weight = best
            weights[service] += weight if _is_said_as_it_is(each) else factor * weight
            words[service].update((text[place].written, None) for place in sorted(each.places) if place >= 0)
    for service, heard in everyday.items():
        weights[service] += heard.weight
        words[service].update((body[place].written, None) for place in sorted(heard.places))
    ranked = sorted(weights, key=lambda service: -weights[service])
    return [
        Pointed(service=service, weight=weights[service], words=tuple(words[service]))
        for service in ranked
        if weights[service] >= enough
    ]


def _best(
    evidence: Iterable[Evidence], judge: Judge, enough: float, sisters: frozenset[str]
) -> dict[str, tuple[Evidence, float]]:
    """For each service the best that speaks for it, with its weight; a little more when a second thing does.

    Where the subject names a family, one telling word is enough to single out a sister.
    """
    best: dict[str, tuple[Evidence, float]] = {}
    for each in evidence:
        if not _says_enough(each, enough) and not sisters & set(each.services):
            continue
        services = each.services or tuple(service for system in each.systems for service in judge.portal(system))
        weight = each.weight if each.services else each.weight * _OF_SYSTEM
        weight = max(weight, enough) if each.how == "hint" and len(each.places) > 1 else weight
        weight += _FAMILY if sisters & set(services) else 0.0
        for service in services:
            old = best.get(service)
            more = 0.25 * min(old[1], weight) if old else 0.0
            if old is None or old[1] < weight:
                best[service] = (each, weight + more)
            else:
                best[service] = (old[0], old[1] + more)
    return best


def _is_said_as_it_is(evidence: Evidence) -> bool:
    """Whether a hint stands there whole, its words beside each other: "zgłoszenie celne"."""
    together = max(evidence.places) - min(evidence.places) + 1 == len(evidence.places) > 1
    return evidence.how == "hint" and evidence.whole and together


def _says_enough(evidence: Evidence, enough: float) -> bool:
    share = _SHARE_OF_HINT if evidence.how == "hint" else _SHARE
    return evidence.whole or (evidence.share >= share and evidence.weight >= enough and len(evidence.places) > 1)
