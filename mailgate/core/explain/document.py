"""A decision and its reasons as one JSON document. Its form is a contract: scripts depend on it."""

from typing import Any

from mailgate.core.automatic import Automatic
from mailgate.core.decision import Decision
from mailgate.core.facts import Facts
from mailgate.core.identity import Identity
from mailgate.core.reply import Reply
from mailgate.core.service import Match

# Stands in a letter for the number of a ticket that nobody has opened.
UNDRAWN = "#######"
# Stands in a letter for the reference of a question that nobody has asked.
UNASKED = "#####-#####"


def as_document(file: str, facts: Facts, decision: Decision, reply: Reply | None) -> dict[str, Any]:
    """All that is known of a message and what becomes of it, ready for `json.dumps`.

    The mail's own words stand in it as they are; whoever stores or shows the document answers for them.

    Args:
        file: the name it was read from, or that it is stored under.
        facts: what was known.
        decision: what becomes of it.
        reply: the letter, or None.
    """
    return {
        "file": file,
        "mail": _mail(facts),
        "identity": _identity(facts.identity),
        "match": _match(facts.match),
        "decision": _decision(decision),
        "findings": [
            {"rule": each.rule, "hit": each.hit, "saw": each.saw, "source": each.source} for each in decision.findings
        ],
        "choice": _choice(facts),
        "notices": [
            {
                "id": each.id,
                "service": each.service,
                "system": each.system,
                "text": each.text,
                "text_en": each.text_en,
                "until": each.until.isoformat(),
            }
            for each in facts.known.notices
        ],
        "reply": _reply(reply),
    }


def drawn(reply: Reply) -> Reply:
    """The letter with marks in the places of what only the record fills in."""
    return reply.numbered(UNDRAWN).referring(UNASKED)


def _choice(facts: Facts) -> dict[str, Any] | None:
    """Our question that the mail answers, and what it says to it; None when it answers none."""
    asked, choice = facts.known.question, facts.choice
    if asked is None:
        return None
    return {
        "question": {
            "message": asked.message,
            "digest": asked.digest,
            "author": asked.author,
            "offers": list(asked.offers),
            "reason": asked.reason,
            "asked": asked.asked,
            "state": asked.state,
        },
        "chosen": choice.chosen.value if choice else None,
        "service": choice.service if choice else None,
        "system": choice.system if choice else None,
        "matter": choice.matter if choice else None,
        "saw": choice.saw if choice else None,
    }


def _mail(facts: Facts) -> dict[str, Any]:
    mail = facts.mail
    author = next((each for each in mail.authors if each.addr), None)
    return {
        "message_id": mail.message_id,
        "from": author.addr if author else None,
        "from_name": author.name if author else None,
        "sender": mail.sender.addr if mail.sender else None,
        "reply_to": [each.addr for each in mail.reply_to],
        "to": [each.addr for each in mail.to],
        "cc": [each.addr for each in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "new_text": facts.thread.new_text,
        "answers": list(mail.answers),
        "attachments": [
            {
                "name": each.name,
                "type": each.type,
                "looks_like": each.looks_like,
                "size": each.size,
                "digest": each.digest,
            }
            for each in mail.attachments
        ],
        "scan": facts.scan and {"result": facts.scan.result.value, "signature": facts.scan.signature},
        "automatic": facts.automatic.machine.value if facts.automatic else None,
        "machine": _machine(facts.automatic),
        "identifiers": [{"type": each.type, "value": each.value, "valid": each.valid} for each in facts.identifiers],
        "language": facts.request.language,
        "defects": list(mail.defects),
    }


def _machine(automatic: Automatic | None) -> dict[str, Any] | None:
    if automatic is None:
        return None
    return {
        "evidence": automatic.evidence,
        "about": list(automatic.about),
        "deliveries": [
            {"address": each.address, "action": each.action, "status": each.status, "for_good": each.for_good}
            for each in automatic.deliveries
        ],
    }


def _identity(identity: Identity) -> dict[str, Any]:
    return {
        "address": identity.address,
        "trust": identity.trust.value,
        "evidence": identity.evidence,
        "spf": identity.spf,
        "dkim": list(identity.dkim),
        "dmarc": identity.dmarc,
        "arc": identity.arc,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "candidates": [
            {
                "service": each.service,
                "system": each.system,
                "score": round(each.score, 4),
                "how": each.how,
                "words": list(each.words),
            }
            for each in match.candidates
        ],
        "margin": round(match.margin, 4),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "service": decision.service,
        "system": decision.system,
        "kind": decision.kind.value if decision.kind else None,
        "matter": decision.matter,
        "environment": decision.environment,
        "desk": decision.desk,
        "queue": decision.queue,
        "priority": decision.priority,
        "template": decision.template,
        "candidates": list(decision.candidates),
        "revision": decision.revision,
    }


def _reply(reply: Reply | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    letter = drawn(reply)
    return {"to": letter.to, "subject": letter.subject, "text": letter.text}
