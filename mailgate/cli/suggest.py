"""`mailgate suggest`."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import database_file
from mailgate.app.store import open_store
from mailgate.cli.evaluate import read_case_file
from mailgate.cli.options import AsJson, ConfigFile, Since, command_group, read
from mailgate.cli.progress import Tick, progress
from mailgate.cli.screen import say, say_json
from mailgate.config import Config
from mailgate.core.mail import RawMessage
from mailgate.core.shown import shown_line
from mailgate.core.suggestion import Change, Lesson, Suggestion
from mailgate.core.suggestion import suggest as find_suggestions
from mailgate.evaluate import KnownDesk
from mailgate.gate import Considered, House, consider
from mailgate.store.document import document
from mailgate.suggest import Span, lessons_of_cases, lessons_of_store, read_stored

command = command_group()

# So many mails that would be put right are shown; all that would be spoilt are.
_SHOWN = 3
_SUBJECT = 46
_DECISION = 60


@command.command()
def suggest(
    since: Since = None,
    days: Annotated[
        int, typer.Option(min=1, max=365, help="A ticket within so many days answers a refusal of the same author.")
    ] = 7,
    cases: Annotated[
        Path | None, typer.Option(metavar="CASES.jsonl", help="Also learn from labelled cases, one a line.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what only one author wrote.")] = False,
    rules: Annotated[Path | None, typer.Option(help="Other rules than those of the configuration.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many stored mails.")] = 2000,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Propose names, hints and cues for rules/, learnt from decided mail.

    A mail that was refused for want of a service, or asked about, and whose author soon wrote again and got a ticket,
    belonged where that ticket went; and labelled cases say what is right. What such mails have in common is tried on
    all of them, and on every ticket that nobody has corrected: each suggestion says which mails it would have put right
    and which it would have spoilt. Nothing is stored or changed.

    Example: mailgate suggest --since '30 days' --cases corrections.jsonl
    """
    settings = read(config)
    house = read_house(settings, folders_of(settings, rules)).vouching()
    span = Span(since=since, limit=limit, cure=timedelta(days=days))
    with progress() as bar:
        lessons = [
            *_of_store(settings, span, house, bar("reading mail"), needed=cases is None),
            *lessons_of_cases(read_case_file(cases) if cases else (), _considering(house)),
        ]
        found = find_suggestions(lessons, house.book, weak=everything, tick=bar("trying"))
    told = sum(lesson.is_told for lesson in lessons)
    if as_json:
        say_json({"mails": len(lessons), "corrections": told, "suggestions": [_document(each) for each in found]})
        return
    _print(found, house, mails=len(lessons), told=told, everything=everything)


def _considering(house: House) -> Callable[[RawMessage], Considered]:
    """The road for mail that was judged before: its author was known then."""
    return partial(consider, desk=KnownDesk(), house=house)


def _of_store(config: Config, span: Span, house: House, tick: Tick, *, needed: bool) -> Iterable[Lesson]:
    """The lessons of stored mail; none where there is no database and cases are given.

    Raises:
        Permanent: there is no database, or it has not the tables that are needed.
    """
    file = database_file(config)
    if not needed and file is not None and not file.exists():
        return ()
    with closing(open_store(config)) as store:
        told = read_stored(store, span, house.book.catalogue)
        return list(lessons_of_store(store, told, _considering(house), tick))


def _document(suggestion: Suggestion) -> dict[str, object]:
    return {**document(suggestion), "gain": suggestion.gain}


def _print(found: Sequence[Suggestion], house: House, *, mails: int, told: int, everything: bool) -> None:
    """Every suggestion in plain words, ready to paste."""
    looked = f"{mails} mails looked at, {told} of them with a known right answer"
    if not found:
        say(f"nothing to propose: {looked}{'' if everything else '; --all also shows what only one author wrote'}")
        return
    say(looked)
    for number, suggestion in enumerate(found, start=1):
        say()
        _print_one(number, suggestion, house)


def _print_one(number: int, suggestion: Suggestion, house: House) -> None:
    weak = ", weak: one author only" if suggestion.weak else ""
    say(f'{number}. {suggestion.kind} "{suggestion.text}" for {suggestion.speaks_for}{weak}')
    service = house.book.catalogue.services.get(suggestion.speaks_for)
    if service:
        say(f"   {shown_line(service.title, 76)}")
    authors = "" if suggestion.weak else f" of {suggestion.authors} authors"
    say(f"   puts right {_count(suggestion.put_right)}{authors}:")
    _print_changes(suggestion.put_right[:_SHOWN])
    if len(suggestion.put_right) > _SHOWN:
        say(f"     and {len(suggestion.put_right) - _SHOWN} more; see --json")
    say(f"   spoils {_count(suggestion.spoilt)}{':' if suggestion.spoilt else ''}")
    _print_changes(suggestion.spoilt)
    if suggestion.unknown:
        say(f"   changes {_count(suggestion.unknown)} of which nobody has told what is right:")
        _print_changes(suggestion.unknown[:_SHOWN])
    say(f"   paste into {suggestion.file}:{suggestion.line}, {suggestion.place}:")
    for line in suggestion.toml.splitlines():
        say(f"       {line}")


def _print_changes(changes: Iterable[Change]) -> None:
    for change in changes:
        say(f'     {change.mail}: "{shown_line(change.subject, _SUBJECT)}"')
        say(f"       {shown_line(change.now, _DECISION)}")
        say(f"       -> {shown_line(change.then, _DECISION)}")


def _count(changes: Sequence[Change]) -> str:
    return f"{len(changes) or 'no'} mail{'' if len(changes) == 1 else 's'}"
