"""What a mail carries or returns: reports for machines, and the Message-IDs of other mails."""

import pytest

from tests.mail.mails import mail


@pytest.mark.parametrize("name", ["bounce", "bounce-with-headers-only"])
def test_a_bounce_shows_its_report_and_the_letter_it_is_about(name):
    read = mail(name)
    assert read.content_type == "multipart/report"
    assert len(read.reports) == 1
    assert "\nAction: failed\nStatus: 5.1.1\n" in read.reports[0]
    assert read.enclosed == ("<k.42.abcdef@mailgate.localhost>",)
    assert "Treść naszego listu" not in read.text


def test_a_receipt_shows_its_report():
    assert mail("receipt").reports[0].endswith("Disposition: manual-action/MDN-sent-manually; displayed\n")


@pytest.mark.parametrize("name", ["forwarded-as-attachment", "forwarded-in-base64"])
def test_a_forwarded_mail_is_named(name):
    assert mail(name).enclosed == ("<odmowa-17@urzad.example>",)


def test_a_digest_names_its_mails():
    assert mail("digest").enclosed == ("<jeden@x.example>", "<dwa@x.example>")


def test_an_ordinary_mail_encloses_nothing():
    assert (mail("alternative").reports, mail("alternative").enclosed) == ((), ())
