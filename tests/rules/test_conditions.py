"""Each condition, as an operator writes it, against facts where it holds and where it does not."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.automatic import Machine
from mailgate.core.catalogue import Catalogue, read_catalogue
from mailgate.core.choice import Chosen
from mailgate.core.conditions import CONDITIONS, Condition, Mistake, manual
from mailgate.core.conditions import Test as Asked
from mailgate.core.cues import Cue
from mailgate.core.facts import Facts
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Hearing, Trust
from mailgate.core.mail import Attachment, Scan, ScanResult
from mailgate.core.request import Kind
from mailgate.core.rulebook import Rule
from mailgate.core.service import Named
from mailgate.core.tables import read_tables
from tests.rules.builder import CATALOGUE, candidate, choice, facts, question, ticket

FOUND = Scan(result=ScanResult.INFECTED, signature="Eicar-Test-Signature")
PDF = Attachment(name="skan.pdf", type="application/octet-stream", looks_like="application/pdf", size=9, digest="0")
MRN = Identifier(type="mrn", value="26PL445010E0000017", valid=True)
AES = (candidate("eksport-zgloszenie", "aes"),)
EMCS = (candidate(None, "emcs"),)
SERVICE = {"named": Named.SERVICE, "candidates": AES}
SYSTEM = {"named": Named.SYSTEM, "candidates": EMCS}
# Carries a service of one area and one of another.
WIDE_SYSTEM = {"named": Named.SYSTEM, "candidates": (candidate(None, "aes"),)}
UNPROVEN = {"trust": Trust.CLAIMED}
ELSEWHERE = ticket("open", "ewa@firma.pl", of="Inna S.A.")
EWAS = ticket(requester="ewa@wp.pl")
ACCESS = ticket(matter="login-unlock")

# What an operator writes; facts where it holds; facts where it does not.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("automatic = true", {"machine": Machine.BOUNCE}, {}),
    ("automatic = false", {}, {"machine": Machine.BOUNCE}),
    ('automatic = ["auto_reply", "list"]', {"machine": Machine.LIST}, {"machine": Machine.RECEIPT}),
    ('trust_below = "proven"', {"trust": Trust.CLAIMED}, {"trust": Trust.PROVEN}),
    ('trust_below = "claimed"', {"trust": Trust.FORGED}, {"trust": Trust.CLAIMED}),
    ('trust_at_least = "claimed"', {"trust": Trust.CLAIMED}, {"trust": Trust.FORGED}),
    ("relay_silent = true", {"relay": Hearing.SILENT}, {"relay": Hearing.MISSING}),
    ("relay_silent = false", {}, {"relay": Hearing.SILENT}),
    ("single_author = false", {"authors": ("a@x.pl", "b@x.pl")}, {}),
    ("known_login = false", {"login": False}, {"active": False}),
    ("known_login = true", {"active": False}, {"login": False}),
    ('account = "blocked"', {"active": False}, {"login": False}),
    ('account = "active"', {}, {"active": False}),
    ("csd_history = false", {"history": False}, {}),
    ("answers_ticket = true", {"ticket": ticket("closed")}, {}),
    ('ticket_status = "open"', {"ticket": ticket("open")}, {"ticket": ticket("closed")}),
    ("own_ticket = true", {"ticket": ticket()}, {"ticket": ticket(requester="ewa@firma.pl")}),
    ("own_ticket = false", {}, {"ticket": ticket()}),
    ('answers_question = "open"', {"question": question()}, {"question": question("expired")}),
    ('answers_question = "held"', {"question": question("held")}, {}),
    ("own_question = true", {"question": question()}, {"question": question(author="ewa@firma.pl")}),
    ("own_question = false", {}, {"question": question()}),
    ('choice = "service"', {"choice": choice()}, {"choice": choice(None, says=Chosen.NONE)}),
    ('choice = ["none", "unclear"]', {"choice": choice(None, says=Chosen.UNCLEAR)}, {}),
    ("bare_choice = true", {"choice": choice(bare=True)}, {"choice": choice()}),
    ("bare_choice = false", {}, {"choice": choice(bare=True)}),
    ("asked_below = 2", {"question": question()}, {"question": question(asked=2)}),
    ("asked_below = 1", {"question": question(asked=0)}, {}),
    ("chosen = true", {"chosen": choice()}, {}),
    ("chosen = false", {}, {"chosen": choice()}),
    ("ticket_needs_proof = true", {"ticket": ACCESS, **UNPROVEN}, {"ticket": ACCESS}),
    ("ticket_needs_proof = true", {"ticket": ticket(matter="gone"), **UNPROVEN}, {"ticket": ticket(), **UNPROVEN}),
    ("ticket_needs_proof = false", UNPROVEN, {"ticket": ACCESS, **UNPROVEN}),
    ("colleague_ticket = true", {"ticket": EWAS}, {"ticket": ELSEWHERE}),
    ("colleague_ticket = true", {"ticket": ticket("open", "ewa@wp.pl", of="FIRMA  sp. z o.o.")}, {"ticket": ticket()}),
    ("colleague_ticket = true", {"ticket": EWAS}, {"ticket": EWAS, "login": False}),
    ("colleague_ticket = false", {"ticket": ticket("open", "ewa@firma.pl", of="")}, {"ticket": EWAS}),
    ('from_address = ["Anna@Firma.pl"]', {}, {"authors": ("ewa@firma.pl",)}),
    ('from_domain = "firma.pl"', {"authors": ("a@biuro.firma.pl",)}, {"authors": ("a@innafirma.pl",)}),
    ('from_domain = "żółw.pl"', {"authors": ("a@xn--w-uga1v8h.pl",)}, {}),
    ('named = "service"', SERVICE, SYSTEM),
    ('named = ["several", "nothing"]', {"candidates": AES}, SERVICE),
    ("body_points = true", {"candidates": AES}, {}),
    ("body_points = false", SERVICE, {"candidates": AES}),
    ('service = "eksport-zgloszenie"', SERVICE, {"candidates": AES}),
    ('system = ["emcs", "aes"]', SYSTEM, {"named": Named.SEVERAL, "candidates": EMCS}),
    ('area = "Akcyza"', SYSTEM, SERVICE),
    ('area = "Eksport"', SERVICE, WIDE_SYSTEM),
    ('kind = ["incident", "information"]', {}, {"kind": Kind.SERVICE_REQUEST}),
    ("matter = true", {"matter": "login-unlock"}, {}),
    ("matter = false", {}, {"matter": "login-unlock"}),
    ('matter = "login-unlock"', {"matter": "login-unlock"}, {"matter": "email-change"}),
    ("matter_proof_missing = true", {"matter": "login-unlock", "trust": Trust.CLAIMED}, {"matter": "login-unlock"}),
    ("matter_proof_missing = false", UNPROVEN, {"matter": "login-unlock", **UNPROVEN}),
    ("matter_proof_missing = true", {"matter": "email-change", "trust": Trust.FORGED}, {"trust": Trust.FORGED}),
    ('environment = "test"', {"environment": "test"}, {}),
    ('language = ["en", "DE"]', {"language": "de"}, {"language": ""}),
    ("complaint = true", {"complaint": True}, {}),
    ('says_only = "thanks"', {"only": ("thanks",)}, {"only": ("withdrawal",)}),
    ("dissent = true", {"dissent": True}, {}),
    ("form_filling = true", {"form_filling": True}, {}),
    ('other_desk = "etoll"', {"other_desk": "etoll"}, {"other_desk": "kis"}),
    ("other_desk = true", {"other_desk": "kis"}, {}),
    ("candidate_score_below = 0.5", {"candidates": (candidate("ead", score=0.4),)}, {"candidates": AES}),
    ("candidate_score_below = 0.5", {}, {"candidates": (candidate("ead", score=0.5),)}),
    ("margin_below = 0.1", {"margin": 0.05}, {"margin": 0.1}),
    ('subject_has = "zwrot AKCYZY"', {"subject": "Re: ZWROT   akcyzy!"}, {"subject": "zwrot podatku, akcyzy"}),
    ('subject_has = "zgłosz*"', {"subject": "o zgloszeniu"}, {"subject": "ogłoszenie"}),
    ('subject_has = ["ead", "e-dd"]', {"subject": "problem z E-DD"}, {"subject": "leady"}),
    ('body_has = "kod błędu"', {"body": "Pojawia się\nkod błędu: 17."}, {"body": "kody błędu"}),
    (r"subject_matches = '\bAKC-?PA\b'", {"subject": "deklaracja akc-pa"}, {"subject": "AKC-PAX"}),
    (r"body_matches = 'HTTP 5\d\d'", {"body": "Dostaję HTTP 503."}, {"body": "HTTP 404"}),
    ("says_nothing = true", {"body": " \n"}, {"body": "Dziękuję."}),
    ("says_nothing = false", {"body": "", "attachments": (PDF,)}, {"body": ""}),
    ("has_attachment = true", {"attachments": (PDF,)}, {}),
    ('attachment_type = "application/*"', {"attachments": (PDF,)}, {}),
    ('attachment_type = "application/pdf"', {"attachments": (PDF,)}, {}),
    ("attachment_infected = true", {"scan": FOUND}, {"scan": Scan(result=ScanResult.CLEAN)}),
    ("attachment_infected = false", {}, {"scan": FOUND}),
    ("size_over = 1000", {"size": 1001}, {"size": 1000}),
    ('identifier = ["mrn", "sent"]', {"identifiers": (MRN,)}, {}),
]  # fmt: skip


def catalogue() -> Catalogue:
    read, problems = read_catalogue(read_tables("catalogue.toml", CATALOGUE)[0])
    assert problems == ()
    return read


def asked(text: str) -> Asked:
    [(name, value)] = tomllib.loads(text).items()
    argument = CONDITIONS[name].takes.read(value, catalogue())
    assert not isinstance(argument, Mistake), argument
    return Asked(condition=CONDITIONS[name], argument=argument, text=text)


def look(text: str, seen: Facts) -> tuple[bool, str]:
    test = asked(text)
    return test.condition.look(test.argument, seen)


@pytest.mark.parametrize(("text", "where_it_holds", "where_not"), CASES)
def test_a_condition_holds_where_it_should_and_says_what_it_saw(
    text: str, where_it_holds: dict[str, Any], where_not: dict[str, Any]
) -> None:
    holds, saw = look(text, facts(**where_it_holds))
    holds_not, saw_not = look(text, facts(**where_not))

    assert holds, saw
    assert not holds_not, saw_not
    assert saw
    assert saw_not


def test_every_condition_has_a_case() -> None:
    assert {text.split(" = ")[0] for text, _, _ in CASES} == set(CONDITIONS)


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=lambda each: each.name)
def test_the_manual_explains_every_condition_with_an_example_that_works(condition: Condition) -> None:
    real = tomllib.loads(f"value = {condition.example}")["value"]
    known, _ = read_catalogue(
        table
        for file in sorted(Path("rules").rglob("*.toml"))
        for table in read_tables(file.name, file.read_text(encoding="utf-8"))[0]
    )

    assert condition.meaning.endswith(".")
    assert not isinstance(condition.takes.read(real, known), Mistake)


def test_the_table_of_conditions_is_not_stale() -> None:
    assert Path("docs/conditions.md").read_text(encoding="utf-8") == manual()


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ('known_login = "yes"', "must be true or false"),
        ('trust_below = "prooven"', 'must be "claimed" or "proven"; did you mean "proven"?'),
        ("trust_below = 3", 'must be "claimed" or "proven"; known are claimed, proven'),
        ('service = "akc-wv"', '"akc-wv" is not a service id; did you mean "akc-ww"?'),
        ('system = ["aes", "emsc"]', '"emsc" is not a system id; did you mean "emcs"?'),
        ("system = []", "must be a system id, or a list of them"),
        ("system = true", "must be a system id, or a list of them"),
        ('matter = ["login-unlok"]', '"login-unlok" is not a matter id; did you mean "login-unlock"?'),
        ("matter = 1", "must be a matter id, or a list of them, or true for any, false for none"),
        ('other_desk = "etol"', '"etol" is not the id of another desk; did you mean "etoll"?'),
        ('area = "Akcyzy"', '"Akcyzy" is not an area of the catalogue; did you mean "Akcyza"?'),
        ('automatic = "bounced"', "did you mean"),
        ('identifier = "vin"', "is not a type of number"),
        ("size_over = true", "must be a number of bytes"),
        ('subject_has = "!!!"', '"!!!" holds no word; write letters or digits'),
        ("subject_matches = 'a(?=b)'", "RE2 has no look-around"),
        ("body_matches = ''", "must be a regular expression in quotes"),
    ],
)
def test_an_argument_that_cannot_be_used_is_told_with_its_cure(text: str, cure: str) -> None:
    [(name, value)] = tomllib.loads(text).items()
    argument = CONDITIONS[name].takes.read(value, catalogue())

    assert isinstance(argument, Mistake)
    assert cure in argument.message


def test_a_pattern_that_would_hang_another_engine_answers_at_once() -> None:
    holds, _ = look("subject_matches = '(a+)+$'", facts(subject="a" * 50_000 + "!"))

    assert not holds


def test_what_a_pattern_saw_stays_short() -> None:
    _, saw = look("body_matches = '(?s).*'", facts(body="tajne słowa\n" * 1000))

    assert len(saw) < 100
    assert "\n" not in saw


def test_the_words_that_spoke_for_a_refusal_are_named() -> None:
    cue = Cue(speaks_for="desk:etoll", words="opłata za przejazd", weight=1.0, where="body", source="cues.toml:7")

    assert look('other_desk = "etoll"', facts(other_desk="etoll", cues=(cue,))) == (
        True,
        'desk etoll by "opłata za przejazd"',
    )


@pytest.mark.parametrize(
    ("one", "other", "implies", "excludes"),
    [
        ('trust_below = "claimed"', 'trust_below = "proven"', True, False),
        ('trust_below = "proven"', 'trust_below = "claimed"', False, False),
        ('trust_below = "claimed"', 'trust_at_least = "claimed"', False, True),
        ('trust_at_least = "proven"', 'trust_at_least = "claimed"', True, False),
        ('matter = "login-unlock"', "matter = true", True, False),
        ("matter = false", "matter = true", False, True),
        ('account = "blocked"', "known_login = true", True, False),
        ('account = "blocked"', "known_login = false", False, True),
        ('ticket_status = "open"', "answers_ticket = true", True, False),
        ("body_points = true", 'named = "nothing"', True, False),
        ("body_points = true", 'named = "service"', False, True),
        ('subject_has = "a"', 'subject_has = ["a", "b"]', True, False),
        ("margin_below = 0.1", "margin_below = 0.2", True, False),
        ("size_over = 2000", "size_over = 1000", True, False),
        ("size_over = 1000", "size_over = 2000", False, False),
        ("subject_matches = 'a'", "subject_matches = 'a'", True, False),
        ("subject_matches = 'a'", "subject_matches = 'b'", False, False),
        ('area = "Akcyza"', 'area = ["Akcyza", "Konto"]', True, False),
        ('identifier = "mrn"', 'identifier = "sent"', False, False),
        ("complaint = true", "form_filling = true", False, False),
    ],
)
def test_conditions_on_the_same_thing_can_be_compared(one: str, other: str, implies: bool, excludes: bool) -> None:
    assert asked(one).implies(asked(other)) is implies
    assert asked(one).excludes(asked(other)) is excludes


@pytest.mark.parametrize(("one", "_", "__"), CASES)
def test_a_comparison_never_contradicts_the_facts(one: str, _: object, __: object) -> None:
    first = asked(one)
    seen = [facts(**each) for _, holding, failing in CASES for each in (holding, failing)]
    for text, _holding, _failing in CASES:
        second = asked(text)
        both = [
            (first.condition.look(first.argument, each)[0], second.condition.look(second.argument, each)[0])
            for each in seen
        ]
        if first.implies(second):
            assert all(there or not here for here, there in both), f"{one} does not imply {text}"
        if first.excludes(second):
            assert not any(here and there for here, there in both), f"{one} does not exclude {text}"


def rule(texts: list[str]) -> Rule:
    return Rule(
        name="a", why="", when=tuple(map(asked, texts)), outcome=None, labels={}, examples=(), source="policy.toml:1"
    )


SEEN = [facts(**each) for _, holding, failing in CASES for each in (holding, failing)]
TEXTS = st.lists(st.sampled_from([text for text, _, _ in CASES]), max_size=2, unique=True)


@given(TEXTS, TEXTS)
def test_a_rule_that_covers_another_holds_wherever_that_one_does(one: list[str], other: list[str]) -> None:
    first, second = rule(one), rule([*other, *one][:3])

    assert rule([]).covers(first)
    if first.covers(second):
        assert all(first.look(each)[0] for each in SEEN if second.look(each)[0])
