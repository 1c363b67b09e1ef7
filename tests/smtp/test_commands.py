"""Command lines and addresses, as people and attackers write them."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.smtp.commands import Command, Path, read_command, read_path
from mailgate.smtp.wire import CHUNK, LINE_LIMIT, LineTooLong, Wire


@pytest.mark.parametrize(
    ("line", "verb", "argument"),
    [
        (b"EHLO poczta.firma.pl\r\n", "EHLO", "poczta.firma.pl"),
        (b"mail FROM:<anna@firma.pl> SIZE=10\r\n", "MAIL", "FROM:<anna@firma.pl> SIZE=10"),
        (b"QUIT  \r\n", "QUIT", ""),
        (b"\r\n", "", ""),
        ("MAIL FROM:<żółw@firma.pl>\r\n".encode(), "MAIL", "FROM:<żółw@firma.pl>"),
    ],
)
def test_a_command_is_a_verb_and_what_follows(line: bytes, verb: str, argument: str) -> None:
    assert read_command(line) == Command(verb=verb, argument=argument)


@pytest.mark.parametrize(
    "line",
    [b"NOOP\n", b"NOOP\r", b"NO\rOP\r\n", b"NO\0OP\r\n", b"\x1b[2J\r\n", b"HELO \xff\xfe\r\n", b"\x16\x03\x01\x02\r\n"],
)
def test_a_line_that_could_mislead_is_no_command(line: bytes) -> None:
    assert read_command(line) is None


def test_a_password_is_not_shown() -> None:
    command = read_command(b"auth PLAIN AGFubmEAc2VjcmV0\r\n")
    assert command is not None
    assert command.shown == "AUTH"


@pytest.mark.parametrize(
    ("argument", "address", "parameters"),
    [
        ("FROM:<anna.nowak@firma-transport.pl>", "anna.nowak@firma-transport.pl", {}),
        (
            "from: <anna@firma.pl> size=10 body=8BITMIME SMTPUTF8",
            "anna@firma.pl",
            {"SIZE": "10", "BODY": "8BITMIME", "SMTPUTF8": None},
        ),
        ("FROM:anna@firma.pl", "anna@firma.pl", {}),
        ("FROM:<>", "", {}),
        ("FROM:<> AUTH=<>", "", {"AUTH": "<>"}),
        ('FROM:<"anna nowak"@firma.pl>', '"anna nowak"@firma.pl', {}),
        (r'FROM:<"a\"b"@firma.pl>', r'"a\"b"@firma.pl', {}),
        ("FROM:<@relay.pl,@mx.pl:anna@firma.pl>", "anna@firma.pl", {}),
        ("FROM:<anna@[127.0.0.1]>", "anna@[127.0.0.1]", {}),
        ("FROM:<anna@[IPv6:::1]>", "anna@[IPv6:::1]", {}),
        ("FROM:<żaneta@żółw.pl>", "żaneta@żółw.pl", {}),
        ("FROM:<bounce+anna=firma.pl@lista_1.pl>", "bounce+anna=firma.pl@lista_1.pl", {}),
        ("FROM:<Postmaster>", "Postmaster", {}),
    ],
)
def test_a_path_is_an_address_and_parameters(argument: str, address: str, parameters: dict[str, str | None]) -> None:
    assert read_path("FROM", argument) == Path(address=address, parameters=parameters)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "FROM",
        "TO:<anna@firma.pl>",
        "FROM:",
        "FROM:<",
        "FROM:<@",
        "FROM:<anna@",
        "FROM:<anna@firma.pl",
        "FROM:anna@firma.pl>",
        "FROM:<anna>",
        "FROM:<anna@firma.pl>RCPT",
        "FROM:<anna@firma.pl> SIZE=",
        "FROM:<anna@firma.pl> =10",
        "FROM:<anna@firma.pl><jan@firma.pl>",
        "FROM:<anna@firma.pl,jan@firma.pl>",
        "FROM:<anna nowak@firma.pl>",
        "FROM:<anna@firma@pl>",
        "FROM:<anna@firma..pl@>",
        "FROM:<a@" + "b" * 400 + ".pl>",
        'FROM:<"anna@firma.pl>',
    ],
)
def test_what_is_no_path_is_none(argument: str) -> None:
    assert read_path("FROM", argument) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_a_command_or_none(line: bytes) -> None:
    command = read_command(line + b"\r\n")
    assert command is None or read_path("FROM", command.argument) is None


@given(st.text(alphabet='<>@"\\:,.[]a-z0ż= ', max_size=60))
def test_no_address_hides_what_could_split_it(text: str) -> None:
    path = read_path("FROM", f"FROM:<{text}>")
    if path is not None and '"' not in path.address:
        assert not set(path.address) & set(" <>,\\")


def test_of_a_line_without_end_no_more_than_a_chunk_is_held() -> None:
    async def read() -> None:
        reader = asyncio.StreamReader()
        wire = Wire(reader)
        reader.feed_data(b"x" * 1_000_000)
        line = asyncio.create_task(wire.line())
        await asyncio.sleep(0)
        assert not line.done()
        assert len(wire._held) <= CHUNK + LINE_LIMIT
        reader.feed_data(b"\r\nNOOP\r\n")
        with pytest.raises(LineTooLong):
            await line
        assert await wire.line() == b"NOOP\r\n"

    asyncio.run(read())


def test_what_was_read_too_far_is_the_next_line() -> None:
    async def read() -> None:
        reader = asyncio.StreamReader()
        wire = Wire(reader)
        reader.feed_data(b"DATA\r\ntext\r\n.\r\nQUIT\r\n")
        assert wire.pending
        assert await wire.line() == b"DATA\r\n"
        assert await wire.chunk() == b"text\r\n.\r\nQUIT\r\n"
        wire.put_back(b"QUIT\r\n")
        assert wire.has_line
        assert await wire.line() == b"QUIT\r\n"
        reader.feed_eof()
        with pytest.raises(EOFError):
            await wire.line()

    asyncio.run(read())
