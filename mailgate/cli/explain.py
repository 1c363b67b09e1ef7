"""`mailgate explain`."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate.app.house import BadRules, folders_of, read_house
from mailgate.app.parts import database_file, now
from mailgate.app.people import open_desk
from mailgate.app.proving import make_prover
from mailgate.app.store import open_store
from mailgate.cli.looking import looked
from mailgate.cli.options import AsJson, ConfigFile, Operator, Reveal, command_group, read
from mailgate.cli.screen import complain, say, say_json
from mailgate.config import Config
from mailgate.core.explain import Language, as_document, as_text, change_documents
from mailgate.core.facts import Desk, Known, Question
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.recollection import RememberingDesk, recollect
from mailgate.core.reply import why_silent
from mailgate.core.shown import shown_line
from mailgate.core.whatif import what_if
from mailgate.evaluate import KnownDesk
from mailgate.gate import House, consider, reword
from mailgate.store.decisions import RecordedDecision
from mailgate.store.facade import Store
from mailgate.trouble import Permanent

command = command_group()


class EmptyDesk:
    """The desk that knows nobody, where there is no database."""

    def knows(self, question: Question) -> Known:
        """Answer one question."""
        del question
        return Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How it is told."""

    as_json: bool
    everything: bool
    language: Language
    reveal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One mail to be explained."""

    # As it is called: a file, or "message 17".
    name: str
    raw: RawMessage
    # What was decided about it; none of a file.
    decisions: tuple[RecordedDecision, ...] = ()
    # Whether it is the caller's own file, in which nothing need be hidden from him.
    own: bool = True


@command.command()
def explain(
    mails: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|MESSAGE...",
            help='Mails as files (.eml; "-" is stdin), or stored messages by number, digest or Message-ID.',
        ),
    ],
    as_json: AsJson = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also every rule, every cue, every small change, and the letter.")
    ] = False,
    language: Annotated[Language, typer.Option("--lang", help="The language it is told in.")] = Language.ENGLISH,
    as_known: Annotated[
        bool, typer.Option("--as-known", help="Take the author for a proven login with CSD history.")
    ] = False,
    as_then: Annotated[
        bool,
        typer.Option("--as-then", help="A stored message by the rules of then, and with what was known then."),
    ] = False,
    rules: Annotated[Path | None, typer.Option(help="Other rules than those of the configuration.")] = None,
    client: Annotated[str | None, typer.Option(help="IP address of the client that brings it.")] = None,
    helo: Annotated[str | None, typer.Option(help="The name that this client gives.")] = None,
    mail_from: Annotated[str | None, typer.Option(help='Envelope sender; "" is the null sender.')] = None,
    reveal: Reveal = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Say what would become of a mail, and why: what each rule saw, and what little would have changed it.

    Nothing is stored or sent. "Instead" names the smallest changes of the mail, of what is known of its author and of
    the rules that would have led elsewhere; each was tried. The author is looked up in the directory; without one
    nobody is known. A stored message comes with its envelope and proof as they were kept. Of a file,
    Authentication-Results are believed only when --client is in a network of [identity]; in verify mode DNS is asked
    about --client, --helo and --mail-from instead. With --json each mail is one JSON document on one line.

    Example: mailgate explain --client 127.0.0.1 samples/*.eml

    Example: mailgate explain 17 --lang pl
    """
    settings = read(config)
    house = read_house(settings, folders_of(settings, rules))
    house = house.vouching() if as_known else house
    telling = Told(as_json=as_json, everything=everything, language=language, reveal=reveal)
    envelope = Envelope(source="file", mail_from=mail_from, client=client, helo=helo)
    failed = False
    with _store(settings) as store:
        find = partial(_find, settings, store, envelope, reveal=reveal, operator=operator)
        for place, name in enumerate(mails):
            if place and not as_json:
                say()
            try:
                subject = find(name)
                with _situation(settings, store, house, subject, as_known=as_known, as_then=as_then) as (desk, then):
                    _print(subject, desk, then, telling)
            except (Permanent, BadRules) as error:
                trouble = str(error)
            except Exception as error:  # noqa: BLE001  (whatever it is, the other mails are explained)
                trouble = f"{name} cannot be explained, which is our bug: {type(error).__name__}: {error}"
            else:
                continue
            failed = True
            complain(shown_line(trouble))
            if as_json:
                say_json({"file": name, "error": trouble}, indent=None)
    if failed:
        raise typer.Exit(1)


