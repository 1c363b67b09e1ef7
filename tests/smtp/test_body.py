"""The text of one mail: where it ends, and that its bytes are those that were sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.smtp.body import Body, has_long_line

ANY_LIMIT = 10_000_000

# Pieces that make trouble, more often than chance would bring them.
PIECES = st.sampled_from([b"\r\n", b"\n", b"\r", b".", b"..", b"a", b"\0", "ż".encode(), b" \t", b"x" * 1200])
LINES = st.lists(PIECES, max_size=40).map(b"".join)
CUTS = st.lists(st.integers(0, 60), max_size=30)


def stuffed(message: bytes) -> bytes:
    """What a client sends for a message that ends with CRLF (RFC 5321 section 4.5.2)."""
    lines = message.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"


def feed(body: Body, sent: bytes, cuts: list[int]) -> bytes | None:
    """Feed the bytes in chunks of the given sizes, then all others; what stands behind the end."""
    done = 0
    for size in [*cuts, len(sent)]:
        chunk = sent[done : done + size]
        done += len(chunk)
        rest = body.feed(chunk) if chunk else None
        if rest is not None:
            return rest + sent[done:]
    return None


@given(LINES, CUTS)
def test_the_bytes_kept_are_the_bytes_sent_however_they_are_cut(lines: bytes, cuts: list[int]) -> None:
    message = lines + b"\r\n"
    body = Body(ANY_LIMIT)
    assert feed(body, stuffed(message), cuts) == b""
    assert body.content() == message


@given(LINES, CUTS)
def test_what_follows_the_end_is_given_back(lines: bytes, cuts: list[int]) -> None:
    message = lines + b"\r\n"
    body = Body(ANY_LIMIT)
    assert feed(body, stuffed(message) + b"QUIT\r\n", cuts) == b"QUIT\r\n"
    assert body.content() == message


@pytest.mark.parametrize(
    "eol", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r", b"\r\n.\r\r\n", b"\0\r\n.\0\r\n"]
)
def test_nothing_but_crlf_dot_crlf_ends_a_mail(eol: bytes) -> None:
    body = Body(ANY_LIMIT)
    assert body.feed(b"Subject: one" + eol + b"MAIL FROM:<evil@example.org>\r\n") is None
    assert body.feed(b".\r\n") == b""


@pytest.mark.parametrize("sent", [b".\r\n", b"\r\n.\r\n", b"..\r\n.\r\n", b"...\r\n.\r\n"])
def test_a_mail_may_be_next_to_nothing(sent: bytes) -> None:
    body = Body(ANY_LIMIT)
    assert body.feed(sent) == b""
    assert body.content() == sent[:-3].replace(b"..", b".", 1)


@given(LINES, CUTS)
def test_a_mail_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(lines: bytes, cuts: list[int]) -> None:
    message = lines + b"\r\n"
    exact, small = Body(len(message)), Body(len(message) - 1)
    assert feed(exact, stuffed(message), cuts) == b""
    assert feed(small, stuffed(message), cuts) == b""
    assert exact.content() == message
    assert small.content() is None


def test_a_mail_beyond_the_limit_is_not_held_and_its_end_is_still_found() -> None:
    body = Body(1_000)
    for _ in range(100):
        assert body.feed(b"x" * 998 + b"\r\n") is None
        assert len(body._text.getvalue()) <= 2_000
    assert body.dropped
    assert body.feed(b".\r\nQUIT\r\n") == b"QUIT\r\n"
    assert body.content() is None


def test_a_dropped_mail_ends_where_it_would_have_ended() -> None:
    body = Body(ANY_LIMIT)
    body.feed(b"text\r")
    body.drop()
    assert body.feed(b"\n.") is None
    assert body.feed(b"\r\n") == b""
    assert body.content() is None


@given(LINES, st.integers(3, 40))
def test_a_long_line_is_seen_wherever_it_stands(content: bytes, limit: int) -> None:
    lines = content.split(b"\n")
    longest = max([len(line) + 1 for line in lines[:-1]] + [len(lines[-1])])
    assert has_long_line(content, limit) == (longest > limit)
