"""Personal numbers in what is shown."""

import pytest

from mailgate.core.identifiers import mask, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PESEL 44051401359", "PESEL 44*******59"),
        ("PESEL: 440514-01359.", "PESEL: 44****-***59."),
        ("PESEL 440 514 013 59", "PESEL 44* *** *** 59"),
        ("pesel 44051401350 (z literówką)", "pesel 44*******50 (z literówką)"),
        ("nr dok. 44051401359", "nr dok. 44*******59"),
        ("EORI PL440514013590000", "EORI PL44*******590000"),
        ("konto 61 1090 1014 0000 0712 1981 2874", "konto 61 **** **** **** **** **** **74"),
        ("PL61109010140000071219812874", "PL61**********************74"),
        ("dowód ABA300000", "dowód AB*****00"),
        ("ABA 300000", "AB* ****00"),
        ("dowodu osobistego seria i numer: XYZ123456", "dowodu osobistego seria i numer: XY*****56"),
        ("paszport ZS0000177", "paszport ZS*****77"),
        ("паспорт серія ЕН 123456", "паспорт серія ЕН ****56"),
        ("РНОКПП 3184710691", "РНОКПП 31******91"),
        ("PESEL\u00a0440514\u200901359", "PESEL\u00a044****\u2009***59"),
    ],
)
def test_a_personal_number_is_hidden_but_for_its_ends(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "NIP 521-303-21-79, REGON 123456785, tel. 22 330 03 30",
        "MRN 26PL301010E0066123, SENT20260004471823, ZGL0001234, ID SISC PL000000012345678",
        "26112004417",
        "MRN 26DEA44051401359A5",
        "konto 61 1090 1014 0000 0712 1981 2875",
        "Nr rej. BI 7714X, kontener CSQU3054383",
        "dowód wpłaty z 22.11.2026",
        "ABA 300001",
    ],
)
def test_numbers_of_firms_goods_and_papers_stay_readable(text: str) -> None:
    assert mask(text) == text


def test_a_document_is_masked_in_every_text_but_for_the_names_of_messages_and_files() -> None:
    pesel, name = "44051401359", "<44051401359@firma.example>"
    digest = "44051401359a" + "0" * 52

    shown = masked(
        {"subject": f"PESEL {pesel}", "notes": [(pesel, 7, None)], pesel: True, "message_id": name, "seal": digest}
    )

    hidden = "44*******59"
    assert shown == {
        "subject": f"PESEL {hidden}",
        "notes": [[hidden, 7, None]],
        hidden: True,
        "message_id": name,
        "seal": digest,
    }


def test_a_number_stuck_to_letters_is_no_digest() -> None:
    assert mask("fa44051401359") == "fa44*******59"
