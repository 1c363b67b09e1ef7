"""What every table of `config.toml` has in common, and the kinds of values in them."""

import re
from ipaddress import ip_address, ip_network
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import re2
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator


class Section(BaseModel):
    """A table of `config.toml`. An unknown key is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _unset(cls, value: object, info: ValidationInfo) -> object:
        """An empty text is no file: a setting that is not set by default stays so."""
        is_unset = value == "" and info.field_name and cls.model_fields[info.field_name].default is None
        return None if is_unset else value


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError(f'"{value}" is no mail address; write one as "desk@example.org"')
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'there is no time zone "{value}"; write one as "Europe/Warsaw"') from None
    return value


def _network(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f'"{value}" is no network; write one as "192.0.2.0/24"') from None
    return value


def _resolver(value: str) -> str:
    try:
        return str(ip_address(value)) if value else ""
    except ValueError:
        raise ValueError(f'"{value}" is no IP address; write one as "192.0.2.53"') from None


def _ticket_prefix(value: str) -> str:
    if not re.fullmatch("[A-Z]{2,8}", value):
        raise ValueError(f'"{value}" is no prefix; write 2 to 8 capital letters')
    return value


def _database_url(value: str) -> str:
    if not re.match(r"sqlite:///.|postgresql\+psycopg://", value):
        raise ValueError(
            f'"{_without_password(value)}" cannot be used; write "sqlite:///var/mailgate.db", or for several machines '
            '"postgresql+psycopg://mailgate@db.example/mailgate"'
        )
    return value


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/@]*:)[^/]*@", r"\1***@", url)


def _pattern(value: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(value, options)
    except re2.error as error:
        raise ValueError(f'"{value}" is no pattern ({error}); write one as "CSD-[0-9]{{6}}"') from None
    if compiled.fullmatch(""):
        raise ValueError("the pattern takes nothing at all for a number")
    return value


def _recipients(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("there is no address; with none, all mail would be refused")
    return value


def _domains(value: tuple[str, ...]) -> tuple[str, ...]:
    for domain in value:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
            raise ValueError(f'"{domain}" is no domain; write one as "example.org", in lower case')
    return value


def _window(value: int) -> int:
    if not 1 <= value <= 24 * 60:
        raise ValueError(f"{value} is no window; write minutes, at most a day")
    return value


def _socket_mode(value: str) -> str:
    if not re.fullmatch("[0-7]{3}", value):
        raise ValueError(f'"{value}" says not who may connect; write it as "660"')
    return value


MailAddress = Annotated[str, AfterValidator(_mail_address)]
Recipients = Annotated[tuple[MailAddress, ...], AfterValidator(_recipients)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Network = Annotated[str, AfterValidator(_network)]
ResolverAddress = Annotated[str, AfterValidator(_resolver)]
Domains = Annotated[tuple[str, ...], AfterValidator(_domains)]
Pattern = Annotated[str, AfterValidator(_pattern)]
TicketPrefix = Annotated[str, AfterValidator(_ticket_prefix)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
Window = Annotated[int, AfterValidator(_window)]
SocketMode = Annotated[str, AfterValidator(_socket_mode)]
