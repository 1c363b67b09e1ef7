"""Who is written to, and who never is (design section 5: a letter cannot be abused)."""

from dataclasses import replace
from typing import Any

import pytest

from mailgate.core.automatic import Automatic, Machine
from mailgate.core.decision import Decision
from mailgate.core.identity import Trust
from mailgate.core.outcome import Outcome
from mailgate.core.reply import NUMBER_TO_COME, why_silent
from mailgate.core.thread.subject import ticket_numbers
from tests.letters.builder import ANNA, DESK, DIGEST, decision, draft, facts, letters, office

LETTERS = letters()
REJECT = decision(Outcome.REJECT, "reject-no-service", reason="no_service")


def reason(decided: Decision | None = None, **known: Any) -> str | None:
    """Why nobody is written to; it goes with there being no letter."""
    decided = decided or decision()
    silent = why_silent(decided, facts(**known), office())
    assert (draft(decided, facts(**known), templates=LETTERS) is None) is (silent is not None)
    return silent


def test_a_proven_author_gets_a_letter() -> None:
    assert reason() is None


def test_a_login_that_is_not_proven_gets_a_letter() -> None:
    assert reason(trust=Trust.CLAIMED) is None


def test_a_proven_stranger_gets_a_letter() -> None:
    assert reason(decision(Outcome.REJECT, "reject-no-login"), login=False) is None


def test_an_unproven_stranger_gets_none() -> None:
    assert reason(REJECT, trust=Trust.CLAIMED, login=False) == "its author is neither proven nor in the directory"


def test_a_forged_author_gets_none() -> None:
    assert reason(REJECT, trust=Trust.FORGED) == "its author is forged"


def test_no_single_author_gets_none() -> None:
    assert reason(REJECT, author=None) == "it has no single author"


def test_a_null_sender_gets_none() -> None:
    assert reason(mail_from="") == "its envelope sender is null"


def test_a_way_in_without_envelope_sender_gets_a_letter() -> None:
    assert reason(mail_from=None) is None


def test_a_rule_that_asks_for_no_letter_gets_none() -> None:
    assert reason(decision(Outcome.IGNORE, None)) == "the rule asks for no letter"


@pytest.mark.parametrize("machine", Machine)
def test_a_machine_gets_none(machine: Machine) -> None:
    automatic = Automatic(machine=machine, evidence="Auto-Submitted: auto-replied")
    assert reason(automatic=automatic) == "a machine wrote the mail"


@pytest.mark.parametrize("header", [("list-id", "<celne.lists.example>"), ("list-post", "<mailto:a@lists.example>")])
def test_a_list_gets_none(header: tuple[str, str]) -> None:
    assert reason(headers=(header,)) == "it came over a list"


def test_a_person_whose_program_offers_to_unsubscribe_gets_a_letter() -> None:
    assert reason(headers=(("list-unsubscribe", "<mailto:stop@firma.example>"), ("precedence", "bulk"))) is None


def test_we_do_not_write_to_ourselves() -> None:
    assert reason(author=DESK) == "its author is our own address"


@pytest.mark.parametrize("author", ["pomoc.informatyczna@mf.gov.pl", "puesc@mf.gov.pl"])
def test_the_notices_of_csd_and_the_channel_for_xml_get_none(author: str) -> None:
    assert reason(author=author) == "its author is on the list of those we never write to"


@pytest.mark.parametrize(
    "local",
    ["noreply", "no-reply", "no_reply", "noreply+42", "firma-noreply", "donotreply", "do-not-reply", "nie-odpowiadaj",
     "nieodpowiadaj", "mailer-daemon", "postmaster", "bounces", "bounce-17", "bounces+anna=firma.pl"],
)  # fmt: skip
def test_an_address_that_nobody_reads_gets_none(local: str) -> None:
    assert reason(author=f"{local}@firma.example") == "nobody reads mail at its author's address"


@pytest.mark.parametrize(
    "local", ["norbert", "noreen", "bouncer", "anna.noremberg", "daemon", "reply", "postmasterski"]
)
def test_a_person_whose_name_only_looks_like_it_gets_a_letter(local: str) -> None:
    assert reason(author=f"{local}@firma.example") is None


@pytest.mark.parametrize(
    "author",
    ["anna@firma.example>", "a@firma.example, b@firma.example", "anna@firma.example\r\nbcc: x@y.example",
     '"anna\r\n"@firma.example', "anna", "anna@", "@firma.example", "anna@firma.example\x00", "a@b@firma.example",
     f"{'a' * 65}@firma.example", "anna@firma.example\u2028", "anna@żółw.example"],
)  # fmt: skip
def test_an_address_that_would_break_a_header_gets_none(author: str) -> None:
    assert reason(author=author) == "its author's address cannot be written to"


