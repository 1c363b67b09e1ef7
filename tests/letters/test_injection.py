"""Nobody writes our letters but we: names and subjects stay what they are, characters."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailgate.core.catalogue import Catalogue, Service
from mailgate.core.outcome import Outcome
from mailgate.core.reply import Reply, draft_reply
from mailgate.core.reply.line import one_line
from mailgate.core.reply.typeset import escape, typeset
from tests.letters.builder import DIGEST, RECEIVED, decision, draft, facts, letters, office

LETTERS = letters()
OFFICE = office()
HOSTILE = (
    "{{ 7 * 7 }}",
    "{% include '_footer.md' %}",
    "{{ ''.__class__.__mro__ }}",
    "**tłusto** _kursywa_ `kod`",
    "[kliknij](https://evil.example)",
    "<https://evil.example>",
    "![x](https://evil.example/pixel.gif)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "# nagłówek",
    "1. lista",
    "- lista",
    "---",
    "===",
    "> cytat",
    "    kod",
    "&lt;b&gt; &#60;",
    "\\",
    "[x]: https://evil.example",
    "a\n\nb",
    "a\r\nBcc: x@evil.example",
    "```",
    "~~~",
    "| a | b |",
    "\ttab",
    "*",
    "__",
    "``",
    "a  \nb",
    "\u202eodwrotnie",
    "\x1b[31mczerwono",
)


def titled(title: str) -> Reply:
    """A ticket's letter about a service of that title."""
    catalogue = Catalogue(services={"a": Service(id="a", title=title)})
    reply = draft_reply(
        decision(service="a", system=None),
        facts(),
        received_at=RECEIVED,
        digest=DIGEST,
        catalogue=catalogue,
        letters=LETTERS,
        office=OFFICE,
    )
    assert reply is not None
    return reply


def shown(title: str) -> str:
    """What a reader sees of it: blanks made one."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", title).split(" ")).strip()


PLAIN = titled("X")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_shown_letter_by_letter_and_does_nothing(title: str) -> None:
    reply = titled(title)
    words = re.sub(r"\s+", " ", reply.text)
    assert f"„{re.sub(r'[ ]+', ' ', shown(title))}”" in words
    # The same elements as in a letter about a harmless title: no new link, list, heading, image, emphasis.
    assert re.findall(r"</?\w+", reply.html) == re.findall(r"</?\w+", PLAIN.html)


@pytest.mark.parametrize("subject", HOSTILE)
@pytest.mark.parametrize("template", ["ticket", "clarify"])
def test_a_subject_changes_nothing_but_the_subject(subject: str, template: str) -> None:
    hostile = draft(decision(template=template), facts(subject=subject), templates=LETTERS)
    harmless = draft(decision(template=template), facts(), templates=LETTERS)
    assert hostile is not None
    assert harmless is not None
    assert (hostile.text, hostile.html) == (harmless.text, harmless.html)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", hostile.subject)


@given(st.text(max_size=80))
@example("1\\. a")
@example("a &amp; b")
@example("\\*")
@example("\ufffd\U0010ffff")
def test_any_value_is_read_as_it_was_written(value: str) -> None:
    """What markdown-it shows of an escaped value is the value, with its blanks made one."""
    shown_html = typeset(f"a {escape(value)} b").html
    words = re.fullmatch(r'<p style="[^"]*">a ?(.*?) ?b</p>\n', shown_html, re.DOTALL)
    assert words is not None
    seen = words[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert " ".join(seen.split()) == " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", value).split())


@given(st.text(max_size=80))
def test_any_value_at_the_beginning_of_a_line_stays_a_paragraph(value: str) -> None:
    html = typeset(f"{escape(value)}x\n\n{escape(value)}x\n{escape(value)}x").html
    assert set(re.findall(r"<(\w+)", html)) == {"p"}


@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
def test_one_line_is_one_line_without_anything_unseen(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e\ue000-\uf8ff\ud800-\udfff]", line)
    assert line == line.strip()


@given(st.text(max_size=200))
def test_any_subject_of_a_proven_author_makes_a_harmless_subject(subject: str) -> None:
    reply = draft(decision(Outcome.REJECT, "reject-no-service"), facts(subject=subject), templates=LETTERS)
    assert reply is not None
    assert reply.subject == one_line(reply.subject, 300)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", reply.subject)
