"""Conditions on what the mail is about and what its author wants."""

from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue
from mailgate.core.conditions.argument import choice, flag, number, texts
from mailgate.core.conditions.condition import Argument, Condition, Mistake, Saw
from mailgate.core.conditions.proof import Proof, proof
from mailgate.core.facts import Facts
from mailgate.core.request import Kind
from mailgate.core.sayings import THANKS, WITHDRAWAL
from mailgate.core.service import Candidate, Named


def named(wanted: frozenset[str], facts: Facts) -> Saw:
    """The subject names one service, only a system, several services of which none prevails, or nothing."""
    return _named(facts) in wanted, _named_in_words(facts)


def body_points(wanted: frozenset[str], facts: Facts) -> Saw:
    """The subject names nothing, but the body points to at least one service."""
    return _named(facts) in wanted, _named_in_words(facts)


def service(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail is about one of these services, by its subject."""
    best = _best(facts)
    return best is not None and best.service in wanted, _named_in_words(facts)


def system(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail is about one of these systems, by its subject: named, or behind the named service."""
    best = _best(facts)
    return best is not None and best.system in wanted, _named_in_words(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """What belongs to some areas of the catalogue."""

    services: frozenset[str]
    # Systems all of whose services belong to them.
    systems: frozenset[str]


def area(wanted: Areas, facts: Facts) -> Saw:
    """The mail is about a service of one of these areas of the catalogue.

    Or about a system, all of whose services are there.
    """
    best = _best(facts)
    if best is None:
        return False, _named_in_words(facts)
    inside = best.service in wanted.services if best.service else best.system in wanted.systems
    return inside, _named_in_words(facts)


def kind(wanted: frozenset[Kind], facts: Facts) -> Saw:
    """The mail is a ticket of this kind."""
    return facts.request.kind in wanted, f"the kind is {facts.request.kind}"


def matter(wanted: frozenset[str | None], facts: Facts) -> Saw:
    """The mail asks for one of these service-request matters."""
    return facts.request.matter in wanted, _matter_in_words(facts)


def matter_proof_missing(wanted: Proof, facts: Facts) -> Saw:
    """The mail asks for a matter that needs more proof of its author (`trust` of the `[[matter]]`) than there is."""
    matter, trust = facts.request.matter, facts.identity.trust
    saw = f"{_matter_in_words(facts)}; it needs {wanted.needed(matter)}, trust is {trust}"
    return wanted.holds(matter, trust), saw


def environment(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail is about this environment."""
    return facts.request.environment in wanted, f"the environment is {facts.request.environment}"


def language(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail is written in one of these languages, as far as we are sure."""
    found = facts.request.language
    return found in wanted, f'the language is "{found}"' if found else "the language is not sure"


def says_only(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail is an answer, and every word that its author wrote this time says this: phrases of `[[saying]]`.

    thanks: thanks, or that it works now; withdrawal: that nothing is needed any more. One other word, and it says more.
    """
    found = facts.request.only
    said = f"it says {' and '.join(found)} only" if found else "it says more than thanks or a withdrawal"
    return not wanted.isdisjoint(found), said


def complaint(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail is a complaint about an answer, or asks for further explanation of one."""
    found = facts.request.complaint
    return found in wanted, _cues_in_words(facts, "complaint") if found else "it is no complaint"


def dissent(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail has words that are a complaint where they answer an answer: "proszę o ponowne rozpatrzenie".

    Elsewhere they may mean goods, or a decision of an office; so use it with `ticket_status = "closed"`.
    """
    found = facts.request.dissent
    return found in wanted, _cues_in_words(facts, "dissent") if found else "it disagrees with nothing"


def form_filling(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail asks us to fill in a form with its author or for them."""
    found = facts.request.form_filling
    return found in wanted, _cues_in_words(facts, "form_filling") if found else "it asks for no form to be filled in"


def other_desk(wanted: frozenset[str | None], facts: Facts) -> Saw:
    """The mail asks for what only one of these other desks handles."""
    desk = facts.request.other_desk
    if desk is None:
        return None in wanted, "it is no other desk's business"
    return desk in wanted, _cues_in_words(facts, f"desk:{desk}")


def candidate_score_below(limit: float, facts: Facts) -> Saw:
    """The best candidate fits worse than this, 0 to 1; without any candidate it holds."""
    score = facts.match.candidates[0].score if facts.match.candidates else 0.0
    return score < limit, f"the best score is {score:.2f}"


def margin_below(limit: float, facts: Facts) -> Saw:
    """The best candidate leads the next one by less than this, 0 to 1."""
    return facts.match.margin < limit, f"the margin is {facts.match.margin:.2f}"


def _best(facts: Facts) -> Candidate | None:
    """What the subject names, when that is one service or one system."""
    match = facts.match
    return match.candidates[0] if match.named in {Named.SERVICE, Named.SYSTEM} and match.candidates else None


def _named(facts: Facts) -> str:
    match = facts.match
    return "points" if match.named is Named.NOTHING and match.candidates else match.named.value


def _named_in_words(facts: Facts) -> str:
    match = facts.match
    best = _best(facts)
    if best is not None:
        name = f"{best.service} of {best.system}" if best.service and best.system else best.service or best.system
        return f'the subject names {match.named} {name} by {best.how} "{" ".join(best.words)}"'
    names = ", ".join(each.service or each.system or "" for each in match.candidates[:3])
    if match.named is not Named.NOTHING:
        return f"the subject names {match.named}: {names}"
    return f"the subject names nothing, the body points to {names}" if names else "neither subject nor body names any"


def _matter_in_words(facts: Facts) -> str:
    return f"it asks for {facts.request.matter}" if facts.request.matter else "it asks for no service-request matter"


def _cues_in_words(facts: Facts, speaks_for: str) -> str:
    """What was found, with the words that spoke for it."""
    name = speaks_for.replace("_", " ").replace(":", " ")
    words = ", ".join(
        f'"{cue.words}"' for cue in facts.request.cues if cue.speaks_for == speaks_for and cue.weight > 0 and cue.words
    )
    return f"{name} by {words}" if words else name


def _areas() -> Argument:
    names = choice("an area of the catalogue", _all_areas)

    def read(value: object, catalogue: Catalogue) -> Areas | Mistake:
        wanted = names.read(value, catalogue)
        if isinstance(wanted, Mistake):
            return wanted
        inside = {each.id for each in catalogue.services.values() if each.area in wanted}
        carried = {each: {one.id for one in catalogue.services_of(each)} for each in catalogue.systems}
        return Areas(
            services=frozenset(inside),
            systems=frozenset(each for each, services in carried.items() if services and services <= inside),
        )

    def narrower(one: Areas, other: Areas) -> bool:
        return one.services <= other.services and one.systems <= other.systems

    return Argument(words=names.words, read=read, narrower=narrower)


def _all_areas(catalogue: Catalogue) -> list[str]:
    return [each.area for each in catalogue.services.values() if each.area]


def _named_words() -> Argument:
    words = choice('"service", "system", "several" or "nothing"', lambda _: map(str, Named))

    def read(value: object, catalogue: Catalogue) -> frozenset[str] | Mistake:
        wanted = words.read(value, catalogue)
        if isinstance(wanted, Mistake):
            return wanted
        return frozenset((*wanted, *(("points",) if "nothing" in wanted else ())))

    return Argument(words=words.words, read=read)


_OTHERS = ("service", "system", "several", "nothing")

WISH = (
    Condition(look=named, takes=_named_words(), about="named", example='"service"'),
    Condition(look=body_points, takes=flag(true=("points",), false=_OTHERS), about="named", example="true"),
    Condition(
        look=service, takes=choice("a service id", lambda known: known.services), about="service", example='"akc-ww"'
    ),
    Condition(
        look=system,
        takes=choice("a system id", lambda known: known.systems),
        about="system",
        example='["aes", "ncts2"]',
    ),
    Condition(look=area, takes=_areas(), example='"Import"'),
    Condition(
        look=kind,
        takes=choice('"incident", "information" or "service_request"', lambda _: map(str, Kind)),
        about="kind",
        example='"incident"',
    ),
    Condition(
        look=matter,
        takes=choice("a matter id", lambda known: known.matters, flags=True),
        about="matter",
        example='"login-unlock"',
    ),
    Condition(look=matter_proof_missing, takes=proof(), example="true"),
    Condition(
        look=environment,
        takes=choice('"production" or "test"', lambda _: ("production", "test")),
        about="environment",
        example='"test"',
    ),
    Condition(look=language, takes=texts("an ISO 639-1 code"), about="language", example='["pl", "en"]'),
    Condition(
        look=says_only,
        takes=choice('"thanks" or "withdrawal"', lambda _: (THANKS, WITHDRAWAL)),
        about="says only",
        example='"thanks"',
    ),
    Condition(look=complaint, takes=flag(), about="complaint", example="true"),
    Condition(look=dissent, takes=flag(), about="dissent", example="true"),
    Condition(look=form_filling, takes=flag(), about="form filling", example="true"),
    Condition(
        look=other_desk,
        takes=choice("the id of another desk", lambda known: known.desks, flags=True),
        about="other desk",
        example='"etoll"',
    ),
    Condition(look=candidate_score_below, takes=number("a number from 0 to 1"), example="0.6"),
    Condition(look=margin_below, takes=number("a number from 0 to 1"), example="0.1"),
)
