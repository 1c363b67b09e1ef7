"""`mailgate review`."""

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.held import lines, row
from mailgate.cli.looking import looked
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, Reveal, Since, command_group, moment, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.outcome import Outcome
from mailgate.core.shown import count
from mailgate.review.case import look
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.trouble import Permanent


class ListsByItself(TyperGroup):
    """Lists what waits when it is asked for nothing else: `mailgate review --reason forged`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (typer hides its Context)
        """Put the word in that was left out."""
        is_list = not args or (args[0].startswith("-") and args[0] != "--help")
        return super().parse_args(ctx, ["list", *args] if is_list else args)


command = command_group(ListsByItself)

One = Annotated[
    str, typer.Argument(metavar="ID", help="Our number, a digest or its beginning (8 digits), or a Message-ID.")
]


def _before(text: str) -> datetime:
    return moment(text, now(), option="--older-than")


@command.callback()
def review() -> None:
    """Mail that waits for a person: held, parked, or kept until its author has chosen.

    Alone it lists what waits, as `mailgate review list` does.
    """


@command.command("list")
def list_waiting(
    reason: Annotated[str | None, typer.Option(help="Only what this rule lets wait: forged, crashed.")] = None,
    service: Annotated[str | None, typer.Option(help="Only what may be about this service.")] = None,
    older_than: Annotated[
        datetime | None,
        typer.Option("--older-than", parser=_before, metavar="WHEN", help='Only what has waited so long: "2 days".'),
    ] = None,
    since: Since = None,
    held: Annotated[bool, typer.Option("--held", help="Only what waits for an operator, not for its author.")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List mail that waits, the oldest first: for an operator (held, parked), or for its author's answer.

    Example: mailgate review list --reason account_blocked --older-than "2 days"
    """
    with closing(open_store(read(config))) as store:
        found = store.waiting.list(
            limit=limit,
            reason=reason,
            service=service,
            since=since,
            before=older_than,
            outcome=Outcome.HOLD if held else None,
        )
        reasons = store.waiting.reasons() if len(found) == limit and not as_json else {}
    if as_json:
        say_json(document(found))
        return
    today = now()
    say_table(
        ("id", "age", "from", "subject", "waits for", "reason"),
        [row(line, today) for line in found],
        cut=("from", "subject", "reason"),
        empty="no such mail waits",
    )
    if reasons:
        said = ", ".join(f"{each} {number}" for each, number in reasons.items())
        say(f"the first {count(limit, 'mail')}; what waits in all: {said}")


@command.command()
def show(
    message: One,
    reveal: Reveal = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Show one mail: its text, why it waits, what its author was asked and answered, and what you can do.

    Example: mailgate review show 17
    """
    settings = read(config)
    book = read_house(settings, folders_of(settings)).book
    with closing(open_store(settings)) as store:
        number = number_of(store, message)
        case = look(store, number, book)
        if case is None:
            raise Permanent(f'there is no message "{message}"; see: mailgate review list')
        if reveal:
            looked(store, f"message {number}", operator)
    if as_json:
        say_json(document(case), reveal=reveal)
    else:
        say("\n".join(lines(case, now())), reveal=reveal)


def number_of(store: Store, name: str) -> int:
    """Our number of the one message of that name.

    Raises:
        Permanent: there is none, or several.
    """
    numbers = store.messages.find(name)
    if len(numbers) > 1:
        several = ", ".join(map(str, sorted(numbers)[:10]))
        raise Permanent(f'"{name}" names several messages ({several}); name one of them by its number')
    if not numbers:
        raise Permanent(f'there is no message "{name}"; see: mailgate review list')
    return numbers[0]
