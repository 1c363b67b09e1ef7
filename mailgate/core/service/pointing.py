"""What a body points to, when the subject names nothing (eval GUIDE rule 5)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailgate.core.service.index import Evidence, Index
from mailgate.core.service.verdict import Judge
from mailgate.core.words import Word

# How many words apart the words of a phrase may stand.
_NEAR = 8
# What the few words of a subject add to what the body says.
_SUBJECT = 0.6
# What a system gives each of its services, of its weight.
_OF_SYSTEM = 0.6
# The share of a hint or name that must stand in the body.
_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A service that the body points to."""

    service: str
    weight: float
    # The words that did, as written.
    words: tuple[str, ...]


def find_in_body(index: Index, body: Sequence[Word]) -> list[Evidence]:
    """All evidence in a body."""
    return [*index.codes_in_body(body), *index.messages(body), *index.phrases_in_body(body, _NEAR, _SHARE)]


def point(
    index: Index,
    judge: Judge,
    subject: Sequence[Word],
    body: Sequence[Word],
    in_subject: Iterable[Evidence],
    in_body: Iterable[Evidence],
) -> list[Pointed]:
    """The services that a mail points to, best first.

    Args:
        index: the catalogue.
        judge: knows which services a system carries.
        subject: the words of the subject.
        body: the words of the body, as many as are read.
        in_subject: the evidence that was found in the subject; not enough to name anything.
        in_body: the evidence that was found in the body.
    """
    enough = index.lexicon.body
    weights: dict[str, float] = defaultdict(float)
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for text, evidence, factor in ((body, in_body, 1.0), (subject, in_subject, _SUBJECT)):
        for service, best in _best(evidence, judge, enough).items():
            each, weight = best
            weights[service] += factor * weight
            words[service].update((text[place].written, None) for place in sorted(each.places))
    ranked = sorted(weights, key=lambda service: -weights[service])
    return [
        Pointed(service=service, weight=weights[service], words=tuple(words[service]))
        for service in ranked
        if weights[service] >= enough
    ]


def _best(evidence: Iterable[Evidence], judge: Judge, enough: float) -> dict[str, tuple[Evidence, float]]:
    """For each service the best that speaks for it, with its weight; a little more when a second thing does."""
    best: dict[str, tuple[Evidence, float]] = {}
    for each in evidence:
        if not _says_enough(each, enough):
            continue
        services = each.services or tuple(service for system in each.systems for service in judge.portal(system))
        weight = each.weight if each.services else each.weight * _OF_SYSTEM
        weight = max(weight, enough) if each.how == "hint" and len(each.places) > 1 else weight
        for service in services:
            old = best.get(service)
            more = 0.25 * min(old[1], weight) if old else 0.0
            if old is None or old[1] < weight:
                best[service] = (each, weight + more)
            else:
                best[service] = (old[0], old[1] + more)
    return best


def _says_enough(evidence: Evidence, enough: float) -> bool:
    if evidence.whole or evidence.how == "hint":
        return evidence.whole
    return evidence.share >= _SHARE and evidence.weight >= enough and len(evidence.places) > 1
