"""Deciding: which rule settles a message, what the others add, and what every one of them saw."""

import pytest

from mailgate.core.decision import Decision, decide
from mailgate.core.facts import Facts
from mailgate.core.identity import Trust
from mailgate.core.outcome import Outcome
from mailgate.core.request import Kind
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.core.service import Named
from tests.rules.builder import CATALOGUE, LAST, candidate, facts, ticket

POLICY = """\
[[rule]]
name = "early-label"
why = "before what settles"
when = { language = "pl" }
then = { queue = "polska" }

[[rule]]
name = "matter"
why = "a matter is a ticket"
when = { matter = true }
then = { outcome = "ticket", template = "ticket", queue = "konta" }

[[rule]]
name = "append"
why = "an answer is added"
when = { ticket_status = "open", own_ticket = true }
then = { outcome = "append" }

[[rule]]
name = "forged"
why = "somebody pretends"
when = { trust_below = "claimed" }
then = { outcome = "hold" }

[[rule]]
name = "machine"
why = "a machine"
when = { automatic = true }
then = { outcome = "ignore" }

[[rule]]
name = "named"
why = "the subject says it"
when = { named = ["service", "system"] }
then = { outcome = "ticket", template = "ticket" }

[[rule]]
name = "offered"
why = "there is something to offer"
when = { named = ["several", "nothing"], candidate_score_below = 2, size_over = 10 }
then = { outcome = "clarify", template = "clarify" }

[[rule]]
name = "no_service"
why = "nothing to go by"
then = { outcome = "reject" }
"""
LABELS = """\
[[rule]]
name = "late-queue"
why = "only if nothing is set"
when = { language = "en" }
then = { queue = "obca", priority = "high" }

[[rule]]
name = "late-priority"
why = "for all"
then = { priority = "low" }
"""


def judge(seen: Facts, policy: str = POLICY, labels: str = LABELS) -> Decision:
    book = read_rulebook({"policy.toml": policy, "labels.toml": labels, "catalogue.toml": CATALOGUE})
    assert isinstance(book, Rulebook), book
    return decide(seen, book)


def test_the_first_rule_that_holds_settles_and_the_rest_is_not_asked() -> None:
    decision = judge(facts(matter="login-unlock", trust=Trust.FORGED))

    assert (decision.outcome, decision.reason) == (Outcome.TICKET, "matter")
    assert [(finding.rule, finding.hit) for finding in decision.findings] == [
        ("early-label", True),
        ("matter", True),
        ("late-queue", False),
        ("late-priority", True),
    ]


def test_misses_are_recorded_with_what_they_saw_and_asked_for() -> None:
    finding = next(each for each in judge(facts(trust=Trust.CLAIMED)).findings if each.rule == "forged")

    assert not finding.hit
    assert finding.saw == 'trust is claimed (dmarc=pass by mx.mf.gov.pl); asked for trust_below = "claimed"'
    assert finding.source == "policy.toml:19"


def test_a_long_list_is_cut_in_a_finding() -> None:
    words = ", ".join(f'"slowo{n}"' for n in range(50))
    policy = f'[[rule]]\nname = "x"\nwhy = "y"\nwhen = {{ subject_has = [{words}] }}\nthen = {{ queue = "z" }}\n' + LAST

    saw = judge(facts(), policy).findings[0].saw

    assert saw.startswith('the subject has none of the words; asked for subject_has = ["slowo0", "slowo1"')
    assert saw.endswith("…")
    assert len(saw) < 120


def test_a_hit_tells_what_each_of_its_conditions_saw() -> None:
    finding = next(each for each in judge(facts(ticket=ticket())).findings if each.rule == "append")

    assert finding.saw == "it answers ZGL0000007, open; ZGL0000007 was opened for its author"


def test_the_first_rule_to_set_a_label_keeps_it() -> None:
    polish = judge(facts(matter="login-unlock"))
    english = judge(facts(language="en"))
    german = judge(facts(language="de"))

    assert (polish.queue, polish.priority) == ("polska", "low")
    assert (english.queue, english.priority) == ("obca", "high")
    assert (german.queue, german.priority) == ("", "low")


def test_a_rule_that_could_only_set_what_is_set_is_not_asked() -> None:
    assert "late-priority" not in {finding.rule for finding in judge(facts(language="en")).findings}


def test_a_named_service_is_the_route() -> None:
    decision = judge(
        facts(
            named=Named.SERVICE,
            candidates=(candidate("ead", "emcs"), candidate("edd", "emcs", 0.4)),
            kind=Kind.INCIDENT,
        )
    )

    assert (decision.service, decision.system, decision.kind) == ("ead", "emcs", Kind.INCIDENT)
    assert decision.candidates == ("ead", "edd")


def test_a_named_system_is_the_route_without_a_service() -> None:
    decision = judge(facts(named=Named.SYSTEM, candidates=(candidate(None, "emcs"),)))

    assert (decision.service, decision.system) == (None, "emcs")
    assert decision.candidates == ("ead", "edd")


def test_a_matter_has_no_service_even_when_one_is_named() -> None:
    decision = judge(
        facts(
            named=Named.SERVICE,
            candidates=(candidate("zaloz-konto"),),
            matter="login-unlock",
            kind=Kind.SERVICE_REQUEST,
        )
    )

    assert (decision.service, decision.system, decision.matter) == (None, None, "login-unlock")
    assert decision.kind is Kind.SERVICE_REQUEST


def test_at_most_three_services_are_offered_and_systems_take_turns() -> None:
    several = facts(
        named=Named.SEVERAL,
        candidates=(candidate(None, "emcs"), candidate("akc-ww", "zefir2"), candidate(None, "aes"), candidate("ead")),
    )

    assert judge(several).candidates == ("ead", "akc-ww", "eksport-zgloszenie")


def test_clarify_names_no_route_but_keeps_the_kind() -> None:
    decision = judge(facts(candidates=(candidate("ead", "emcs"),), kind=Kind.INCIDENT))

    assert decision.outcome is Outcome.CLARIFY
    assert (decision.service, decision.system, decision.kind) == (None, None, Kind.INCIDENT)


@pytest.mark.parametrize("policy", [LAST, LAST.replace("reject", "ignore")])
def test_what_becomes_no_ticket_has_no_kind_and_no_route(policy: str) -> None:
    decision = judge(facts(named=Named.SERVICE, candidates=(candidate("ead", "emcs"),)), policy)

    assert (decision.kind, decision.service, decision.system, decision.matter) == (None, None, None, None)


def test_an_answer_names_the_ticket_it_is_added_to() -> None:
    assert judge(facts(ticket=ticket())).ticket == "ZGL0000007"
    assert judge(facts(ticket=ticket("closed"))).ticket is None


def test_a_decision_carries_the_revision_of_its_rules() -> None:
    first = judge(facts())
    second = judge(facts(), POLICY + "\n")

    assert first.revision != second.revision
    assert first.findings == second.findings
