"""The explanation, as people and programs read it."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

from mailgate.core.automatic import Automatic, Delivery, Machine
from mailgate.core.cues import Cue
from mailgate.core.decision import decide
from mailgate.core.explain import as_document, as_text
from mailgate.core.facts import Facts
from mailgate.core.identifiers import Identifier
from mailgate.core.identity import Trust
from mailgate.core.mail import Attachment
from mailgate.core.reply import Reply
from mailgate.core.reply.record import NUMBER_TO_COME
from mailgate.core.request import Kind
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.core.service import Named
from tests.rules.builder import CATALOGUE, LAST, candidate, facts, ticket

POLICY = (
    """\
[[rule]]
name = "machine_written"
why = "a machine cannot read our answer"
when = { automatic = true }
then = { outcome = "ignore" }

[[rule]]
name = "service"
why = "the subject names one service"
when = { named = "service" }
then = { outcome = "ticket", template = "ticket", queue = "akcyza" }

"""
    + LAST
)
LETTER = Reply(
    to="anna@firma.pl",
    subject=f"Re: AKC-WW [{NUMBER_TO_COME}]",
    text=f"Dzień dobry,\n\nzgłoszenie {NUMBER_TO_COME} przyjęte.\n",
    html="",
    template="ticket",
    cause="service",
    in_reply_to=None,
    references=(),
    languages=("pl",),
)
CUE = Cue(speaks_for="kind:incident", words="błąd", weight=2.0, where="body", source="cues/kind.toml:4")


def book() -> Rulebook:
    result = read_rulebook({"policy.toml": POLICY, "catalogue.toml": CATALOGUE})
    assert isinstance(result, Rulebook), result
    return result


def akc_ww(subject: str = "AKC-WW błąd", **more: object) -> Facts:
    return facts(
        subject=subject,
        named=Named.SERVICE,
        candidates=(candidate("akc-ww", "zefir2", 0.98, "AKC-WW"), candidate("zaloz-konto", None, 0.3, "konto")),
        margin=0.68,
        kind=Kind.INCIDENT,
        cues=(CUE,),
        **more,  # type: ignore[arg-type] # each is an argument of facts
    )


def explain(seen: Facts, reply: Reply | None = None, *, silence: str | None = None, everything: bool = False) -> str:
    rules = book()
    return as_text("a.eml", seen, decide(seen, rules), reply, rules, silence=silence, everything=everything)


def test_the_short_explanation_tells_who_what_and_why() -> None:
    assert explain(akc_ww(), LETTER) == (
        "a.eml\n"
        "From      Anna Nowak <anna@firma.pl>; proven: dmarc=pass by mx.mf.gov.pl\n"
        "          PUESC login, CSD history\n"
        "Subject   AKC-WW błąd\n"
        "Says      Dzień dobry, mam pytanie.\n"
        "Becomes   ticket, by rule service (policy.toml:7)\n"
        "Why       the subject names one service\n"
        'Saw       the subject names service akc-ww of zefir2 by title "AKC-WW"\n'
        "Service   akc-ww (Złóż deklarację AKC-WW)\n"
        "System    zefir2\n"
        "Labels    incident, production, queue akcyza, priority normal\n"
        "Names     service; the best candidate leads by 0.68\n"
        '          1. 0.98 akc-ww (Złóż deklarację AKC-WW) of zefir2, by title "AKC-WW"\n'
        '          2. 0.30 zaloz-konto (Załóż konto), by title "konto"\n'
        'Letter    ticket, to anna@firma.pl: "Re: AKC-WW [#######]"\n'
    )


def test_the_long_explanation_adds_every_miss_every_cue_and_the_letter() -> None:
    text = explain(akc_ww(), LETTER, everything=True)

    assert text.endswith(
        "Rules     no  machine_written (policy.toml:1): a person wrote it; asked for\n"
        "          automatic = true\n"
        "          yes service (policy.toml:7): the subject names service akc-ww of\n"
        '          zefir2 by title "AKC-WW"\n'
        'Cues      +2.0 kind:incident by "błąd" in the body (cues/kind.toml:4)\n'
        "Text      Dzień dobry,\n"
        "\n"
        "          zgłoszenie ####### przyjęte.\n"
    )


def test_a_machine_damage_and_silence_are_told() -> None:
    seen = facts(machine=Machine.AUTO_REPLY, login=False, history=False)
    text = explain(replace(seen, mail=replace(seen.mail, defects=("no closing boundary",), subject="")))

    assert "          no PUESC login, no CSD history\n" in text
    assert "Subject   (none)\n" in text
    assert "Machine   auto_reply, by Auto-Submitted: auto-replied\n" in text
    assert "Damage    no closing boundary\n" in text
    assert "Letter    none; the rule asks for none\n" in text
    assert "Letter    none; it came over a list\n" in explain(akc_ww(), silence="it came over a list")


def test_a_blocked_login_that_answers_a_ticket_is_told() -> None:
    text = explain(facts(active=False, ticket=ticket("closed")))

    assert "PUESC login, blocked, CSD history; answers ZGL0000007, closed\n" in text


def test_no_line_is_wider_than_a_terminal() -> None:
    text = explain(akc_ww(subject="Bardzo długi temat " * 20), LETTER, everything=True)

    assert max(map(len, text.splitlines())) <= 80


def test_personal_numbers_are_masked_however_they_are_spaced() -> None:
    seen = akc_ww(subject="PESEL 44051401359 albo 440514-01359")

    text = explain(seen, replace(LETTER, text="Pani numer PESEL: 44051401359"), everything=True)

    assert "Subject   PESEL 44*******59 albo 44****-***59\n" in text
    assert "514" not in text


def test_a_mail_cannot_write_on_the_operators_terminal() -> None:
    text = explain(akc_ww(subject="\x1b[2JAKC-WW\u202e\r\nBecomes   reject"))

    assert "Subject   \\x1b[2JAKC-WW\\u202e Becomes   reject\n" in text


def test_the_document_has_the_form_of_the_contract() -> None:
    scan = Attachment(name="skan.pdf", type="application/pdf", looks_like="application/pdf", size=9, digest="0")
    mrn = Identifier(type="mrn", value="26PL445010E0000017", valid=True)
    seen = akc_ww(attachments=(scan,), identifiers=(mrn,))
    decision = decide(seen, book())

    document = json.loads(json.dumps(as_document("a.eml", seen, decision, LETTER)))

    assert document == {
        "file": "a.eml",
        "mail": {
            "message_id": "<1@firma.pl>",
            "from": "anna@firma.pl",
            "from_name": "Anna Nowak",
            "sender": None,
            "reply_to": [],
            "to": [],
            "cc": [],
            "subject": "AKC-WW błąd",
            "date": datetime(2026, 1, 15, 9, 0, tzinfo=UTC).isoformat(),
            "text": "Dzień dobry, mam pytanie.",
            "new_text": "Dzień dobry, mam pytanie.",
            "answers": [],
            "attachments": [
                {
                    "name": "skan.pdf",
                    "type": "application/pdf",
                    "looks_like": "application/pdf",
                    "size": 9,
                    "digest": "0",
                }
            ],
            "automatic": None,
            "machine": None,
            "scan": None,
            "identifiers": [{"type": "mrn", "value": "26PL445010E0000017", "valid": True}],
            "language": "pl",
            "defects": [],
        },
        "identity": {
            "address": "anna@firma.pl",
            "trust": "proven",
            "evidence": "dmarc=pass by mx.mf.gov.pl",
            "spf": None,
            "dkim": [],
            "dmarc": None,
            "arc": None,
        },
        "match": {
            "candidates": [
                {"service": "akc-ww", "system": "zefir2", "score": 0.98, "how": "title", "words": ["AKC-WW"]},
                {"service": "zaloz-konto", "system": None, "score": 0.3, "how": "title", "words": ["konto"]},
            ],
            "margin": 0.68,
        },
        "decision": {
            "outcome": "ticket",
            "reason": "service",
            "service": "akc-ww",
            "system": "zefir2",
            "kind": "incident",
            "matter": None,
            "environment": "production",
            "desk": None,
            "queue": "akcyza",
            "priority": "normal",
            "template": "ticket",
            "candidates": ["akc-ww", "zaloz-konto"],
            "revision": decision.revision,
        },
        "findings": [
            {
                "rule": "machine_written",
                "hit": False,
                "saw": "a person wrote it; asked for automatic = true",
                "source": "policy.toml:1",
            },
            {
                "rule": "service",
                "hit": True,
                "saw": 'the subject names service akc-ww of zefir2 by title "AKC-WW"',
                "source": "policy.toml:7",
            },
        ],
        "choice": None,
        "notices": [],
        "reply": {
            "to": "anna@firma.pl",
            "subject": "Re: AKC-WW [#######]",
            "text": "Dzień dobry,\n\nzgłoszenie ####### przyjęte.\n",
        },
    }


def test_a_mail_of_nobody_about_nothing_still_has_a_document() -> None:
    seen = facts(authors=(), trust=Trust.CLAIMED, login=False, machine=Machine.BOUNCE)
    seen = replace(seen, mail=replace(seen.mail, date=None, message_id=None))

    document = json.loads(json.dumps(as_document("b.eml", seen, decide(seen, book()), None)))

    assert (document["mail"]["from"], document["mail"]["date"], document["reply"]) == (None, None, None)
    assert document["mail"]["automatic"] == "bounce"
    assert document["decision"]["kind"] is None


def test_a_bounce_is_shown_with_what_became_of_each_address() -> None:
    gone = Delivery(address="jan@firma.pl", action="failed", status="5.1.1", for_good=True)
    bounce = Automatic(
        machine=Machine.BOUNCE,
        evidence="delivery report: failed",
        about=("<mg.1@desk.example>",),
        deliveries=(gone, Delivery(address="", action="delayed", for_good=False)),
    )
    seen = replace(facts(), automatic=bounce)
    decision = decide(seen, book())

    text = as_text("b.eml", seen, decision, None, book())
    document = json.loads(json.dumps(as_document("b.eml", seen, decision, None)))

    assert "Machine   bounce, by delivery report: failed\n          jan@firma.pl: failed, 5.1.1, for good\n" in text
    assert "          no address named: delayed\n" in text
    assert document["mail"]["machine"] == {
        "evidence": "delivery report: failed",
        "about": ["<mg.1@desk.example>"],
        "deliveries": [
            {"address": "jan@firma.pl", "action": "failed", "status": "5.1.1", "for_good": True},
            {"address": "", "action": "delayed", "status": "", "for_good": False},
        ],
    }


def test_files_are_listed_with_what_they_look_like_and_no_more_of_them_than_one_can_read() -> None:
    trap = Attachment(name="faktura.pdf", type="application/pdf", looks_like="application/zip", size=9, digest="0")
    seen = akc_ww(attachments=(trap,) * 12)

    text = as_text("a.eml", seen, decide(seen, book()), None, book())

    assert "Files     faktura.pdf (application/pdf, looks like application/zip, 9 bytes)\n" in text
    assert text.count("faktura.pdf") == 10
    assert "          and 2 more\n" in text


def test_of_a_long_mail_only_the_beginning_is_shown() -> None:
    seen = akc_ww(body="Dzień dobry. " * 100)

    text = as_text("a.eml", seen, decide(seen, book()), None, book())

    [said] = re.findall(r"^Says      (.*?)^Becomes", text, re.MULTILINE | re.DOTALL)
    assert said.endswith(" ...\n")
    assert len(said) < 350
