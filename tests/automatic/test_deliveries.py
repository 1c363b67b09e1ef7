"""What a bounce says of each address it speaks of, in fields or in words."""

from datetime import UTC, datetime

import pytest

from mailgate.core.automatic import Automatic, Delivery, Machine, detect
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read


def bounce(text: str) -> Automatic:
    raw = RawMessage(content=text.encode(), envelope=Envelope(source="file"), received_at=datetime.now(UTC))
    found = detect(read(raw))
    assert found is not None
    assert found.machine is Machine.BOUNCE
    return found


def in_words(text: str, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.firma.example>") -> Automatic:
    return bounce(f"From: {sender}\nTo: helpdesk@desk.example\nSubject: Undelivered mail\n\n{text}\n")


def report(groups: str, text: str = "See the report.") -> Automatic:
    return bounce(
        "From: MAILER-DAEMON@mx.firma.example\nTo: helpdesk@desk.example\nSubject: Delivery report\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\n\n{text}\n\n--b\nContent-Type: message/delivery-status\n\n{groups}\n--b--\n"
    )


def test_each_group_of_a_report_is_a_delivery():
    found = report(
        "Reporting-MTA: dns; mx.firma.example\n\n"
        "Final-Recipient: rfc822; Jan.Nowak@Firma.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User\n    unknown\n\n"
        "Final-Recipient: rfc822; anna@firma.example\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; ewa@firma.example\nAction: relayed\nStatus: 2.0.0\n"
    )
    assert found.deliveries == (
        Delivery(
            address="jan.nowak@firma.example",
            action="failed",
            status="5.1.1",
            for_good=True,
            diagnostic="smtp; 550 5.1.1 User unknown",
        ),
        Delivery(address="anna@firma.example", action="delayed", status="4.4.1", for_good=False),
        Delivery(address="ewa@firma.example", action="relayed", status="2.0.0", for_good=False),
    )
    assert found.unreachable == ("jan.nowak@firma.example",)


def test_an_action_that_no_standard_knows_is_a_failure():
    found = report("Final-Recipient: rfc822; jan@firma.example\nAction: error\nStatus: 5.7.0\n")
    assert [(each.action, each.for_good) for each in found.deliveries] == [("failed", True)]


def test_where_the_report_names_no_address_the_words_around_do():
    found = report(
        "Reporting-MTA: x400; mta gate.firma.example\n\nAction: failed\nStatus: 5.0.0\n",
        "Your message was not delivered to:\n\n    jan@firma.example\n\nReason: no such mailbox.",
    )
    assert [each.address for each in found.deliveries] == ["jan@firma.example"]


@pytest.mark.parametrize(
    "text",
    [
        "Could not be delivered:\n\n<jan@firma.example>: 550 Mailbox closed\n\nAsk help@firma.example.",
        "The following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:jan@firma.example]\n\tReason: 550 No",
        "To:  ewa@firma.example\ndid not reach:\nc=PL;p=Firma;dda:SMTP=jan@firma.example; on 4 Oct\n  not found, 5.1.1",
        "Wiadomość nie została dostarczona:\n\n  Odbiorca: jan@firma.example, skrzynka nie istnieje\n",
    ],
)
def test_of_several_addresses_the_one_that_stands_by_itself_is_meant(text: str):
    assert in_words(text).unreachable == ("jan@firma.example",)


def test_a_code_of_class_4_behind_an_address_is_not_for_good():
    found = in_words("Unable to deliver to these addresses:\n\n<jan@firma.example>:\nno connection (#4.4.1)\n")
    assert found.deliveries == (
        Delivery(
            address="jan@firma.example",
            action="failed",
            status="4.4.1",
            for_good=False,
            diagnostic="no connection (#4.4.1)",
        ),
    )


def test_a_failure_without_any_address_is_still_a_failure():
    found = in_words("Unable to deliver your message: user unknown.")
    assert found.deliveries == (Delivery(address="", action="failed", for_good=True),)
    assert found.unreachable == ()


@pytest.mark.parametrize(
    "head",
    [
        "Return-Path: <MAILER-DAEMON@mx.firma.example>\nFrom: s@firma.example\nSubject: Mail could not be delivered",
        "From: Postmaster <>\nSubject: Mail Error",
        "From: postmaster@firma.example\nSubject: Undeliverable Mail",
        "From: ndr@firma.example\nSubject: Mail delivery failed: returning message to sender",
        "From: a@firma.example\nSubject: Status\nContent-Type: text/plain; report-type=delivery-status",
    ],
)
def test_what_no_person_can_have_sent_is_a_bounce(head: str):
    found = bounce(f"{head}\n\nUnable to deliver your message to <jan@firma.example>.\n")
    assert [each.address for each in found.deliveries] == ["jan@firma.example"]


def test_a_refusal_by_a_sieve_script_is_no_receipt():
    found = bounce(
        "From: Mail Delivery Subsystem <admin@firma.example>\nSubject: Automatically rejected mail\n"
        "Auto-Submitted: auto-replied (rejected)\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
        "--b\n\nYour message to <jan@firma.example> was automatically rejected.\n\n"
        "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; jan@firma.example\n"
        "Original-Message-ID: <mg.7@desk.example>\nDisposition: automatic-action/MDN-sent-automatically; deleted\n"
        "\n--b--\n"
    )
    assert found.about == ("<mg.7@desk.example>",)
    assert [each.address for each in found.deliveries] == ["jan@firma.example"]
