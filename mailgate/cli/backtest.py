"""`mailgate backtest`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.backtest import backtest, cores
from mailgate.backtest.lines import Lines
from mailgate.backtest.outlook import Outlook
from mailgate.backtest.page import as_page
from mailgate.backtest.tally import Changed, Tally
from mailgate.cli.options import AsJson, ConfigFile, Since, Until, command_group, read
from mailgate.cli.outlook import as_document, say_outlook
from mailgate.cli.progress import progress
from mailgate.cli.screen import say, say_json
from mailgate.config import Config
from mailgate.store.past import Stretch
from mailgate.trouble import Permanent

command = command_group()

# Examples of each kind of change in the page.
ON_PAGE = 100


class Against(StrEnum):
    """What the candidate is compared with."""

    TODAY = "today"
    RECORDED = "recorded"


@command.command("backtest")
def try_rules(
    rules: Annotated[Path, typer.Option(metavar="DIR", help="The folder with the rules to try.")],
    since: Since = None,
    until: Until = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a report to read and to print.")] = None,
    changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write every changed mail, one JSON document a line.")
    ] = None,
    examples: Annotated[int, typer.Option(min=0, max=10_000, help="So many mails of each kind of change.")] = 5,
    against: Annotated[
        Against, typer.Option(help="Compare with what today's rules say, or with what was recorded then.")
    ] = Against.TODAY,
    anew: Annotated[
        bool, typer.Option("--anew", help="Read every mail again, also where the record is enough.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="So many at the same time; else one for each core.")
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Run stored mail through other rules, and show what would change. Nothing is stored, sent or changed.

    Each mail is judged as it came in, with what was known of its author then: by today's rules and by those of
    --rules. A changed mail is a gain or a loss where somebody has told what is right: its author, by a choice or by a
    second mail, or an operator. Personal numbers are masked.

    Example: mailgate backtest --rules new-rules --since 30d --html report.html
    """
    settings = read(config)
    kept = max(examples, ON_PAGE if html else 0)
    with _lines(changes) as out:
        outlook = run(
            settings,
            rules,
            Stretch(since=since, until=until),
            kept=kept,
            processes=processes,
            against_record=against is Against.RECORDED,
            read_all=anew,
            changes=out,
        )
    if html:
        write_page(html, outlook)
    if as_json:
        say_json(as_document(outlook, examples))
    else:
        say_outlook(outlook, examples)
        if html and not outlook.is_equal:
            say(f"\nthe report to read and to print: {html}")


def run(
    config: Config,
    rules: Path,
    stretch: Stretch,
    *,
    kept: int,
    processes: int | None = None,
    against_record: bool = False,
    read_all: bool = False,
    changes: Lines | None = None,
) -> Outlook:
    """Run the backtest, with progress on a terminal; troubles are those of `app.backtest.backtest`."""
    with progress() as bar:
        return backtest(
            config,
            rules,
            stretch,
            tally=Tally(examples=kept),
            processes=processes or cores(),
            tick=bar("trying the rules on stored mail"),
            tell=changes.add if changes else _nobody,
            against_record=against_record,
            read_all=read_all,
        )


def _nobody(changed: Changed) -> None:
    """Nobody wants to know of each mail."""
    del changed


def write_page(file: Path, outlook: Outlook) -> None:
    """Write the report.

    Raises:
        Permanent: the file cannot be written.
    """
    try:
        file.write_text(as_page(outlook), encoding="utf-8")
    except OSError as error:
        raise Permanent(f"{file} cannot be written ({error.strerror}); name another file with --html") from None


@contextmanager
def _lines(file: Path | None) -> Iterator[Lines | None]:
    """The file for all changed mails, when one is wanted."""
    if file is None:
        yield None
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(file.open("w", encoding="utf-8"))
        except OSError as error:
            raise Permanent(f"{file} cannot be written ({error.strerror}); name another file with --changes") from None
        yield Lines(stream)
