"""A rulebook with many different mistakes: one run of `check` names each, with its place and a cure."""

import shutil
from pathlib import Path

import pytest

from mailgate.cli.root import run
from tests.cli.house import ROOT, Installation

RULE = '[[rule]]\nname = "{name}"\nwhy = "a test of ours"\nwhen = {when}\nthen = {then}\n\n'
LABEL = '{ queue = "ours" }'
OURS = '{ from_domain = "firma.example" }'

# What an operator wrote, the line in it that is wrong, and words of the mistake and of its cure.
MISTAKES: dict[str, tuple[str, int, str, str]] = {
    "a text that is not closed": (
        '[[rule]]\nname = "unfinished\n',
        2,
        "not TOML",
        'put the missing " behind it',
    ),
    "a condition that nobody knows": (
        RULE.format(name="a1", when='{ from_domian = "firma.example" }', then=LABEL),
        4,
        'there is no condition "from_domian"',
        'did you mean "from_domain"?',
    ),
    "an outcome that nobody knows": (
        RULE.format(name="a2", when=OURS, then='{ outcome = "rejct" }'),
        5,
        'there is no outcome "rejct"',
        'did you mean "reject"?',
    ),
    "a service that nobody knows": (
        RULE.format(name="a3", when='{ service = "akc-wv" }', then=LABEL),
        4,
        '"akc-wv" is not a service id',
        'did you mean "akc-ww"?',
    ),
    "a system that nobody knows": (
        RULE.format(name="a4", when='{ system = "emsc" }', then=LABEL),
        4,
        '"emsc" is not a system id',
        'did you mean "emcs"?',
    ),
    "a name that is taken": (
        RULE.format(name="no_login", when=OURS, then=LABEL),
        2,
        'rule "no_login" stands at policy.toml:',
        "rename this one",
    ),
    "a rule that comes too late": (
        RULE.format(name="a5", when=OURS, then='{ outcome = "hold" }'),
        1,
        'rule "a5" can never match',
        'put it before "no_service" or take it out',
    ),
    "a pattern that is none": (
        RULE.format(name="a6", when='{ subject_matches = "AKC-(PA" }', then=LABEL),
        4,
        "no regular expression that RE2 knows: missing )",
        "needs 'single quotes'",
    ),
    "a value of the wrong type": (
        RULE.format(name="a7", when='{ known_login = "yes" }', then=LABEL),
        4,
        "known_login",
        "must be true or false",
    ),
    "a rule without a reason": (
        f'[[rule]]\nname = "a8"\nwhen = {OURS}\nthen = {LABEL}\n',
        1,
        'the rule has no "why"',
        "say in one sentence why it exists",
    ),
    "an example that ends elsewhere": (
        RULE.format(name="a9", when=OURS, then=LABEL).rstrip()
        + '\nexamples = [ { subject = "INTRASTAT", body = "Nie mogę wysłać.", becomes = "hold" } ]\n',
        6,
        "ends elsewhere",
        'outcome is "ticket", not "hold"',
    ),
    "a letter that does not exist": (
        RULE.format(name="b1", when=OURS, then='{ template = "reject-nologin" }'),
        5,
        'there is no template "reject-nologin"',
        'did you mean "reject-no-login"?',
    ),
    "a cue with a weight that is none": (
        '[[cue]]\nfor = "complaint"\nweight = "much"\nwords = ["skandal"]\n',
        3,
        '"weight"',
        "must be a number",
    ),
    "a label that is misspelt": (
        RULE.format(name="b2", when=OURS, then='{ priorty = "high" }'),
        5,
        '"then" has no key "priorty"',
        'did you mean "priority"?',
    ),
    "a rule that contradicts itself": (
        RULE.format(name="b3", when='{ known_login = false, account = "blocked" }', then=LABEL),
        4,
        "the rule contradicts itself",
        "take one of them out",
    ),
    "a table that nothing reads": (
        "[[rul]]\nname = 'b4'\n",
        1,
        "nothing reads a table [rul]",
        'did you mean "rule"?',
    ),
    "a service with a system that nobody knows": (
        '[[service]]\nid = "ours"\ntitle = "Nasza usługa"\narea = "Import"\nsystems = ["zefirek"]\n',
        5,
        'there is no system "zefirek"',
        'did you mean "zefir2"?',
    ),
    "a ticket that there is none of": (
        RULE.format(name="b5", when=OURS, then='{ outcome = "append" }'),
        5,
        'outcome "append" needs a ticket',
        'add ticket_status = "open"',
    ),
    "a reason in Polish that says nothing": (
        RULE.format(name="b6", when=OURS, then=LABEL).replace("when", 'why_pl = "bo tak"\nwhen', 1),
        4,
        "is no sentence",
        'leave "why_pl" out',
    ),
    "bytes that are no text": ("[[rule]]\nname = 'b7'\n# \udcff\n", 3, "is not UTF-8", "save the file as UTF-8"),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What `check` says of all of them together, each in a file of its own."""
    house = Installation.make(tmp_path_factory.mktemp("fifteen") / "house", own_files=True)
    for place, (text, *_) in enumerate(MISTAKES.values()):
        file = house.home / "rules" / f"early{place}.toml"
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    answer = house.run("check")
    assert answer.code == 1, answer.err
    return answer.out.splitlines()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_named_with_its_place_and_a_cure(mistake: str, said: list[str]) -> None:
    _, line, what, cure = MISTAKES[mistake]
    file = f"rules/early{list(MISTAKES).index(mistake)}.toml"

    [told] = [each for each in said if each.startswith(f"{file}:{line}: ")]

    assert what in told
    assert cure in told


def test_nothing_else_is_called_a_mistake(said: list[str]) -> None:
    mistakes = [each for each in said if not each.startswith("note: ")]
    assert [each for each in mistakes if not each.startswith("rules/early")] == []
    assert len(mistakes) == len(MISTAKES)


def test_a_rule_with_nothing_in_its_when_is_named_once_for_all_that_it_shadows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = Installation.make(tmp_path / "house")
    (house.home / "rules").unlink()
    (house.home / "rules").mkdir()
    shutil.copy(ROOT / "rules" / "desk.toml", house.home / "rules" / "desk.toml")
    rules = [RULE.format(name=name, when=OURS, then='{ outcome = "hold" }') for name in ("one", "two", "three", "four")]
    everything = RULE.format(name="all", when="{}", then='{ outcome = "hold" }')
    (house.home / "rules" / "policy.toml").write_text("".join((everything, *rules)))

    assert run(["check", "--config", str(house.home / "config.toml")]) == 1

    [told] = capsys.readouterr().out.splitlines()
    assert 'policy.toml:4: rule "all" has nothing in its "when" and settles every message' in told
    assert '"one", "two", "three" and 1 more behind it can never match; give it a "when", or put it last' in told
