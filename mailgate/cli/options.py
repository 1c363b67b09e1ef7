"""Options that several commands share, and how they are read."""

import re
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mailgate.config import Config, read_config
from mailgate.trouble import Permanent

_DEFAULT = Path("config.toml")
_SINCE = re.compile(r"(\d{1,6})\s*(minute|hour|day|week|m|h|d|w)s?", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def _place(ctx: typer.Context, file: Path | None) -> Path:
    """The configuration: named after the command, or before it, or the one in the current folder."""
    file = file or ctx.find_root().params.get("config")
    if file is None:
        return _DEFAULT
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}; name a config.toml", param_hint="--config")
    return file


ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration, where it is not ./config.toml.", callback=_place),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do it; without this it is only said what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")]


def moment(text: str, now: datetime, *, option: str = "--since", zone: tzinfo | None = None) -> datetime:
    """A point in the past: "3 days", "12h", "2026-01-31", "2026-01-31T08:00", with or without a time zone.

    Args:
        text: as it was given.
        now: the time.
        option: where it was given, for the complaint.
        zone: whose time is meant when the text names none; None: that of this machine.

    Raises:
        typer.BadParameter: it is none of these.
    """
    ago = _SINCE.fullmatch(text.strip())
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2][0].lower()]
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f'"{text}" is no point in time; write "3 days", "12h" or "2026-01-31"', param_hint=option
        ) from None
    if found.tzinfo:
        return found
    return found.replace(tzinfo=zone) if zone else found.astimezone()


def moment_ahead(text: str, now: datetime, zone: tzinfo, *, option: str = "--until") -> datetime:
    """A point in the future: "4h", "2 days" from now, "2026-01-31 12:00" by the clock of that zone.

    Raises:
        typer.BadParameter: it is none of these, or is over.
    """
    ahead = _SINCE.fullmatch(text.strip())
    try:
        found = now + int(ahead[1]) * _UNITS[ahead[2][0].lower()] if ahead else datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f'"{text}" is no point in time; write "4h", "2 days" or "2026-01-31 12:00"', param_hint=option
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    if found <= now:
        raise typer.BadParameter(f'"{text}" is over; give a time to come', param_hint=option)
    return found.astimezone(UTC)


def _since(text: str) -> datetime:
    return moment(text, datetime.now(UTC))


Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=_since, metavar="WHEN", help='Only those since then: "3 days", "12h", "2026-01-31".'
    ),
]


def _until(text: str) -> datetime:
    return moment(text, datetime.now(UTC), option="--until")


Until = Annotated[
    datetime | None,
    typer.Option("--until", parser=_until, metavar="WHEN", help="Only those before then; as --since."),
]


Operator = Annotated[
    str | None,
    typer.Option(
        "--operator",
        envvar="MAILGATE_OPERATOR",
        metavar="NAME",
        help="Who does it; else $MAILGATE_OPERATOR, else whoever is logged in here.",
        show_envvar=False,
    ),
]
Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="Mask no personal number. That you looked stands in the audit trail."),
]


def by(operator: str | None) -> str:
    """The name of whoever gives the command.

    Raises:
        Permanent: the system does not know it either.
    """
    try:
        return (operator or "").strip() or getuser()
    except (OSError, KeyError, ImportError):
        raise Permanent("the system does not say who you are; name yourself with --operator") from None


def confirm(question: str, *, yes: bool) -> None:
    """Ask whether to go on.

    Args:
        question: what it is about.
        yes: do not ask.

    Raises:
        Permanent: nobody is there to answer.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Permanent(f"{question} Nobody is here to answer; add --yes")
    typer.confirm(question, abort=True, err=True)


class ListsByItself(TyperGroup):
    """Commands that list when they are asked for nothing else: `mailgate review --reason forged`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (typer hides its Context)
        """Put the word in that was left out."""
        is_list = not args or (args[0].startswith("-") and args[0] != "--help")
        return super().parse_args(ctx, ["list", *args] if is_list else args)


def command_group(cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """What the commands of one module hang on."""
    return typer.Typer(
        cls=cls, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


def read(file: Path | None) -> Config:
    """The configuration.

    Raises:
        BadConfig: with every mistake in it.
        Permanent: the file cannot be read.
    """
    try:
        return read_config(file or _DEFAULT)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Permanent(f"{file} cannot be read ({reason}); let us read it, or name another one") from None
