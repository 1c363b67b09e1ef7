"""Conditions on answers to our question which service a mail is about."""

from mailgate.core.choice import Chosen
from mailgate.core.conditions.argument import choice as one_of
from mailgate.core.conditions.argument import flag, level, number
from mailgate.core.conditions.condition import Condition, Saw
from mailgate.core.facts import Facts

_STATES = ("open", "held", "settled", "expired")


def answers_question(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail answers a question of ours that is in this state, by our letter or by the reference in its subject.

    open: it waits for an answer; held: an operator decides; settled: a ticket came of it; expired: nobody answered.
    """
    asked = facts.known.question
    if asked is None:
        return "none" in wanted, "it answers no question of ours"
    return asked.state in wanted, f"it answers our question about message {asked.message}, which is {asked.state}"


def own_question(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail answers a question that was put to its author."""
    asked = facts.known.question
    own = asked is not None and asked.author == facts.identity.address
    if asked is None:
        return own in wanted, "it answers no question of ours"
    return own in wanted, f"the question was put to {'its author' if own else 'someone else'}"


def choice(wanted: frozenset[str], facts: Facts) -> Saw:
    """The answer of the question's own author chooses a service, says that none fits, or is unclear.

    A rule that settles a mail by this also settles the question: `append` opens the ticket of the kept mail and adds
    the answer, `clarify` asks once more, `hold` gives both to an operator.
    """
    found = facts.choice
    if found is None:
        return "no choice" in wanted, "it chooses nothing"
    meant = found.service or found.system or found.matter
    return found.chosen in wanted, f"it chooses {meant}: {found.saw}" if meant else found.saw


def bare_choice(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The answer says nothing but its choice, so that it makes no sense alone."""
    bare = facts.choice is not None and facts.choice.bare
    return bare in wanted, "it says no more than a choice" if bare else "it says more than a choice"


def asked_below(limit: float, facts: Facts) -> Saw:
    """Our question, which the mail answers, has been asked fewer times than this; the reminder is not counted."""
    asked = facts.known.question
    if asked is None:
        return False, "it answers no question of ours"
    return asked.asked < limit, f"we have asked {asked.asked} times"


def chosen(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The author was asked which service this mail is about, and has chosen one in an answer."""
    found = facts.chosen
    if found is None:
        return False in wanted, "nothing is chosen for it"
    return True in wanted, f"its author has chosen {found.service or found.system or found.matter}: {found.saw}"


QUESTION = (
    Condition(
        look=answers_question,
        takes=level(
            '"open", "held", "settled" or "expired"',
            {state: frozenset({state}) for state in _STATES},
        ),
        about="question",
        example='"open"',
    ),
    Condition(look=own_question, takes=flag(), about="own question", example="true"),
    Condition(
        look=choice,
        takes=one_of('"service", "none" or "unclear"', lambda _: map(str, Chosen)),
        about="choice",
        example='["none", "unclear"]',
    ),
    Condition(look=bare_choice, takes=flag(), about="bare choice", example="true"),
    Condition(look=asked_below, takes=number("a number of times"), example="2"),
    Condition(look=chosen, takes=flag(), about="chosen", example="true"),
)
