"""The rulebook: what operators write, and every way to write it wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.outcome import Outcome
from mailgate.core.rulebook import Rulebook, read_rulebook, revision_of
from tests.rules.builder import CATALOGUE, LAST

FIVE_RULES = """\
[[rule]]
name = "machine_written"
why  = "a machine cannot read our answer"
when = { automatic = true }
then = { outcome = "ignore" }

[[rule]]
name = "sender-unproven"
why  = "answering a forged address is backscatter"
when = { trust_below = "proven", known_login = false }
then = { outcome = "hold" }
examples = [ { from = "ann@example.org", auth = "none", login = false, becomes = "hold" } ]

[[rule]]
name = "misdirected:etoll"
why  = "only e-TOLL can answer"
when = { other_desk = "etoll" }
then = { outcome = "reject", template = "reject-misdirected", desk = "etoll" }

[[rule]]
name = "excise"
why  = "one queue for excise"
when = { area = "Akcyza" }
then = { queue = "akcyza", priority = "high" }

[[rule]]
name = "no_service"
why  = "nobody knows where it belongs"
then = { outcome = "reject" }
"""


def read(*rules: str, templates: tuple[str, ...] | None = None, last: str = LAST) -> list[str]:
    """The mistakes of a policy of these rules, before a last one."""
    text = "\n".join((*rules, last))
    result = read_rulebook({"policy.toml": text, "catalogue.toml": CATALOGUE}, templates=templates)
    return [] if isinstance(result, Rulebook) else [str(problem) for problem in result]


def rule(
    when: str = "{ complaint = true }", then: str = '{ outcome = "hold" }', *, name: str = "a", more: str = ""
) -> str:
    return f'[[rule]]\nname = "{name}"\nwhy = "for a test"\nwhen = {when}\nthen = {then}\n{more}'


def book(*texts: str) -> Rulebook:
    result = read_rulebook({**{f"{n}.toml": text for n, text in enumerate(texts)}, "catalogue.toml": CATALOGUE})
    assert isinstance(result, Rulebook), result
    return result


def test_rules_are_read_in_their_order_with_their_place() -> None:
    rules = book(FIVE_RULES).rules

    assert [(each.name, each.source) for each in rules] == [
        ("machine_written", "0.toml:1"),
        ("sender-unproven", "0.toml:7"),
        ("misdirected:etoll", "0.toml:14"),
        ("excise", "0.toml:20"),
        ("no_service", "0.toml:26"),
    ]
    assert [test.text for test in rules[1].when] == ['trust_below = "proven"', "known_login = false"]
    assert rules[2].outcome is Outcome.REJECT
    assert rules[2].labels == {"template": "reject-misdirected", "desk": "etoll"}
    assert rules[3].outcome is None


def test_rules_of_the_policy_stand_before_those_of_other_files() -> None:
    texts = {
        "labels.toml": rule(name="later", then='{ queue = "x" }'),
        "area/first.toml": rule(name="between", then='{ queue = "y" }', when="{ form_filling = true }"),
        "policy.toml": LAST,
        "catalogue.toml": CATALOGUE,
    }

    result = read_rulebook(texts)

    assert isinstance(result, Rulebook)
    assert [each.name for each in result.rules] == ["no_service", "between", "later"]
    assert result.texts == texts


def test_a_revision_names_the_very_texts() -> None:
    one = {"policy.toml": "a", "labels.toml": "b"}

    assert revision_of(one) == revision_of(dict(reversed(one.items())))
    assert len(revision_of(one)) == 12
    assert revision_of(one) != revision_of({"policy.toml": "ab", "labels.toml": ""})
    assert revision_of(one) != revision_of({"policy.toml": "b", "labels.toml": "a"})


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (rule("{ complaimt = true }"), 'policy.toml:4: there is no condition "complaimt"; did you mean "complaint"?'),
        (rule('{ moon = "full" }'), 'policy.toml:4: there is no condition "moon"; see docs/conditions.md'),
        (rule('{ complaint = "yes" }'), "policy.toml:4: complaint must be true or false"),
        (rule('"complaint"'), 'policy.toml:4: "when" must be a table of conditions: { trust_below = "proven" }'),
        (rule('{ service = "akc-w" }'), 'policy.toml:4: service "akc-w" is not a service id; did you mean "akc-ww"?'),
        (rule('{ system = "emsc" }'), 'policy.toml:4: system "emsc" is not a system id; did you mean "emcs"?'),
        (
            rule('{ matter = "login-unlok" }'),
            'policy.toml:4: matter "login-unlok" is not a matter id; did you mean "login-unlock"?',
        ),
        (
            rule('{ other_desk = "etol" }'),
            'policy.toml:4: other_desk "etol" is not the id of another desk; did you mean "etoll"?',
        ),
        (
            rule(then='{ outcome = "rejct" }'),
            'policy.toml:5: there is no outcome "rejct"; did you mean "reject"?',
        ),
        (
            rule(then='{ outcome = "reject", template = "reject-complaimt" }'),
            'policy.toml:5: there is no template "reject-complaimt"; did you mean "reject-complaint"?',
        ),
        (
            rule(then='{ outcome = "reject", desk = "kiss" }'),
            'policy.toml:5: there is no desk "kiss"; did you mean "kis"?',
        ),
        (
            rule(then='{ priority = "urgent" }'),
            'policy.toml:5: there is no priority "urgent"; known are high, low, normal',
        ),
        (rule(then='{ que = "clo" }'), 'policy.toml:5: "then" has no key "que"; did you mean "queue"?'),
        (rule(then="{ queue = 7 }"), 'policy.toml:5: "queue" must be a text in quotes'),
        (
            rule(then="{}"),
            'policy.toml:5: the rule does nothing; give it a "then": { outcome = "hold" } or { queue = "clo" }',
        ),
        (rule(more="wenn = { complaint = true }\n"), 'policy.toml:6: [rule] has no key "wenn"; did you mean "when"?'),
        (
            rule().replace('why = "for a test"\n', ""),
            'policy.toml:1: the rule has no "why"; say in one sentence why it exists, for whoever comes after you',
        ),
        (rule().replace("for a test", ""), 'policy.toml:3: "why" is empty; write the text between the quotes'),
        (
            rule(name="No Login"),
            'policy.toml:2: "No Login" cannot be a rule\'s name; use small letters, digits, "_", "-" and one ":"',
        ),
        (rule().replace('name = "a"\n', ""), 'policy.toml:1: [rule] needs "name": a text in quotes'),
        (
            rule("{ subject_matches = '(' }"),
            "policy.toml:4: subject_matches is no regular expression that RE2 knows: missing ): (",
        ),
        (
            rule('{ trust_below = "claimed", trust_at_least = "proven" }'),
            (
                'policy.toml:4: the rule contradicts itself: trust_below = "claimed" and trust_at_least = "proven"'
                " never hold together; take one of them out"
            ),
        ),
        (
            rule(then='{ outcome = "append" }'),
            (
                'policy.toml:5: outcome "append" needs a ticket to add to; add ticket_status = "open" or choice = '
                '"service" to its "when"'
            ),
        ),
        ('[[rul]]\nname = "a"\n', 'policy.toml:1: nothing reads a table [rul]; did you mean "rule"?'),
        ("[[rule]]\nname = a\n", "policy.toml:2: not TOML: invalid value"),
        (
            rule(more='examples = [{ subject = "x" }]\n'),
            'policy.toml:6: [examples] needs "becomes": a text in quotes',
        ),
        (
            rule(more='examples = [{ becomes = "rejected" }]\n'),
            (
                'policy.toml:6: "becomes" cannot be "rejected"; write one of ticket, append, clarify, reject, hold,'
                ' ignore, and perhaps ":<rule>"'
            ),
        ),
        (
            rule(more='examples = [\n{ becomes = "hold" },\n{ becomes = "reject:no_servise" },\n]\n'),
            'policy.toml:8: "becomes" names no rule: "no_servise"; did you mean "no_service"?',
        ),
        (
            rule(more='examples = [{ becomes = "hold", auth = "prooven" }]\n'),
            'policy.toml:6: "auth" cannot be "prooven"; did you mean "proven"?',
        ),
        (
            rule(more='examples = [{ becomes = "hold", headers = { X-Test = 1 } }]\n'),
            'policy.toml:6: "headers" must be a table of texts: { Auto-Submitted = "auto-replied" }',
        ),
        (rule(more='examples = "hold"\n'), 'policy.toml:6: "examples" must be a list of tables:'),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_cure(policy: str, problem: str) -> None:
    problems = read(policy, templates=("reject-complaint", "clarify"))

    assert len(problems) == 1, problems
    assert problems[0].startswith(problem)


def test_fifteen_mistakes_are_all_named_at_once() -> None:
    policy = [
        rule("{ complaimt = true }", name="one"),
        rule('{ service = "akc-w" }', name="two"),
        rule("{ known_login = 1 }", name="three"),
        rule("{ subject_matches = '[' }", name="four"),
        rule('{ known_login = false, account = "active" }', name="five"),
        rule(then='{ outcome = "rejct" }', name="six"),
        rule(then='{ outcome = "hold", template = "hodl" }', name="seven"),
        rule(then='{ outcome = "reject", desk = "moon" }', name="eight"),
        rule(name="nine").replace("why", "wy"),
        rule(name="Ten"),
        rule("{ form_filling = true }", name="eleven"),
        rule('{ form_filling = true, kind = "incident" }', name="twelve"),
        rule('{ environment = "test" }', name="eleven"),
        rule('{ language = "en" }', name="fourteen", more='examples = [{ becomes = "hodl" }]\n'),
        '[[rule]]\nname = "fifteen\n',
        "[[servise]]\n",
    ]

    problems = read(*policy, templates=("hold",))

    # Rule nine counts twice: an unknown key, and no `why`.
    assert len(problems) == 16
    lines = [int(problem.split(":")[1]) for problem in problems]
    first_lines = [sum(text.count("\n") + 1 for text in policy[:place]) + 1 for place in range(len(policy))]
    faulty = [line for line, text in zip(first_lines, policy, strict=True) if "form_filling = true }" not in text]
    assert all(any(first <= line <= first + 5 for line in lines) for first in faulty)


def test_two_rules_of_one_name_are_reported_with_both_places() -> None:
    problems = read(rule(), rule("{ form_filling = true }"))

    assert problems == ['policy.toml:8: rule "a" stands at policy.toml:1 already; rename this one']


def test_a_rule_that_comes_too_late_is_reported() -> None:
    wide = rule("{ matter = true }", name="wide")
    narrow = rule('{ matter = "login-unlock", trust_below = "proven" }', name="narrow")

    assert read(narrow, wide) == []
    assert read(wide, narrow) == [
        (
            'policy.toml:7: rule "narrow" can never match: "wide" (policy.toml:1) settles every message that it could;'
            ' put it before "wide" or take it out'
        )
    ]


def test_a_rule_behind_the_last_one_is_reported() -> None:
    problems = read(LAST, rule(), last="")

    assert len(problems) == 1
    assert '"no_service" (policy.toml:1) settles every message' in problems[0]


def test_a_label_that_is_always_set_already_is_reported() -> None:
    queue = rule('{ kind = ["incident", "information"] }', '{ queue = "a" }', name="queue")
    priority = rule('{ kind = ["incident", "information"] }', '{ priority = "low" }', name="priority")
    late = rule('{ kind = "incident" }', '{ queue = "b", priority = "high" }', name="late")

    assert read(queue, late) == []
    assert read(late, queue, priority) == []
    assert read(queue, priority, late) == [
        (
            'policy.toml:13: rule "late" can never set anything: "priority" (policy.toml:7) always sets queue, priority'
            ' before it; put it before "priority" or take it out'
        )
    ]


def test_a_policy_without_a_last_rule_is_reported() -> None:
    assert read(rule(), last="") == [
        'policy.toml:1: a message may pass every rule; let the last rule with an outcome have no "when"'
    ]
    assert read(last="") == [
        'policy.toml:0: a message may pass every rule; let the last rule with an outcome have no "when"'
    ]


def test_a_broken_last_rule_is_reported_once() -> None:
    assert len(read(rule(), last=LAST.replace('"no_service"', '"no_service'))) == 1


def test_mistakes_in_other_files_are_told_too() -> None:
    texts = {"policy.toml": rule("{ moon = 1 }") + LAST, "services/x.toml": CATALOGUE.replace("area", "aera", 1)}

    result = read_rulebook(texts)

    assert not isinstance(result, Rulebook)
    assert {problem.file for problem in result} == {"policy.toml", "services/x.toml"}


@given(st.text(st.sampled_from("[]{}=\"'\n.,rulewhen then1 "), max_size=80))
def test_no_text_makes_it_stumble(text: str) -> None:
    result = read_rulebook(
        {"policy.toml": f"[[rule]]\n{text}\n", "more.toml": f"{LAST}{text}", "catalogue.toml": CATALOGUE}
    )

    assert isinstance(result, Rulebook) or all(problem.message for problem in result)


@given(
    st.dictionaries(
        st.sampled_from(["name", "why", "when", "then", "examples"]),
        st.sampled_from(
            ["1", "true", '"x"', "[]", "{}", "[1]", "[{}]", "[[]]", "{ outcome = 1 }", "{ a = {} }", "1.5"]
        ),
    )
)
def test_a_key_of_any_type_is_a_problem_and_never_a_crash(keys: dict[str, str]) -> None:
    text = "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())

    result = read_rulebook({"policy.toml": text + LAST, "catalogue.toml": CATALOGUE})

    assert not isinstance(result, Rulebook)
    assert all(1 <= problem.line <= text.count("\n") for problem in result)
