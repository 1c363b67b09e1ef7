"""`mailgate notices`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.about import Service, System, check_about
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, by, command_group, moment_ahead, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.notice import as_notice
from mailgate.store.document import document
from mailgate.store.notices import NoticeLine
from mailgate.trouble import Permanent

# What is to be said for longer belongs into the templates.
_LONGEST = timedelta(days=90)

command = command_group()

Number = Annotated[int, typer.Argument(metavar="NOTICE", help="Its number in the list.")]


@command.callback()
def notices() -> None:
    """What letters about a service tell everybody now: an outage, works, a mistake that is being mended."""


@command.command()
def add(
    polish: Annotated[str, typer.Option("--pl", metavar="TEXT", help="What the letters say, in Polish.")],
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help='Until when: "4h", "2 days", "2026-11-23 12:00".')
    ],
    english: Annotated[
        str, typer.Option("--en", metavar="TEXT", help="The same in English; else English letters say it in Polish.")
    ] = "",
    service: Service = None,
    system: System = None,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let letters about a service or a system say something, until a given time.

    It stands in the letters about new tickets, additions and questions, in a paragraph of its own.

    Example: mailgate notices add --system aes --until 4h --pl "Awaria, trwa naprawa." --en "Outage, being repaired."
    """
    settings = read(config)
    told_at = now()
    end = moment_ahead(until, told_at, ZoneInfo(settings.desk.timezone))
    if end - told_at > _LONGEST:
        raise typer.BadParameter(f"at most {_LONGEST.days} days ahead", param_hint="--until")
    text, text_en = _text(polish, "--pl"), _text(english, "--en") if english else ""
    check_about(settings, service, system)
    with closing(open_store(settings)) as store:
        number = store.notices.add(
            service=service,
            system=system,
            text=text,
            text_en=text_en,
            until=end,
            operator=by(operator),
            now=told_at,
        )
    say(f"notice {number}: letters about {service or system} say it until {_time(end, settings.desk.timezone)}")
    if not text_en:
        say("without --en, letters in English say it in Polish")


@command.command("list")
def list_notices(
    everything: Annotated[bool, typer.Option("--all", help="Also those that no letter says any more.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List what letters say now, the newest first.

    Example: mailgate notices list --all
    """
    with closing(open_store(read(config))) as store:
        found = store.notices.list(now(), everything=everything, limit=limit)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("id", "about", "until", "by", "text"),
        [(x.id, x.service or x.system, x.until, x.written_by, x.text) for x in found],
        cut=("about", "by", "text"),
        empty="letters say nothing but what is in templates/",
    )


@command.command()
def show(number: Number, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show one notice whole.

    Example: mailgate notices show 1
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        found = store.notices.show(number)
    if found is None:
        raise Permanent(f"there is no notice {number}; see: mailgate notices list --all")
    if as_json:
        say_json(document(found))
    else:
        say("\n".join(_lines(found, settings.desk.timezone)))


@command.command()
def remove(number: Number, operator: Operator = None, config: ConfigFile = None) -> None:
    """Let letters say it no more. Those that are written already say it.

    Example: mailgate notices remove 1
    """
    with closing(open_store(read(config))) as store:
        done = store.notices.remove(number, operator=by(operator), now=now())
    say(f"no letter says notice {number} from now on" if done else f"notice {number} was over; nothing changed")


def _text(text: str, option: str) -> str:
    try:
        return as_notice(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _lines(found: NoticeLine, zone: str) -> Iterator[str]:
    """The notice in plain words."""
    yield f"Notice    {found.id}"
    yield f"About     {'service' if found.service else 'system'} {found.service or found.system}"
    yield f"Written   {_time(found.written_at, zone)}, by {found.written_by}"
    removed = f", taken away by {found.removed_by}" if found.removed_by else ""
    yield f"Until     {_time(found.until, zone)}{removed}"
    yield f"Polish    {found.text}"
    yield f"English   {found.text_en or '(none: said in Polish)'}"


def _time(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