def test_letters_beyond_ascii_before_the_at_sign_can_be_written_to() -> None:
    assert reason(author="zażółć@firma.example") is None


@pytest.mark.parametrize("template", ["reject-no-login", "reject-no-history"])
def test_an_unproven_author_reads_the_same_whatever_is_missing(template: str) -> None:
    unproven = facts(trust=Trust.CLAIMED)
    same = draft(decision(Outcome.REJECT, "reject-not-entitled"), unproven, templates=LETTERS)
    assert draft(decision(Outcome.REJECT, template), unproven, templates=LETTERS) == same


@pytest.mark.parametrize("template", ["reject-no-login", "reject-no-history"])
def test_a_proven_author_is_told_what_is_missing(template: str) -> None:
    reply = draft(decision(Outcome.REJECT, template), facts(), templates=LETTERS)
    assert reply is not None
    assert reply.template == template


def test_a_proven_author_finds_the_thread_and_the_number_in_the_subject() -> None:
    reply = draft(decision(), facts(subject="SENT100 nie działa"), templates=LETTERS)
    assert reply is not None
    assert reply.numbered("ZGL0001234").subject == "Re: SENT100 nie działa [ZGL0001234]"


@pytest.mark.parametrize("subject", ["RE: Odp: AW: SENT100", "Re: SENT100", "re[2]: SENT100", "SENT100"])
def test_marks_of_an_answer_do_not_pile_up(subject: str) -> None:
    reply = draft(REJECT, facts(subject=subject), templates=LETTERS)
    assert reply is not None
    assert reply.subject == "Re: SENT100"


def test_the_number_is_not_added_twice() -> None:
    known = facts(subject="Odp: SENT100 [ZGL0000417]")
    reply = draft(decision(Outcome.APPEND, "append", ticket="ZGL0000417"), known, templates=LETTERS)
    assert reply is not None
    assert reply.subject == "Re: SENT100 [ZGL0000417]"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: [ZGL0000001] SENT100 [ZGL0000002]",
        "[ZGL0000001] Re: [zgl 000 0002] SENT100",
        "Odp: SENT100 [ZGL0000002] [ZGL0000002] [ZGL-0000001]",
        "Re: [ZGL0000001] SENT100",
    ],
)
def test_only_the_tag_of_the_ticket_goes_back(subject: str) -> None:
    known = facts(subject=subject, tickets=ticket_numbers(subject, "ZGL"))
    reply = draft(decision(Outcome.APPEND, "append", ticket="ZGL0000002"), known, templates=LETTERS)
    assert reply is not None
    assert reply.subject == "Re: SENT100 [ZGL0000002]"


def test_a_new_ticket_does_not_carry_the_tag_of_a_closed_one() -> None:
    known = facts(subject="Re: SENT100 [ZGL0000001]", tickets=("ZGL0000001",))
    reply = draft(decision(), known, templates=LETTERS)
    assert reply is not None
    assert reply.numbered("ZGL0000002").subject == "Re: SENT100 [ZGL0000002]"


def test_a_number_that_the_author_wrote_about_stays() -> None:
    known = facts(subject="Wraca błąd z ZGL0000001 [SENT]", tickets=("ZGL0000001",))
    reply = draft(decision(), known, templates=LETTERS)
    assert reply is not None
    assert reply.numbered("ZGL0000002").subject == "Re: Wraca błąd z ZGL0000001 [SENT] [ZGL0000002]"


def test_a_mail_without_subject_is_answered_under_ours() -> None:
    reply = draft(REJECT, facts(subject=" Re: "), templates=LETTERS)
    assert reply is not None
    assert reply.subject == "Podaj nazwę usługi"


@pytest.mark.parametrize("outcome", ["ticket", "clarify", "hold"])
def test_an_unproven_author_reads_nothing_of_the_mail(outcome: str) -> None:
    """Whoever forged the mail could otherwise write their own words to the owner of the address."""
    known = facts(subject="WYGRALES 1000000 kliknij http://evil.example", trust=Trust.CLAIMED)
    reply = draft(decision(Outcome(outcome), outcome), known, templates=LETTERS)
    assert reply is not None
    for text in (reply.subject, reply.text, reply.html):
        assert "evil.example" not in text
        assert "WYGRALES" not in text


def test_a_proven_author_reads_the_subject_in_the_subject_and_nowhere_else() -> None:
    reply = draft(decision(), facts(subject="Moja niepowtarzalna sprawa"), templates=LETTERS)
    assert reply is not None
    assert "niepowtarzalna" in reply.subject
    assert "niepowtarzalna" not in reply.text + reply.html


