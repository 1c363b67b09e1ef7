"""`mailgate questions`."""

from contextlib import closing
from typing import Annotated

import typer

from mailgate.app.due import JobName, turn_of
from mailgate.app.parts import now
from mailgate.app.reminding import make_reminding, patience_of
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Limit, by, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.core.shown import count
from mailgate.reminding import Due, FollowUp, due
from mailgate.store.document import document
from mailgate.store.tables import QuestionState

command = command_group()

_DUE = {Due.REMIND: "to be reminded of", Due.EXPIRE: "to expire"}
_DONE = {Due.REMIND: "reminded of", Due.EXPIRE: "expired"}


@command.callback()
def questions() -> None:
    """Kept mails whose authors were asked which service they are about."""


@command.command("list")
def list_questions(
    state: Annotated[QuestionState | None, typer.Option(help="Only those in this state.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest questions: open (waits for an answer), held (an operator decides), settled, expired.

    Example: mailgate questions list --state open
    """
    with closing(open_store(read(config))) as store:
        found = store.questions.list(limit=limit, state=state)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("message", "asked", "from", "subject", "offered", "times", "state"),
        [(x.message, x.asked_at, x.author, x.subject, ", ".join(x.offers), x.asked, x.state) for x in found],
        cut=("from", "subject", "offered"),
        empty="there is no such question",
    )


@command.command()
def remind(
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Remind whoever has not answered, and let expire what nobody answers, as [questions] in config.toml says.

    The daemon does this by itself. It does no harm to run it as well, or several times: everything is done once.

    Example: mailgate questions remind --apply
    """
    settings = read(config)
    with closing(open_store(settings)) as store:
        found = due(store, patience_of(settings), now())
        if apply and found:
            with turn_of(JobName.REMINDERS, settings, store.database, by(None)):
                found = make_reminding(settings, store).run(now())
    if as_json:
        say_json([_row(each) for each in found])
        return
    words = _DONE if apply else _DUE
    say_table(
        ("message", "asked", "from", "subject", "becomes"),
        [(x.question.message, x.question.asked_at, x.question.author, x.question.subject, words[x.due]) for x in found],
        cut=("from", "subject"),
        empty="nothing is due",
    )
    if found and not apply:
        say(f"{count(len(found), 'question')}; nothing is done yet: mailgate questions remind --apply")


def _row(each: FollowUp) -> dict[str, object]:
    return {"due": each.due.value, "letter": each.letter} | {"question": document(each.question)}
