"""The letters that an attacker can bring about in somebody else's name are worth nothing to him, nor to a bystander."""

import re
from dataclasses import replace
from typing import Any

import pytest

from mailgate.core.identity import Trust
from mailgate.core.outcome import Outcome
from mailgate.core.reply import Reply
from tests.letters.builder import decision, draft, facts, letters, office

LETTERS = letters()
# What the desk has published stands in them, and nothing else that one could follow.
LINK = re.compile(r"(?:https?|mailto|tel):[^\s)\"'<>\]]+")
REFERENCE = re.compile(r"ZGL\d|\[ref|[0-9a-f]{16}", re.IGNORECASE)
UNPROVEN = (
    ("hold-unproven-request", Outcome.HOLD),
    ("reject-not-entitled", Outcome.REJECT),
    ("reject-no-login", Outcome.REJECT),
    ("reject-no-history", Outcome.REJECT),
)


def written(template: str, outcome: Outcome, **known: Any) -> Reply:
    """The letter to an author who is not proven."""
    reply = draft(decision(outcome, template), facts(trust=Trust.CLAIMED, **known), templates=LETTERS)
    assert reply is not None
    return reply


def without_thread(reply: Reply) -> Reply:
    """The letter but for its recipient, and for what says which mail it answers."""
    return replace(reply, to="", in_reply_to=None, references=(), cause="", languages=())


@pytest.mark.parametrize(("template", "outcome"), UNPROVEN)
def test_it_says_the_same_whoever_is_attacked_and_whatever_the_mail_says(template: str, outcome: Outcome) -> None:
    one = written(template, outcome, author="anna@firma.example", subject="Odblokowanie konta")
    other = written(template, outcome, author="ewa@inna.example", subject="[ZGL0000007] {{ config }}")

    assert without_thread(one) == without_thread(other)


@pytest.mark.parametrize(("template", "outcome"), UNPROVEN)
def test_it_holds_no_link_but_the_published_ones_and_no_number_or_reference(template: str, outcome: Outcome) -> None:
    letter = written(template, outcome)

    published = office().published
    known = (published.portal_url, published.faq_url, "tel:")
    assert [link for link in LINK.findall(f"{letter.text}{letter.html}") if not link.startswith(known)] == []
    assert REFERENCE.findall(f"{letter.subject}{letter.text}{letter.html}") == []
