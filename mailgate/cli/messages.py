"""`mailgate messages`."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, starmap
from typing import Annotated

import typer

from mailgate.app.store import open_store
from mailgate.cli.bounces import in_words
from mailgate.cli.looking import looked
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, Reveal, Since, command_group, read
from mailgate.cli.screen import refuse_terminal, say, say_bytes, say_json, say_table
from mailgate.core.identity.written import as_field
from mailgate.core.outcome import Outcome
from mailgate.store.decisions import RecordedDecision
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails, MessageLine
from mailgate.store.outbox import LetterLine
from mailgate.store.questions import QuestionLine
from mailgate.store.tables import Channel, MessageState
from mailgate.trouble import Permanent

command = command_group()

Name = Annotated[
    str, typer.Argument(metavar="MESSAGE", help="Our number, a digest or its beginning (8 digits), or a Message-ID.")
]


@command.callback()
def messages() -> None:
    """What came in, and what became of it."""


@command.command("list")
def list_messages(
    state: Annotated[MessageState | None, typer.Option(help="Only those in this state.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only those with this outcome.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only those that this rule settled.")] = None,
    since: Since = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """List the newest messages.

    Example: mailgate messages list --outcome reject --since "7 days"
    """
    with closing(open_store(read(config))) as store:
        found = store.messages.list(
            limit=limit,
            state=state,
            outcome=outcome,
            reason=reason,
            since=since,
        )
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("id", "received", "from", "subject", "became", "reason"),
        [_cells(line) for line in found],
        cut=("from", "subject", "reason"),
        empty="there is no such message",
    )


def _cells(line: MessageLine) -> tuple[object, ...]:
    became = line.outcome if line.state == MessageState.SETTLED else line.state
    return line.id, line.received_at, line.from_, line.subject, became, line.reason


@command.command()
def show(
    message: Name,
    reveal: Reveal = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Show one message: its receipts, each decision about it with every rule that was asked, and what came of it.

    Example: mailgate messages show 17
    """
    with closing(open_store(read(config))) as store:
        found = _find(store, message)
        letters = store.outbox.list(message=found.line.id, channel=Channel.MAIL)
        pushes = store.outbox.list(message=found.line.id, channel=Channel.CSD)
        questions = [(each, store.questions.answers(each.message)) for each in store.questions.of(found.line.id)]
        if reveal:
            looked(store, f"message {found.line.id}", operator)
    if as_json:
        asked = [document(each) | {"answers": list(answers)} for each, answers in questions]
        sent = {"letters": document(letters), "pushes": document(pushes)}
        say_json(document(found) | sent | {"questions": asked}, reveal=reveal)
        return
    about = chain.from_iterable(starmap(_question_lines, questions))
    say("\n".join((*_lines(found, (*letters, *pushes)), *about)), reveal=reveal)


@command.command()
def raw(
    message: Name,
    results: Annotated[
        bool, typer.Option("--results", help="With our own Authentication-Results on top, where we have any.")
    ] = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Write the bytes of a message to standard output, exactly as they were received.

    They hold everything in full, so that you looked stands in the audit trail.

    Example: mailgate messages raw 17 > 17.eml
    """
    refuse_terminal()
    with closing(open_store(read(config))) as store:
        found = _find(store, message)
        kept = store.messages.raw(found.line.id)
        if kept is None:
            raise Permanent(
                f"the bytes of message {found.line.id} are erased; what is left of it: mailgate messages show"
            )
        looked(store, f"message {found.line.id}", operator)
    own = as_field(kept.results, kept.content) if results and kept.results else b""
    say_bytes(own + kept.content)


def _find(store: Store, name: str) -> MessageDetails:
    """The one message of that name.

    Raises:
        Permanent: there is none, or several.
    """
    numbers = store.messages.find(name)
    if len(numbers) > 1:
        several = ", ".join(map(str, sorted(numbers)[:10]))
        raise Permanent(f'"{name}" names several messages ({several}); name one of them by its number')
    found = store.messages.show(numbers[0]) if numbers else None
    if found is None:
        raise Permanent(f'there is no message "{name}"; see: mailgate messages list')
    return found


def _lines(found: MessageDetails, letters: Sequence[LetterLine]) -> Iterator[str]:
    """The message in plain words."""
    line = found.line
    name = f"{found.from_name} " if found.from_name else ""
    yield f"Message   {line.id}, {found.size} bytes, sha256 {line.digest}"
    yield f"From      {name}<{line.from_ or 'not read yet'}>"
    yield f"Subject   {line.subject or '(none)'}"
    yield f"Id        {line.message_id or '(none)'}"
    for receipt in found.receipts:
        envelope = receipt.envelope
        way = f"by {envelope.source}" + (f" from {envelope.client}" if envelope.client else "")
        sender = "" if envelope.mail_from is None else f", envelope sender <{envelope.mail_from}>"
        yield f"Received  {receipt.received_at:%Y-%m-%d %H:%M:%S} UTC {way}{sender}"
        if receipt.results:
            yield f"Proof     {receipt.results}"
    yield (f"State     {line.state}" + (f" by {found.claimed_by}" if found.claimed_by else ""))
    for decision in found.decisions:
        yield from _decision_lines(decision)
    for bounce in found.bounces:
        yield f"Bounce    {in_words(bounce)}"
    if found.tickets:
        yield f"Tickets   {', '.join(found.tickets)}"
    for letter in letters:
        told = letter.event or f"{letter.template} to {letter.recipient}"
        yield f"{'Push' if letter.event else 'Letter':9} {told}: {letter.state} (mailgate outbox show {letter.id})"
        for bounce in letter.bounces:
            yield f"          {in_words(bounce)}"


def _question_lines(question: QuestionLine, answers: Sequence[int]) -> Iterator[str]:
    """A question about the message, or one that it answered."""
    times = "once" if question.asked == 1 else f"{question.asked} times"
    reminded = f", reminded of {question.reminded_at:%Y-%m-%d}" if question.reminded_at else ""
    about = f"about message {question.message} [ref. {question.token}]"
    yield f"Question  {about}: asked {times}, {question.asked_at:%Y-%m-%d %H:%M:%S} UTC{reminded}; {question.state}"
    for place, service in enumerate(question.offers, start=1):
        yield f"          {place}. {service}"
    if answers:
        yield f"          answered by message {', '.join(map(str, answers))}"


def _decision_lines(decision: RecordedDecision) -> Iterator[str]:
    by = decision.operator or (f"rulebook {decision.revision}" if decision.revision else "mailgate")
    yield f"Decision  {decision.outcome}, {decision.reason}; {decision.decided_at:%Y-%m-%d %H:%M:%S} UTC by {by}"
    route = {"service": decision.service, "system": decision.system, "kind": decision.kind, "matter": decision.matter}
    labels = {**route, "queue": decision.queue, "priority": decision.priority, "letter": decision.letter}
    yield ("          " + ", ".join(f"{name} {value}" for name, value in labels.items() if value))
    for finding in decision.findings:
        yield f"          {'yes' if finding.hit else 'no '} {finding.rule} ({finding.source}): {finding.saw}"
    if decision.trace:
        yield (decision.trace)