def _print(subject: Subject, desk: Desk, house: House, telling: Told) -> None:
    considered = consider(subject.raw, desk=desk, house=house)
    facts, decision, reply = considered.facts, considered.decision, considered.reply
    changes = what_if(facts, decision, house.book, partial(reword, facts, house))
    if telling.as_json:
        document = as_document(subject.name, facts, decision, reply) | {"changes": change_documents(changes)}
        # Who brings the mail has it, and programs compare what was found in it: nothing in it is masked.
        say_json(document | _then(subject), indent=None, reveal=subject.own or telling.reveal)
        return
    silence = None if reply else why_silent(decision, facts, house.office)
    said = as_text(
        subject.name,
        facts,
        decision,
        reply,
        house.book,
        silence=silence,
        changes=changes,
        language=telling.language,
        everything=telling.everything,
    )
    say(said.rstrip("\n"), reveal=telling.reveal)
    for line in _recorded(subject, decision.outcome, decision.reason, telling.language):
        say(line)


def _then(subject: Subject) -> dict[str, Any]:
    """What was decided about a stored message, for programs."""
    if not subject.decisions:
        return {}
    newest = subject.decisions[-1]
    return {
        "recorded": {
            "outcome": newest.outcome,
            "reason": newest.reason,
            "decided_at": newest.decided_at.isoformat(),
            "revision": newest.revision,
            "operator": newest.operator,
        }
    }


def _recorded(subject: Subject, outcome: str, reason: str, language: Language) -> Iterator[str]:
    """What was decided about a stored message, when it is something else."""
    if not subject.decisions:
        return
    newest = subject.decisions[-1]
    if (newest.outcome, newest.reason) == (outcome, reason):
        return
    when = f"{newest.decided_at:%Y-%m-%d %H:%M}"
    by = newest.operator or newest.revision or "mailgate"
    recorded = "recorded is {outcome} ({reason}), decided on {when} UTC by {who}"
    label = language.label("Then").ljust(10)
    yield label + language.say(recorded, outcome=language.word(newest.outcome), reason=newest.reason, when=when, who=by)


def _find(
    settings: Config, store: Store | None, envelope: Envelope, name: str, *, reveal: bool, operator: str | None
) -> Subject:
    """A file, or a stored message.

    Raises:
        Permanent: it is neither.
    """
    if name == "-" or Path(name).exists() or "/" in name or name.endswith(".eml"):
        raw = _read(Path(name), envelope)
        prover = make_prover(settings)
        return Subject(name=name, raw=replace(raw, results=prover.prove(raw)) if prover else raw)
    numbers = store.messages.find(name) if store else ()
    if len(numbers) != 1 or store is None:
        several = f"names {len(numbers)} stored messages; name one by its number" if numbers else ""
        raise Permanent(f"{name} {several or 'is no file, and no stored message; see: mailgate messages list'}")
    (number,) = numbers
    details, raw_or_none = store.messages.show(number), store.messages.raw(number)
    if raw_or_none is None or details is None:
        raise Permanent(
            f"the bytes of message {number} are erased; what is left of it: mailgate messages show {number}"
        )
    if reveal:
        looked(store, f"message {number}", operator)
    return Subject(name=f"message {number}", raw=raw_or_none, decisions=details.decisions, own=False)


@contextmanager
def _situation(
    settings: Config, store: Store | None, house: House, subject: Subject, *, as_known: bool, as_then: bool
) -> Iterator[tuple[Desk, House]]:
    """Who is asked what is known, and by which rules it is judged.

    Raises:
        Permanent: nothing of then is kept.
    """
    if as_then:
        yield _of_then(settings, store, house, subject)
    elif as_known:
        yield KnownDesk(), house
    elif store is None:
        yield EmptyDesk(), house
    else:
        with closing(open_desk(settings, store)) as desk:
            yield desk, house


def _of_then(settings: Config, store: Store | None, house: House, subject: Subject) -> tuple[Desk, House]:
    """What was known when a stored message was last decided by rules, and those rules."""
    decided = next((each for each in reversed(subject.decisions) if each.known is not None and each.revision), None)
    if decided is None or decided.known is None or decided.revision is None or store is None:
        raise Permanent(f"no rules have decided about {subject.name} yet; leave out --as-then")
    texts = store.rulebooks.files(decided.revision)
    if texts is None:
        raise Permanent(f"the rules of then ({decided.revision}) are not kept here; leave out --as-then")
    then = read_house(settings, folders_of(settings), texts)
    return RememberingDesk(known=recollect(decided.known)), replace(then, policy=house.policy)


def _read(file: Path, envelope: Envelope) -> RawMessage:
    """One file as a message.

    Raises:
        Permanent: it cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Permanent(f"{file} cannot be read ({error.strerror}); name a file with one mail in it") from None
    return RawMessage(content=content, envelope=envelope, received_at=now())


@contextmanager
def _store(config: Config) -> Iterator[Store | None]:
    """The store, or None where there is none."""
    file = database_file(config)
    if file is not None and not file.exists():
        yield None
        return
    with closing(open_store(config)) as store:
        yield store
