"""`mailgate review`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import now
from mailgate.app.people import open_desk
from mailgate.app.reviewing import make_reviewing
from mailgate.app.store import open_store
from mailgate.cli.held import in_words, lines, row
from mailgate.cli.looking import looked
from mailgate.cli.options import (
    AsJson,
    ConfigFile,
    Limit,
    ListsByItself,
    Operator,
    Reveal,
    Since,
    by,
    command_group,
    moment,
    read,
)
from mailgate.cli.screen import complain, say, say_json, say_table
from mailgate.core.outcome import Outcome
from mailgate.core.request import Kind
from mailgate.core.ruling import Subject
from mailgate.core.shown import count
from mailgate.core.tables import did_you_mean
from mailgate.review.case import look
from mailgate.review.deciding import Done, Reviewing, Undone
from mailgate.review.wish import Wish, pick, ruling_of
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.trouble import Permanent

command = command_group(ListsByItself)

# Mails of one reason that are released at once; a second call takes the rest.
MOST = 10_000

Many = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Our numbers, digests or their beginnings, or Message-IDs.")
]
Note = Annotated[str, typer.Option("--note", help="Why, for whoever reads the record.")]
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
    filtered = held or any(each is not None for each in (reason, service, older_than, since))
    say_table(
        ("id", "age", "from", "subject", "waits for", "reason"),
        [row(line, today) for line in found],
        cut=("from", "subject", "reason"),
        empty="no such mail waits" if filtered else "nothing waits",
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


@command.command()
def ticket(
    messages: Many,
    service: Annotated[str | None, typer.Option(help="The service that it is about: akc-ww.")] = None,
    system: Annotated[str | None, typer.Option(help="The system, where no single service is meant: emcs.")] = None,
    matter: Annotated[str | None, typer.Option(help="The request about an account: login-unlock.")] = None,
    place: Annotated[
        int | None,
        typer.Option("--pick", min=1, metavar="N", help="The service with this number in `mailgate review show`."),
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="What kind of ticket; else as the mail sounds.")] = None,
    queue: Annotated[str | None, typer.Option(help="Its queue; else as the rules say.")] = None,
    priority: Annotated[str | None, typer.Option(help="low, normal or high; else as the rules say.")] = None,
    note: Note = "",
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Open a ticket for a mail, with the time when it was received; its author gets the usual letter.

    Works for every mail that is decided, not only for what waits: a refused or ignored one becomes a ticket, and the
    ticket that a mail has opened gets another route. A ticket is never taken away.

    Example: mailgate review ticket 17 --service akc-ww
    """
    if sum(each is not None for each in (service, system, matter, place)) > 1:
        raise typer.BadParameter("name one of them", param_hint="--service, --system, --matter, --pick")
    labels = {name: value for name, value in (("queue", queue), ("priority", priority)) if value}

    def wish(store: Store, number: int) -> Wish:
        picked = pick(store, number, place) if place else service
        subject = Subject(service=picked, system=system, matter=matter, kind=kind)
        return Wish(outcome=Outcome.TICKET, subject=subject, labels=labels, note=note)

    _each(messages, wish, as_json=as_json, operator=operator, config=config)


@command.command()
def reject(
    messages: Many,
    reason: Annotated[str, typer.Option(help="The rule that refuses so, or its letter: no_login.")],
    note: Note = "",
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Refuse a mail as a rule of the policy does, with its letter, where one may be written.

    Example: mailgate review reject 17 --reason no_login
    """
    asked = Wish(outcome=Outcome.REJECT, reason=reason, note=note)
    _each(messages, lambda *_: asked, as_json=as_json, operator=operator, config=config)


@command.command()
def ignore(
    messages: Many,
    note: Note = "",
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let nothing become of a mail, and write to nobody. It stays in the store, and may become a ticket later.

    Example: mailgate review ignore 17 18 --note "advertisements"
    """
    asked = Wish(outcome=Outcome.IGNORE, note=note)
    _each(messages, lambda *_: asked, as_json=as_json, operator=operator, config=config)


@command.command()
def release(
    causes: Annotated[
        list[str], typer.Argument(metavar="REASON|ID...", help="Reasons of which all are meant, or single mails.")
    ],
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let the rules judge mail again, because what it waited for is over: all of one reason at once, or single ones.

    What the rules say now happens. What they would hold again stays, and is named.

    Example: mailgate review release account_blocked
    """
    with _reviewing(config, operator) as reviewing:
        numbers = _of_causes(reviewing.store, causes)
        done = _all(numbers, lambda number: reviewing.release(number, now()))
    _tell(done, as_json=as_json, empty="nothing waits for that any more")


@contextmanager
def _reviewing(config: Path | None, operator: str | None) -> Iterator[Reviewing]:
    settings, name = read(config), by(operator)
    with closing(open_store(settings)) as store, closing(open_desk(settings, store)) as desk:
        yield make_reviewing(settings, store, desk, name)


def _each(
    names: Sequence[str],
    wish: Callable[[Store, int], Wish],
    *,
    as_json: bool,
    operator: str | None,
    config: Path | None,
) -> None:
    """Let the same become of several mails: of each of them by itself, whatever becomes of the others."""
    with _reviewing(config, operator) as reviewing:
        numbers = list(dict.fromkeys(number_of(reviewing.store, name) for name in names))
        # A mistake in what is wanted is told before anything is done.
        wishes = {number: wish(reviewing.store, number) for number in numbers}
        for each in wishes.values():
            ruling_of(each, "", reviewing.book)
        done = _all(numbers, lambda number: reviewing.decide(number, wishes[number], now()))
    _tell(done, as_json=as_json, empty="")


def _all(numbers: Sequence[int], do: Callable[[int], Done]) -> list[Done | Undone]:
    """Do it for each; what cannot be done is told with the rest."""
    done: list[Done | Undone] = []
    for number in numbers:
        try:
            done.append(do(number))
        except Permanent as error:
            done.append(Undone(message=number, why=str(error)))
    return done


def _tell(done: Sequence[Done | Undone], *, as_json: bool, empty: str) -> None:
    """Say what became of each; exit code 1 where something that was wanted could not be."""
    if as_json:
        say_json(document(list(done)))
    elif not done:
        say(empty)
    for each in [] if as_json else done:
        if isinstance(each, Undone):
            complain(each.why)
        else:
            say(in_words(each))
    if any(isinstance(each, Undone) or not (each.changed or each.was_so) for each in done):
        raise typer.Exit(1)


def _of_causes(store: Store, causes: Sequence[str]) -> list[int]:
    """The mails that wait for these reasons, or have these names; the oldest first.

    Raises:
        Permanent: nothing waits for such a reason, and no mail is called so.
    """
    reasons = store.waiting.reasons()
    numbers: list[int] = []
    for cause in causes:
        # A rule's variants have its name before a colon: relay_silent, relay_silent:newcomer.
        meant = [each for each in reasons if each == cause or each.startswith(f"{cause}:")]
        if meant:
            numbers.extend(each.id for reason in meant for each in store.waiting.list(reason=reason, limit=MOST))
        elif store.messages.find(cause):
            numbers.append(number_of(store, cause))
        else:
            raise Permanent(f'nothing waits for "{cause}"{did_you_mean(cause, reasons)}; see: mailgate review list')
    return list(dict.fromkeys(numbers))


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
