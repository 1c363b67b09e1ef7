"""Authentication-Results, written: what is written is read back as it was, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.identity.results import Result, Results, read_results
from mailgate.core.identity.written import as_field, write_results

WORDS = st.from_regex("[a-z][a-z0-9]{0,8}", fullmatch=True)
# Anything that a stranger may have put into a value, but for what no header can hold.
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)
RESULTS = st.builds(
    Result,
    method=WORDS.filter(lambda word: word != "none"),
    result=WORDS,
    reason=VALUES,
    properties=st.lists(st.tuples(st.builds("{}.{}".format, WORDS, WORDS), VALUES), max_size=3).map(tuple),
)


@given(st.lists(RESULTS, min_size=1, max_size=4).map(tuple))
def test_what_is_written_is_read_back(results: tuple[Result, ...]) -> None:
    written = Results(authserv_id="mx.desk.example", results=results)
    assert read_results(write_results(written)) == written


@given(st.text())
def test_nothing_in_a_value_ends_the_line_or_begins_another_result(value: str) -> None:
    result = Result(method="spf", result="fail", properties=(("smtp.mailfrom", value),))
    text = write_results(Results(authserv_id="mx.desk.example", results=(result,)))
    assert not set(text) & {"\r", "\n", "\x00"}
    assert [each.method for each in read_results(text).results] == ["spf"]


def test_a_value_too_long_is_left_out_and_never_cut() -> None:
    result = Result(method="dkim", result="pass", properties=(("header.d", "a." * 300 + "firma.example"),))
    assert write_results(Results(authserv_id="mx", results=(result,))) == "mx; dkim=pass"


def test_as_a_field_it_is_folded_between_results_and_ends_lines_as_the_mail_does() -> None:
    value = "mx.desk.example; spf=pass smtp.mailfrom=jan@firma.example; dkim=none"
    assert as_field(value, b"From: a@b\r\n\r\n") == (
        b"Authentication-Results: mx.desk.example;\r\n\tspf=pass smtp.mailfrom=jan@firma.example;\r\n\tdkim=none\r\n"
    )
    assert as_field(value, b"From: a@b\n\n").count(b"\r") == 0
    quoted = 'mx; dkim=fail reason="a; b"'
    assert as_field(quoted, b"") == b'Authentication-Results: mx;\n\tdkim=fail reason="a; b"\n'
