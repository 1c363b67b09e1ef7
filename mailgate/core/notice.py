"""Notices: what an operator tells everybody who writes about a service or a system, until a given time."""

from mailgate.core.catalogue import Catalogue
from mailgate.core.decision import Decision
from mailgate.core.facts import Known, KnownNotice
from mailgate.core.outcome import Outcome
from mailgate.core.shown import shown

# Characters of a notice. It stands between what people need to know of their own matter.
LONGEST = 300
# Notices in one letter.
_MOST = 3


def notices_about(decision: Decision, known: Known, catalogue: Catalogue) -> tuple[KnownNotice, ...]:
    """Those notices that are about what the mail is about, newest first.

    A notice about a system holds for all its services. When the letter asks which service is meant, a notice about
    any that it offers is shown: it may be what the author wants to know. An addition is about what its ticket is about.
    """
    if not known.notices:
        return ()
    offered = decision.candidates if decision.outcome is Outcome.CLARIFY else ()
    ticket = known.ticket if decision.outcome is Outcome.APPEND else None
    services = {decision.service, ticket.service if ticket else None, *offered} - {None}
    systems = {decision.system, ticket.system if ticket else None} - {None}
    for service in services:
        entry = catalogue.services.get(service or "")
        systems |= set(entry.systems) if entry else set()
    found = [each for each in known.notices if each.service in services or each.system in systems]
    return tuple(found[:_MOST])


def as_notice(text: str) -> str:
    """The text as one line.

    Raises:
        ValueError: it is empty, too long or holds what does not show; the sentence says what to do.
    """
    line = " ".join(text.split())
    if not line:
        raise ValueError("the notice is empty; write what has happened and what people should do")
    if len(line) > LONGEST:
        raise ValueError(f"the notice has {len(line)} characters; say it in {LONGEST}")
    if shown(line) != line:
        raise ValueError("the notice holds characters that do not show; type it anew")
    return line