@pytest.mark.parametrize("written", ["44051401359", "440514 01359", "440514-01359"])
def test_a_pesel_is_masked_in_the_subject(written: str) -> None:
    reply = draft(REJECT, facts(subject=f"PESEL {written} już istnieje"), templates=LETTERS)
    assert reply is not None
    assert reply.subject.startswith("Re: PESEL 44")
    assert "0514" not in reply.subject
    assert reply.subject.endswith("59 już istnieje")


def test_a_long_subject_is_cut() -> None:
    reply = draft(REJECT, facts(subject="SENT " * 2000), templates=LETTERS)
    assert reply is not None
    assert len(reply.subject) <= 204
    assert reply.subject.endswith("…")


def test_a_mail_that_holds_our_mark_for_the_number_does_not_get_the_number_there() -> None:
    reply = draft(REJECT, facts(subject=f"a{NUMBER_TO_COME}b"), templates=LETTERS)
    assert reply is not None
    assert reply.subject == "Re: ab"


@pytest.mark.parametrize(
    ("language", "written"),
    [("pl", ("pl",)), ("en", ("en",)), ("", ("pl", "en")), ("uk", ("pl", "en")), ("de", ("pl", "en"))],
)
def test_the_letter_is_in_the_language_of_the_mail_or_in_both(language: str, written: tuple[str, ...]) -> None:
    reply = draft(decision(), facts(language=language), templates=LETTERS)
    assert reply is not None
    assert reply.languages == written
    assert ("Dzień dobry" in reply.text) is ("pl" in written)
    assert ("Hello" in reply.text) is ("en" in written)
    assert f'<html lang="{written[0]}">' in reply.html
    assert [language for language in ("pl", "en") if f'<div lang="{language}">' in reply.html] == list(written)


def test_each_ticket_of_a_proven_author_is_a_cause_of_its_own() -> None:
    reply = draft(decision(), facts(), templates=LETTERS)
    assert reply is not None
    assert DIGEST in reply.cause


def test_a_flood_from_one_unproven_sender_has_one_cause() -> None:
    reply = draft(decision(reason="ticket"), facts(trust=Trust.CLAIMED), templates=LETTERS)
    assert reply is not None
    assert reply.cause == "ticket"


def test_refusals_of_a_proven_author_share_a_cause() -> None:
    reply = draft(REJECT, facts(), templates=LETTERS)
    assert reply is not None
    assert reply.cause == "no_service"


def test_the_letter_joins_the_thread() -> None:
    """`answers` holds In-Reply-To, then References from the newest; References of a letter run the other way."""
    known = facts(message_id="<3@firma.example>", answers=("<2@firma.example>", "<1@firma.example>"))
    reply = draft(decision(), known, templates=LETTERS)
    assert reply is not None
    assert reply.in_reply_to == "<3@firma.example>"
    assert reply.references == ("<1@firma.example>", "<2@firma.example>", "<3@firma.example>")


def test_a_message_id_that_would_break_a_header_is_left_out() -> None:
    bad = ("<a b@c>", "<a@b>\r\nBcc: x@y.example", "<zażółć@firma.example>", f"<{'x' * 300}@y>", "plain@id", "<>")
    for message_id in bad:
        reply = draft(decision(), facts(message_id=message_id, answers=bad), templates=LETTERS)
        assert reply is not None
        assert reply.in_reply_to is None
        assert reply.references == ()


def test_a_letter_to_an_unproven_author_stands_in_no_thread_that_the_mail_names() -> None:
    letter = draft(decision(), facts(trust=Trust.CLAIMED, answers=("<other@people.example>",)), templates=LETTERS)

    assert letter is not None
    assert letter.references == (letter.in_reply_to,)


def test_a_thread_of_hundreds_is_cut_to_its_newest() -> None:
    answers = tuple(f"<{place}@firma.example>" for place in range(300))
    reply = draft(decision(), facts(message_id="<now@firma.example>", answers=answers), templates=LETTERS)
    assert reply is not None
    assert len(reply.references) == 10
    assert reply.references[-2:] == ("<0@firma.example>", "<now@firma.example>")


def test_the_letter_goes_to_the_author() -> None:
    reply = draft(decision(), facts(), templates=LETTERS)
    assert reply is not None
    assert reply.to == ANNA


def test_services_that_left_the_catalogue_are_not_offered() -> None:
    decided = decision(Outcome.CLARIFY, "clarify", candidates=("gone", "rmpd"))
    reply = draft(decided, facts(), templates=LETTERS)
    assert reply is not None
    assert "1. „Wyślij zgłoszenie przewozu RMPD” (SENT)" in reply.text
    assert "2. " not in reply.text


def test_a_kind_without_handling_time_says_nothing_of_time() -> None:
    desk = office()
    desk = replace(desk, published=replace(desk.published, handling={}))
    reply = draft(decision(), facts(), templates=LETTERS, desk=desk)
    assert reply is not None
    assert "roboczych" not in reply.text
