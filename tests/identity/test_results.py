"""The grammar of Authentication-Results (RFC 8601 section 2.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.identity.results import Result, Results, read_authserv_id, read_results


def test_the_simplest_header_says_that_nothing_was_done() -> None:
    assert read_results("example.org 1; none") == Results(authserv_id="example.org")


def test_the_example_of_appendix_b5_is_read_in_full() -> None:
    value = (
        "example.com;\r\n\tauth=pass (cram-md5) smtp.auth=sender@example.com;\r\n\tspf=fail smtp.mailfrom=example.com"
    )
    assert read_results(value) == Results(
        authserv_id="example.com",
        results=(
            Result(
                method="auth",
                result="pass",
                properties=(("smtp.auth", "sender@example.com"),),
                comments=("cram-md5",),
            ),
            Result(method="spf", result="fail", properties=(("smtp.mailfrom", "example.com"),)),
        ),
    )


def test_the_example_of_appendix_b7_has_comments_in_every_place() -> None:
    value = (
        "foo.example.net (foobar) 1 (baz);\r\n    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
        "      policy (A dot can go here) . (like that) expired\r\n"
        "    (this surprised me) = (as I wasn't expecting it) 1362471462"
    )
    [result] = read_results(value).results
    assert (result.method, result.result) == ("dkim", "fail")
    assert result.properties == (("policy.expired", "1362471462"),)
    assert result.comments[0] == "Because I like it"


def test_a_reason_is_no_property() -> None:
    [result] = read_results('mx.example; dkim=fail reason="bad \\"signature\\"; (really)" header.d=a.example').results
    assert result.reason == 'bad "signature"; (really)'
    assert result.properties == (("header.d", "a.example"),)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("header.b=abc/def+x==", "abc/def+x=="),
        ('header.b="abc/def"', "abc/def"),
        ("policy.iprev=2001:db8::25", "2001:db8::25"),
        ("smtp.mailfrom=<>", "<>"),
        ("smtp.mailfrom=", ""),
        ('smtp.mailfrom="a b"@c.example', '"a b"@c.example'),
        ('smtp.mailfrom="a@firma.example"@mallory.example', '"a@firma.example"@mallory.example'),
        ('header.d="firma.example".mallory.example', '"firma.example".mallory.example'),
        ("header.i=@c.example(ours)", "@c.example"),
    ],
)
def test_a_value_is_read_as_relays_write_it(written: str, value: str) -> None:
    [result] = read_results(f"mx.example; spf=pass {written}").results
    assert result.properties[0][1] == value


@pytest.mark.parametrize(
    ("value", "defect"),
    [
        ("", "no authserv-id"),
        ("; spf=pass", "no authserv-id"),
        ("spf=pass smtp.mailfrom=a.example", "no authserv-id"),
        ('"mx.example; spf=pass', "no authserv-id"),
        ("mx.example 3; spf=pass", "unknown version '3'"),
        ("mx.example; =pass", "no method at '=pass'"),
        ("mx.example; spf=", "no result at the end"),
        ("mx.example; spf", 'no "=" behind spf'),
        ("mx.example; spf/=pass", "no method version at '=pass'"),
        ("mx.example; spf=pass smtp.=x", "no property at '=x'"),
        ("mx.example; spf=pass \x1b[31m", "no property of spf at '\\x1b[31m'"),
        ('mx.example; spf=pass reason="oops', "a quotation without an end"),
        ("mx.example; spf=pass (oops", "a comment without an end"),
    ],
)
def test_what_cannot_be_read_is_a_defect_and_proves_nothing(value: str, defect: str) -> None:
    results = read_results(value)
    assert results.defects == (defect,)
    assert not results.results


def test_a_result_behind_an_unreadable_one_is_read() -> None:
    results = read_results('mx.example; what is this ("; spf=pass") "; spf=pass"; dkim=none;')
    assert [result.method for result in results.results] == ["dkim"]


def test_nothing_of_an_endless_header_is_believed() -> None:
    value = "mx.example; dkim=pass header.d=firma.example" + ".mallory.example" * 2_000
    assert read_results(value) == Results(authserv_id="mx.example", defects=("longer than 16384 characters",))


@given(st.text(alphabet=' \t\r\n;=()"\\./@ab1', max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    results = read_results(text)
    assert results.authserv_id == read_authserv_id(text)
    assert results.results == () or results.authserv_id


WORD = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).map(lambda word: "x" + word)
CFWS = st.sampled_from(["", " ", "\r\n\t", "(comment)", " (a (nested) one; with = marks) ", '(a "quotation)'])
QUOTABLE = st.text(alphabet='ab ;=()"\\@.ż', max_size=12)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(
    server=WORD,
    method=WORD,
    verdict=WORD,
    ptype=WORD,
    name=WORD,
    value=QUOTABLE,
    gaps=st.lists(CFWS, min_size=8, max_size=8),
)
def test_every_header_of_the_grammar_is_read_wherever_white_space_and_comments_stand(
    server: str, method: str, verdict: str, ptype: str, name: str, value: str, gaps: list[str]
) -> None:
    a, b, c, d, e, f, g, h = gaps
    text = f"{a}{server}{b};{c}{method}{d}={e}{verdict} {f}{ptype}{g}.{h}{name}={quoted(value)}{a}"
    results = read_results(text)
    assert results.defects == ()
    assert results.authserv_id == server
    [result] = results.results
    assert (result.method, result.result, result.properties) == (method, verdict, ((f"{ptype}.{name}", value),))
