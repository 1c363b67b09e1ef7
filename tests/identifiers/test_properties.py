"""What holds of every number, drawn at random."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailgate.core.identifiers import find_identifiers, mask
from tests.identifiers.numbers import ARC, CARRIAGE, EORI, GRN, LONG_REGON, MRN, NIP, PESEL, REGON, VOUCHER, digits

NAMED = st.one_of(
    *(
        st.tuples(st.just(kind), st.sampled_from(names), numbers)
        for kind, names, numbers in (
            ("nip", ["NIP", "NIP:", "nip firmy", "Nr NIP"], NIP),
            ("regon", ["REGON", "regon:"], REGON | LONG_REGON),
            ("pesel", ["PESEL", "pesel nr"], PESEL),
            ("mrn", ["MRN", "mrn:", ""], MRN),
            ("arc", ["ARC", ""], ARC),
            ("grn", ["GRN", "GRN:"], GRN),
            ("grn", ["GRN", ""], VOUCHER),
            ("eori", ["EORI", ""], EORI),
        )
    )
)
BEFORE = st.sampled_from(
    ["", "Witam, ", "Proszę o pilną pomoc.\n", "tel. 22 330 03 30\n", "zażółć gęślą jaźń: ", "🚚 "]
)
AFTER = st.sampled_from(["", ".", ", pozdrawiam", " i co dalej?", "\nAnna Nowak", ")", " – pilne"])


@given(named=NAMED, before=BEFORE, after=AFTER)
def test_a_right_number_behind_its_name_is_always_found(named: tuple[str, str, str], before: str, after: str) -> None:
    kind, name, number = named
    found = find_identifiers(f"{before}{name} {number}{after}")
    assert [(i.type, i.value, i.valid) for i in found] == [(kind, number, True)]


@given(named=NAMED.filter(lambda named: named[1] != "" and named[0] != "eori"), step=st.integers(1, 9))
def test_a_number_with_another_check_digit_is_found_and_wrong(named: tuple[str, str, str], step: int) -> None:
    kind, name, number = named
    place = 16 if len(number) == 24 else len(number) - 1
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    [identifier] = find_identifiers(f"{name} {wrong}")
    assert (identifier.type, identifier.value, identifier.valid) == (kind, wrong, False)


@given(head=st.sampled_from(["SENT", "RMPD"]), number=CARRIAGE, gap=st.sampled_from(["", " ", "-", ": ", " nr "]))
def test_a_transport_number_is_always_found(head: str, number: str, gap: str) -> None:
    [identifier] = find_identifiers(f"zgłoszenie {head}{gap}{number}.")
    assert (identifier.type, identifier.value) == (head.lower(), head + number)


PHONE = st.tuples(
    digits(9), st.sampled_from(["{} {} {}", "{}-{}-{}", "+48 {} {} {}", "+48{}{}{}", "0048 {}{}{}", "({}) {} {}"])
)
PHONES = PHONE.map(lambda parts: parts[1].format(parts[0][:3], parts[0][3:6], parts[0][6:]))
LANDLINES = digits(9).map(lambda d: f"{d[:2]} {d[2:5]} {d[5:7]} {d[7:]}")
UKRAINIAN_PHONES = digits(9).map(lambda d: f"0{d[:2]}-{d[2:5]}-{d[5:7]}-{d[7:]}")
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1))  # noqa: DTZ001 people write times without a zone
TIMES = st.tuples(
    MOMENTS, st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%Y%m%d%H%M%S", "%d-%m-%Y"])
).map(lambda parts: parts[0].strftime(parts[1]))
AMOUNTS = st.tuples(st.integers(0, 10**12), st.sampled_from(["{:,}.00 PLN", "{},50 zł", "{} EUR", "{} zł"])).map(
    lambda parts: parts[1].format(parts[0])
)
ACCOUNTS = st.tuples(digits(26), st.sampled_from(["", "PL", "PL "]), st.booleans()).map(
    lambda parts: (
        parts[1] + (" ".join([parts[0][:2], *(parts[0][i : i + 4] for i in range(2, 26, 4))]) if parts[2] else parts[0])
    )
)
PLAIN = st.one_of(PHONES, LANDLINES, UKRAINIAN_PHONES, TIMES, AMOUNTS, ACCOUNTS)


@given(numbers=st.lists(PLAIN, min_size=1, max_size=6), glue=st.sampled_from(["\n", ", ", "; ", " oraz "]))
def test_phones_dates_amounts_and_accounts_are_never_taken_for_something(numbers: list[str], glue: str) -> None:
    assert find_identifiers(glue.join(numbers)) == ()


@given(
    number=PLAIN | digits(10) | digits(11),
    name=st.sampled_from(["tel. ", "Telefon ", "zamówienie nr ", "kod ", "lrn: "]),
)
def test_a_number_behind_another_name_is_never_taken_for_something(number: str, name: str) -> None:
    assert find_identifiers(name + number) == ()


@given(st.text(alphabet="0123456789 -./PLNIPplnip:,\nZŻ", max_size=200))
@example("PL")
@example("NIP PL")
def test_any_text_is_searched_without_trouble(text: str) -> None:
    found = find_identifiers(text, forms={"PL704", "NIP-1"})
    assert len(set(found)) == len(found)
    assert all(
        identifier.value.isalnum() and identifier.value.isupper() | identifier.value.isdigit() for identifier in found
    )


@given(number=PESEL, before=BEFORE, after=AFTER, name=st.sampled_from(["", "PESEL ", "pesel:", "PL", "dok. "]))
def test_a_right_pesel_is_hidden_wherever_it_stands(number: str, before: str, after: str, name: str) -> None:
    hidden = mask(f"{before}{name}{number}{after}")
    assert hidden == f"{before}{name}{number[:2]}*******{number[-2:]}{after}"


@given(st.text(alphabet="0123456789 -PESLABC*\n\u00a0ż", max_size=120))
def test_hiding_keeps_the_length_and_hides_nothing_twice(text: str) -> None:
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert mask(hidden) == hidden


@pytest.mark.parametrize("kind", [NIP, REGON, MRN])
def test_numbers_of_firms_and_goods_are_shown(kind: st.SearchStrategy[str]) -> None:
    @given(kind)
    def shown(number: str) -> None:
        assert mask(f"NIP {number}") == f"NIP {number}"

    shown()
