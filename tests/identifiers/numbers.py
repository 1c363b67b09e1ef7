"""Right numbers of every kind, for hypothesis to draw from."""

from datetime import date

from hypothesis import strategies as st
from stdnum import iso6346
from stdnum.pl import nip, pesel, regon

DIGITS = "0123456789"
SIGNS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=DIGITS, min_size=count, max_size=count)


def signs(count: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=SIGNS, min_size=count, max_size=count)


def _checked(body: str) -> str:
    return body + iso6346.calc_check_digit(body)


def _pesel(year: int, month: int, day: int, serial: str) -> str:
    body = f"{year % 100:02}{month + (20 if year >= 2000 else 0):02}{day:02}{serial}"
    return body + pesel.calc_check_digit(body)


COUNTRY = st.sampled_from(["PL", "DE", "IT", "UA", "XI", "GB", "CH"])
# The sum of the weighted digits modulo 11 is the check digit; where it is ten, there is no such NIP.
NIP = (
    digits(9)
    .filter(lambda body: body[0] != "0" and nip.checksum(body + "0") != 10)
    .map(lambda body: f"{body}{nip.checksum(body + '0')}")
)
REGON = digits(8).map(lambda body: body + regon.calc_check_digit(body)).filter(lambda number: number.strip("0") != "")
LONG_REGON = st.tuples(REGON, digits(4)).map("".join).map(lambda body: body + regon.calc_check_digit(body))
PESEL = st.tuples(st.dates(date(1930, 1, 1), date(2020, 12, 31)), digits(4)).map(
    lambda parts: _pesel(parts[0].year, parts[0].month, parts[0].day, parts[1])
)
MRN = st.tuples(digits(2), COUNTRY, signs(13)).map(lambda parts: _checked("".join(parts)))
ARC = st.tuples(digits(2), COUNTRY, signs(16)).map(lambda parts: _checked("".join(parts)))
GRN = st.tuples(digits(2), COUNTRY, signs(12)).map(lambda parts: _checked("".join(parts)))
VOUCHER = st.tuples(GRN, st.sampled_from("ABC"), digits(6)).map("".join)
EORI = NIP.map(lambda number: f"PL{number}00000")
CARRIAGE = st.tuples(st.integers(2017, 2099), digits(10)).map(lambda parts: f"{parts[0]}{parts[1]}")
