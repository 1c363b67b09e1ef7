"""Command lines, MAIL and RCPT arguments, read strictly (RFC 5321 section 4.1). Damage is None, never an exception."""

import re
from dataclasses import dataclass

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# local@domain. Lenient where real mail is (dots anywhere, underscores in domains), strict where others could be
# misled: no blanks, brackets or control characters outside a quotation.
_LOCAL = r'(?:[^\s<>()\[\]\\,;:@"\x00-\x1f\x7f]+|"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*")'
_DOMAIN = r"(?:[^\W_](?:[\w.-]*\w)?|\[[0-9A-Za-z.:-]+\])"
_MAILBOX = rf"{_LOCAL}@{_DOMAIN}"
# A source route before the mailbox must be taken and should be ignored (section 4.1.1.3).
_ROUTE = rf"(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?"
_PATH = re.compile(
    rf"(?:<{_ROUTE}(?P<path>{_MAILBOX}|[Pp][Oo][Ss][Tt][Mm][Aa][Ss][Tt][Ee][Rr]|)>|(?P<bare>{_MAILBOX}))(?: +|$)"
)
_PARAMETER = re.compile(r"([0-9A-Za-z][0-9A-Za-z-]*)(?:=([\x21-\x7e]+))?")
# local part 64, "@", domain 255 (section 4.5.3.1).
_ADDRESS_LIMIT = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command line."""

    # In upper case: "MAIL".
    verb: str
    # What follows the verb, without surrounding blanks; "" when nothing does.
    argument: str

    @property
    def shown(self) -> str:
        """The command for the log: of AUTH, which carries a password, no more than its name."""
        return "AUTH" if self.verb == "AUTH" else f"{self.verb} {self.argument}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The argument of MAIL or RCPT."""

    # local@domain as given, without brackets and source route; "" for the null sender.
    address: str
    # Parameters by name in upper case; None where there is no value. A repeated one counts once, the last.
    parameters: dict[str, str | None]


def read_command(line: bytes) -> Command | None:
    """The command of a line with its CRLF. None: no CRLF at its end, not UTF-8, or control characters in it."""
    if not line.endswith(b"\r\n"):
        return None
    try:
        text = line[:-2].decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _CONTROL.search(text):
        return None
    verb, _, argument = text.strip(" ").partition(" ")
    return Command(verb=verb.upper(), argument=argument.strip(" "))


def read_path(keyword: str, argument: str) -> Path | None:
    """The path and parameters of `FROM:<...>` or `TO:<...>`; blanks after the colon and missing brackets are borne."""
    head, colon, tail = argument.partition(":")
    if not colon or head.upper() != keyword:
        return None
    tail = tail.lstrip(" ")
    place = _PATH.match(tail)
    if place is None:
        return None
    address = place["bare"] if place["path"] is None else place["path"]
    parameters = _parameters(tail[place.end() :])
    if parameters is None or len(address) > _ADDRESS_LIMIT:
        return None
    return Path(address=address, parameters=parameters)


def _parameters(text: str) -> dict[str, str | None] | None:
    parameters: dict[str, str | None] = {}
    for word in text.split():
        parameter = _PARAMETER.fullmatch(word)
        if parameter is None:
            return None
        parameters[parameter[1].upper()] = parameter[2]
    return parameters
