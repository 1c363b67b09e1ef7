"""Letters to operators: they are told once, they cost nobody a letter, and no mail speaks to them unmasked."""

from datetime import timedelta
from email import message_from_bytes, policy

from mailgate.core.letter import compose
from mailgate.core.mail import Address
from mailgate.core.reply import Reply
from mailgate.core.telling import to_operator
from mailgate.store.brake import Limits
from mailgate.store.facade import Store
from mailgate.store.telling import tell_operators
from tests.store.cast import NOON, claim_all, letter, raw, verdict, writer

ONE_A_DAY = Limits(window=timedelta(hours=24), per_address_per_day=1, per_domain_per_day=1, per_day=1)


def told(address: str = "ewa@mf.example", subject: str = "AES", text: str = "Many mails.\n") -> Reply:
    return to_operator(address, subject, text, template="operators-surge", cause="INC0000001")


def tell(store: Store, *letters: Reply) -> int:
    with store.database.writing() as connection:
        return tell_operators(store.database, connection, letters, writer(), NOON)


def test_each_operator_is_told_once_however_often_it_is_said(store: Store) -> None:
    letters = [told("ewa@mf.example"), told("jan@mf.example")]

    assert tell(store, *letters) == 2
    assert tell(store, *letters, told("ola@mf.example")) == 1
    assert [(x.recipient, x.message, x.state) for x in store.outbox.list()] == [
        ("ola@mf.example", None, "due"),
        ("jan@mf.example", None, "due"),
        ("ewa@mf.example", None, "due"),
    ]


def test_what_operators_are_told_takes_nobodys_letter_away(store: Store) -> None:
    store.keep([raw()])
    [message] = claim_all(store)
    tell(store, told(message.raw.envelope.mail_from or ""))

    [recorded] = store.record([verdict(message, reply=letter())], writer(ONE_A_DAY), NOON)

    assert recorded.letter == "sent"


def test_words_of_a_mail_cannot_play_with_an_operators_screen() -> None:
    hostile = "</pre><script>alert(1)</script> \x1b[2J \u202e PESEL 44051401359\n"
    reply = told(subject="AES\r\nBcc: all@mf.example \x1b]0;x", text=hostile)

    sender = Address(addr="helpdesk@mf.example", name="Help Desk")
    content = compose(reply, message_id="<mg.one@mf.example>", date=NOON, sender=sender)
    mail = message_from_bytes(content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]  # likewise
    assert mail["Bcc"] is None
    assert "44051401359" not in text + html
    assert not {"\x1b", "\u202e"} & set(text + html + mail["Subject"])
    assert "<script>" not in html
