"""Examples of rules: how they become mail, and how one that ends elsewhere is told."""

from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.decision import decide
from mailgate.core.facts import Question
from mailgate.core.mail import Address
from mailgate.core.mail.read import read
from mailgate.core.rehearsal import rehearse
from mailgate.core.rulebook import Example, Rulebook, read_rulebook
from mailgate.core.service import Named
from tests.rules.builder import CATALOGUE, LAST, candidate, facts

RULE = """\
[[rule]]
name = "service"
why = "the subject names one"
when = { named = "service" }
then = { outcome = "ticket", queue = "akcyza" }
examples = [
%s
]

"""


def book(*examples: str) -> Rulebook:
    text = RULE % ",\n".join(f"    {{ {example} }}" for example in examples)
    result = read_rulebook({"policy.toml": text + LAST, "catalogue.toml": CATALOGUE})
    assert isinstance(result, Rulebook), result
    return result


def example(text: str) -> Example:
    return book(text).examples[0]


def mistakes(*examples: str, named: Named = Named.SERVICE) -> list[str]:
    rules = book(*examples)
    seen = facts(named=named, candidates=(candidate("akc-ww", "zefir2"),))
    return [str(problem) for problem in rehearse(rules.examples, lambda _: decide(seen, rules))]


def test_an_example_that_ends_as_it_says_is_no_problem() -> None:
    assert (
        mistakes('becomes = "ticket"', 'becomes = "ticket:service", service = "akc-ww", queue = "akcyza", matter = ""')
        == []
    )


def test_an_example_that_ends_elsewhere_is_told_with_its_line_and_why() -> None:
    problems = mistakes(
        'becomes = "ticket"', 'becomes = "reject:no_service", service = "ead"', 'becomes = "ticket:service"'
    )

    assert problems == [
        (
            'policy.toml:8: this example of rule "service" ends elsewhere: outcome is "ticket", not "reject"; reason is'
            ' "service", not "no_service"; service is "akc-ww", not "ead" (policy.toml:1: the subject names service'
            ' akc-ww of zefir2 by title "słowa")'
        )
    ]


def test_what_an_example_wants_offered_must_be_offered() -> None:
    assert mistakes('becomes = "ticket", offers = ["ead", "akc-ww"]') == []
    assert "it offers akc-ww" in mistakes('becomes = "ticket", offers = ["ead"]')[0]


def test_an_example_becomes_a_real_mail() -> None:
    raw = example(
        'from = "Żaneta <zaneta@example.org>", subject = "Zażółć\\nBcc: evil@example.org", body = "gęślą\\njaźń",'
        ' headers = { X-Loop = "1" }, becomes = "ticket"'
    ).message("mx.example.org")
    mail = read(raw)

    assert raw.received_at.tzinfo is UTC
    assert mail.authors == (Address(addr="zaneta@example.org", name="Żaneta"),)
    assert mail.subject == "Zażółć Bcc: evil@example.org"
    assert mail.header("x-loop") == "1"
    assert mail.header("bcc") is None
    assert mail.text.split() == ["gęślą", "jaźń"]
    assert mail.defects == ()


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_example_breaks_out_of_its_header(author: str, subject: str, loop: str) -> None:
    plain = example('becomes = "ticket"')
    strange = replace(plain, authors=(author,), subject=subject, headers={"X-Loop": loop}, auth="none")

    head, _, body = strange.message("mx.example.org").content.partition(b"\r\n\r\n")

    assert body == b"\r\n"
    names = [line.split(b":")[0] for line in head.split(b"\r\n")]
    usual = [b"To", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding"]
    assert [name for name in names if name not in {b"From", b"Subject", b"X-Loop"}] == usual


def test_the_proof_of_an_example_stands_in_its_header() -> None:
    def header(auth: str) -> str | None:
        raw = example(f'from = "Anna <a@Firma.pl>", auth = "{auth}", becomes = "ticket"').message("mx.example.org")
        return read(raw).header("authentication-results")

    assert header("proven") == "mx.example.org; dmarc=pass header.from=firma.pl"
    assert header("forged") == "mx.example.org; dmarc=fail (p=reject) header.from=firma.pl"
    assert header("none") is None


def test_an_example_is_a_desk_that_knows_its_author() -> None:
    question = Question(author="anna@example.org")

    usual = example('becomes = "ticket"').knows(question)
    stranger = example('login = false, history = false, becomes = "ticket"').knows(question)
    answer = example('answers = "open", requester = "Ewa@Example.org", becomes = "ticket"').knows(question)
    own = example('answers = "closed", account = "blocked", becomes = "ticket"').knows(question)

    assert usual.person is not None
    assert (usual.person.login, usual.person.active, usual.has_history) == ("anna@example.org", True, True)
    assert (stranger.person, stranger.has_history, stranger.ticket) == (None, False, None)
    assert answer.ticket is not None
    assert (answer.ticket.status, answer.ticket.requester) == ("open", "ewa@example.org")
    assert own.ticket is not None
    assert own.ticket.requester == "anna@example.org"
    assert own.person is not None
    assert not own.person.active
