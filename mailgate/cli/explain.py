"""`mailgate explain`."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import database_file, now
from mailgate.app.people import open_desk
from mailgate.app.proving import make_prover
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import complain, say, say_json
from mailgate.config import Config
from mailgate.core.explain import as_document, as_text
from mailgate.core.facts import Desk, Known, Question
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.reply import why_silent
from mailgate.core.shown import shown_line
from mailgate.evaluate import KnownDesk
from mailgate.gate import Considered, House, consider
from mailgate.trouble import Permanent

command = command_group()


class EmptyDesk:
    """The desk that knows nobody, where there is no database."""

    def knows(self, question: Question) -> Known:
        """Answer one question."""
        del question
        return Known()


@command.command()
def explain(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help='Mails as files (.eml); "-" is stdin.')],
    as_json: AsJson = False,
    everything: Annotated[bool, typer.Option("--all", help="Also every rule, every cue, and the letter.")] = False,
    as_known: Annotated[
        bool, typer.Option("--as-known", help="Take the author for a proven login with CSD history.")
    ] = False,
    rules: Annotated[Path | None, typer.Option(help="Other rules than those of the configuration.")] = None,
    client: Annotated[str | None, typer.Option(help="IP address of the client that brings it.")] = None,
    helo: Annotated[str | None, typer.Option(help="The name that this client gives.")] = None,
    mail_from: Annotated[str | None, typer.Option(help='Envelope sender; "" is the null sender.')] = None,
    config: ConfigFile = None,
) -> None:
    """Say what would become of a mail, and why. Nothing is stored or sent.

    The author is looked up in the directory; without a database nobody is known. Authentication-Results are believed
    only when --client is in a network of [identity]; in verify mode DNS is asked about --client, --helo and
    --mail-from instead. With --json each file is one JSON document on one line.

    Example: mailgate explain --client 127.0.0.1 samples/*.eml
    """
    settings = read(config)
    house = read_house(settings, folders_of(settings, rules))
    house = house.vouching() if as_known else house
    prover = make_prover(settings)
    envelope = Envelope(source="file", mail_from=mail_from, client=client, helo=helo)
    failed = False
    with _desk(settings, known=as_known) as desk:
        for place, file in enumerate(files):
            if place and not as_json:
                say()
            try:
                raw = _read(file, envelope)
                proven = replace(raw, results=prover.prove(raw)) if prover else raw
                considered = consider(proven, desk=desk, house=house)
            except Permanent as error:
                trouble = str(error)
            except Exception as error:  # noqa: BLE001  (whatever it is, the other files are explained)
                trouble = f"{file} cannot be explained, which is our bug: {type(error).__name__}: {error}"
            else:
                _print(file, considered, house, as_json=as_json, everything=everything)
                continue
            failed = True
            complain(shown_line(trouble))
            if as_json:
                say_json({"file": str(file), "error": trouble}, indent=None)
    if failed:
        raise typer.Exit(1)


def _print(file: Path, considered: Considered, house: House, *, as_json: bool, everything: bool) -> None:
    facts, decision, reply = considered.facts, considered.decision, considered.reply
    if as_json:
        # The caller has the mail itself, and programs compare what was found in it: nothing in it is masked.
        say_json(as_document(str(file), facts, decision, reply), indent=None, reveal=True)
        return
    silence = None if reply else why_silent(decision, facts, house.office)
    say(as_text(str(file), facts, decision, reply, house.book, silence=silence, everything=everything).rstrip("\n"))


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
def _desk(config: Config, *, known: bool) -> Iterator[Desk]:
    """Whoever answers what is known of authors: everybody is, or those of the store, or nobody where there is none."""
    file = database_file(config)
    if known:
        yield KnownDesk()
    elif file is not None and not file.exists():
        yield EmptyDesk()
    else:
        with closing(open_store(config)) as store, closing(open_desk(config, store)) as desk:
            yield desk
