"""The policy that we ship: no mistake in it, its examples end as they say, its rules stand in the order meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from mailgate.core.automatic import Machine
from mailgate.core.choice import Chosen, as_match
from mailgate.core.choice.reading import Reader
from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Facts, Question
from mailgate.core.identity import Hearing, Trust
from mailgate.core.mail import Scan, ScanResult
from mailgate.core.rehearsal import rehearse
from mailgate.core.request import Kind
from mailgate.core.rulebook import Example, Rulebook
from mailgate.core.service import Named
from mailgate.gate import recognise
from mailgate.rulefiles import read_rules
from tests.rules.builder import candidate, choice, facts, question, ticket

AKC_WW = {"named": Named.SERVICE, "candidates": (candidate("akc-ww", "zefir2"),)}
EMCS = {"named": Named.SYSTEM, "candidates": (candidate(None, "emcs"),)}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    result = read_rules(Path("rules"))
    assert isinstance(result, Rulebook), "\n".join(map(str, result))
    return result


def test_every_template_that_the_policy_names_is_a_letter(book: Rulebook) -> None:
    named = {rule.labels["template"] for rule in book.rules if "template" in rule.labels}

    assert named == {
        *("ticket", "append", "clarify", "hold", "hold-unproven-request"),
        *("reject-no-service", "reject-complaint", "reject-form-filling", "reject-misdirected"),
        *("clarify-again", "hold-choice", "reject-late-answer"),
        *("reject-not-entitled", "reject-no-login", "reject-no-history"),
    }


def test_every_rule_with_an_outcome_has_an_example_of_its_own(book: Rulebook) -> None:
    for rule in book.rules:
        if rule.outcome is not None:
            assert any(example.becomes.startswith(rule.outcome) for example in rule.examples), rule.name


def test_every_other_desk_has_its_rule(book: Rulebook) -> None:
    rules = {rule.name: rule.labels.get("desk") for rule in book.rules if rule.name.startswith("misdirected:")}

    assert rules == {f"misdirected:{desk}": desk for desk in book.catalogue.desks}


def test_every_service_and_system_finds_its_queue(book: Rulebook) -> None:
    """A new area that no rule names would silently end in the general queue."""
    general = set()
    for service in book.catalogue.services.values():
        named = facts(named=Named.SERVICE, candidates=(candidate(service.id, service.system),))
        if decide(named, book).queue == "ogolna":
            general.add(service.area)

    assert general <= {"Zezwolenia hazardowe", "Zgłoszenia hazardowe", "Płatności", "e-Decyzje"}


def road(book: Rulebook, example: Example) -> Decision:
    """What becomes of an example, from what is known of its author and what its words say."""
    author = example.authors[0] if len(example.authors) == 1 else None
    trust = {"proven": Trust.PROVEN, "forged": Trust.FORGED}.get(example.auth, Trust.CLAIMED)
    seen = facts(
        subject=example.subject,
        body=example.body,
        authors=example.authors,
        trust=trust,
        relay=Hearing.SILENT if example.silent else Hearing.HEARD,
        scan=Scan(result=ScanResult.INFECTED, signature="Example") if example.infected else None,
        machine=Machine.AUTO_REPLY if "Auto-Submitted" in example.headers else None,
    )
    match, request = recognise(seen.mail, seen.thread, book)
    known, chosen = example.knows(Question(author=author)), example.choice(book.catalogue)
    asked, choice = known.question, None
    if asked and asked.author == author:
        reader = Reader(catalogue=book.catalogue, recogniser=book.recogniser, cues=book.cues)
        choice = reader.read(example.subject, example.body, example.body, asked.offers, asked.subject)
    match = as_match(chosen) if chosen else match
    return decide(replace(seen, match=match, request=request, known=known, choice=choice, chosen=chosen), book)


def test_every_example_ends_as_it_says(book: Rulebook) -> None:
    problems = rehearse(book.examples, lambda example: road(book, example))

    assert "\n".join(map(str, problems)) == ""


ORDER = [
    ("a machine is ignored, even a forged one", {"machine": Machine.BOUNCE, "trust": Trust.FORGED}, "machine_written"),
    ("a forged mail is not appended", {"trust": Trust.FORGED, "ticket": ticket()}, "forged"),
    ("several authors are held", {"authors": ("a@x.pl", "b@x.pl"), "login": False}, "several_authors"),
    ("an answer to an open ticket is appended, whatever it says", {"ticket": ticket(), "complaint": True}, "append"),
    (
        "an unproven answer to a ticket about access is held",
        {"ticket": ticket(matter="login-unlock"), "trust": Trust.CLAIMED},
        "append_unproven",
    ),
    ("a proven answer to it is appended", {"ticket": ticket(matter="login-unlock")}, "append"),
    (
        "an unproven request for access is held, whatever ticket it answers",
        {"ticket": ticket(), "matter": "email-change", "trust": Trust.CLAIMED},
        "append_unproven:matter",
    ),
    ("an unproven answer to any other ticket is appended", {"ticket": ticket(), "trust": Trust.CLAIMED}, "append"),
    ("a choice of the question's author is appended", {"question": question(), "choice": choice()}, "choice"),
    ("a forged one never", {"question": question(), "choice": choice(), "trust": Trust.FORGED}, "forged"),
    (
        "an unclear one is asked about once more",
        {"question": question(), "choice": choice(None, says=Chosen.UNCLEAR)},
        "choice_unclear",
    ),
    (
        "and then an operator decides",
        {"question": question(asked=2), "choice": choice(None, says=Chosen.NONE)},
        "choice_given_up",
    ),
    ("what comes while an operator decides is held", {"question": question("held"), "choice": choice()}, "choice_held"),
    (
        "a bare choice that comes too late is told so",
        {"question": question("expired"), "choice": choice(bare=True), **AKC_WW},
        "answer_too_late",
    ),
    ("a late answer that makes sense is judged as new", {"question": question("expired"), **AKC_WW}, "service"),
    ("a chosen service of a blocked account is held", {"chosen": choice(), "active": False}, "account_blocked"),
    ("a chosen service opens a ticket", {"chosen": choice(), **AKC_WW}, "chosen"),
    ("an answer to a closed ticket is judged as new", {"ticket": ticket("closed"), **AKC_WW}, "service"),
    ("a proven colleague may append", {"ticket": ticket(requester="ewa@firma.pl")}, "append:colleague"),
    (
        "an unproven colleague may not",
        {"ticket": ticket(requester="ewa@firma.pl"), "trust": Trust.CLAIMED, **AKC_WW},
        "service",
    ),
    (
        "somebody of the same domain and another organisation may not",
        {"ticket": ticket(requester="ewa@firma.pl", of="Inna S.A."), **AKC_WW},
        "service",
    ),
    ("an answer to a closed ticket goes on from it", {"ticket": ticket("closed")}, "follow_up"),
    ("so does a proven colleague's", {"ticket": ticket("closed", "ewa@firma.pl")}, "follow_up:colleague"),
    ("a stranger's with a number is judged as new", {"ticket": ticket("closed", "ewa@x.pl", of="")}, "no_service"),
    ("a complaint about a closed ticket is refused", {"ticket": ticket("closed"), "complaint": True}, "complaint"),
    (
        "an unproven answer to a closed ticket about access is held",
        {"ticket": ticket("closed", matter="login-unlock"), "trust": Trust.CLAIMED},
        "follow_up_unproven",
    ),
    ("no login comes before no history", {"login": False, "history": False, **AKC_WW}, "no_login"),
    ("no history is refused", {"history": False, **AKC_WW}, "no_history"),
    ("a blocked account is held", {"active": False, "matter": "login-unlock"}, "account_blocked"),
    ("a complaint is refused, even about a service", {"complaint": True, **AKC_WW}, "complaint"),
    ("filling in is refused, even with a service", {"form_filling": True, **AKC_WW}, "form_filling"),
    ("another desk's business is refused, even with a service", {"other_desk": "kis", **AKC_WW}, "misdirected:kis"),
    (
        "an account of the other desk is the other desk's",
        {"other_desk": "etoll", "matter": "login-unlock"},
        "misdirected:etoll",
    ),
    ("a matter comes before a question about the law", {"other_desk": "kis", "matter": "login-unlock"}, "matter"),
    ("a matter of an unproven author is held", {"matter": "login-unlock", "trust": Trust.CLAIMED}, "matter_unproven"),
    ("a matter is a ticket", {"matter": "login-unlock", **AKC_WW}, "matter"),
    ("an incident of an unproven login is a ticket", {"trust": Trust.CLAIMED, **AKC_WW}, "service"),
    ("a system is a ticket", EMCS, "system"),
    ("several are clarified", {**AKC_WW, "named": Named.SEVERAL}, "several_services"),
    ("what the body points to is offered", {**AKC_WW, "named": Named.NOTHING}, "points_to_service"),
    ("nothing at all is refused", {}, "no_service"),
]


@pytest.mark.parametrize(("_", "seen", "reason"), ORDER, ids=[name for name, _, _ in ORDER])
def test_the_rules_stand_in_the_order_meant(book: Rulebook, _: str, seen: dict[str, object], reason: str) -> None:
    assert decide(facts(**seen), book).reason == reason  # type: ignore[arg-type] # each key is an argument of facts


@pytest.mark.parametrize(
    "seen",
    [
        facts(login=False, history=False, trust=Trust.CLAIMED),
        facts(login=True, history=False, trust=Trust.CLAIMED),
    ],
)
def test_an_unproven_author_cannot_tell_a_missing_login_from_a_missing_history(book: Rulebook, seen: Facts) -> None:
    assert decide(seen, book).template == "reject-not-entitled"


@pytest.mark.parametrize(
    "seen",
    [
        facts(login=False, trust=Trust.CLAIMED, machine=Machine.AUTO_REPLY),
        facts(login=False, trust=Trust.FORGED),
        facts(login=False, trust=Trust.CLAIMED, authors=("a@x.pl", "b@x.pl")),
    ],
)
def test_machines_and_unclear_authors_have_no_letter(book: Rulebook, seen: Facts) -> None:
    assert decide(seen, book).template is None


def test_the_test_environment_waits_and_an_incident_does_not(book: Rulebook) -> None:
    incident = facts(kind=Kind.INCIDENT, **AKC_WW)  # type: ignore[arg-type] # as above

    assert decide(incident, book).priority == "high"
    assert decide(replace(incident, request=replace(incident.request, environment="test")), book).priority == "low"
    assert decide(facts(), book).priority == "normal"
