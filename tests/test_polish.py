"""The explanation in Polish: whatever is said in English has a line in the tables, with the same slots."""

import re
from pathlib import Path
from string import Formatter

import pytest

from mailgate.app.house import Folders, read_house
from mailgate.config import Config
from mailgate.core.automatic import Machine
from mailgate.core.decision import decide
from mailgate.core.explain.changes import _SENTENCES
from mailgate.core.explain.language import Language, unheard
from mailgate.core.explain.polish.heard import PHRASES
from mailgate.core.explain.polish.sentences import LABELS, SENTENCES
from mailgate.core.explain.polish.words import WORDS
from mailgate.core.identity import Trust
from mailgate.core.outcome import Outcome
from mailgate.core.request import Kind
from mailgate.core.service import Named
from mailgate.gate import House, consider
from mailgate.golden.record import AUTHSERV_ID

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(Config(root=ROOT), Folders(rules=ROOT / "rules", templates=ROOT / "templates"))


def slots(text: str) -> set[str]:
    return {f"{name}:{form}" for _, name, form, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("english", "polish"), [*SENTENCES.items(), *PHRASES])
def test_both_sides_of_a_line_have_the_same_slots(english: str, polish: str) -> None:
    assert slots(english) == slots(polish)


@pytest.mark.parametrize("module", ["text", "changes"])
def test_every_sentence_of_the_explanation_has_its_polish(module: str) -> None:
    source = (ROOT / "mailgate" / "core" / "explain" / f"{module}.py").read_text(encoding="utf-8")
    said = re.findall(r"""(?:tell|language)\.say\(\s*("[^"]*"|'[^']*')""", source)
    assert said
    assert [each for each in said if each[1:-1] not in SENTENCES] == []
    assert [each for each in _SENTENCES.values() if each not in SENTENCES] == []


def test_every_label_fits_into_its_column() -> None:
    assert [label for label in LABELS.values() if len(label) > 9] == []


@pytest.mark.parametrize("word", [*Outcome, *Trust, *Kind, *Named, *Machine])
def test_every_word_of_a_record_has_its_polish(word: str) -> None:
    assert word in WORDS


def test_whatever_rules_see_in_their_examples_is_said_in_polish(house: House) -> None:
    unsaid: set[str] = set()
    for example in house.book.examples:
        message, chosen = example.message(AUTHSERV_ID), example.choice(house.book.catalogue)
        facts = consider(message, desk=example, house=house, chosen=chosen).facts
        for rule in house.book.rules:
            unsaid.update(unheard(rule.look(facts)[1]))
        unsaid.update(unheard(facts.identity.evidence))
        unsaid.update(piece for remark in facts.identity.remarks for piece in unheard(remark))
        decide(facts, house.book)
    assert unsaid == set()


def test_every_rule_of_the_repository_has_its_reason_in_polish(house: House) -> None:
    assert [rule.name for rule in house.book.rules if not rule.why_pl] == []


@pytest.mark.parametrize(
    ("english", "polish"),
    [
        ("trust is claimed (dmarc=fail by mx.mf.gov.pl, and the domain's policy is none); asked for trust_below", None),
        (
            "trust is claimed (mx.mf.gov.pl found only spf=none, dmarc=none)",
            "nadawca jest nieudowodniony (mx.mf.gov.pl stwierdził tylko spf=none, dmarc=none)",
        ),
        (
            'the subject names service akc-ww of zefir2 by form "AKC WW"; asked for named = "a"',
            'temat nazywa usługę akc-ww w systemie zefir2 (symbol formularza „AKC WW”); reguła wymaga: named = "a"',
        ),
        ("it answers ZGL0000001, closed", "to odpowiedź na ZGL0000001 (zamknięte)"),
        ("words of a rule that nobody has translated", "words of a rule that nobody has translated"),
    ],
)
def test_what_was_seen_is_told_piece_by_piece(english: str, polish: str | None) -> None:
    heard = Language.POLISH.hear(english)
    if polish is None:
        assert heard.startswith("nadawca jest nieudowodniony (dmarc=fail według mx.mf.gov.pl")
    else:
        assert heard == polish
    assert Language.ENGLISH.hear(english) == english
