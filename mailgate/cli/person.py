"""`mailgate person`."""

import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from mailgate.app.parts import now
from mailgate.app.store import open_store
from mailgate.cli.options import Apply, AsJson, ConfigFile, Operator, by, command_group, read
from mailgate.cli.screen import say, say_json
from mailgate.core.address import normalise_login
from mailgate.core.shown import count
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.store.outbox import LetterDetails
from mailgate.store.persons import Holdings
from mailgate.store.tables import Channel
from mailgate.trouble import Permanent

command = command_group()

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="A mail address, however it is spelt.")]


@command.callback()
def person() -> None:
    """Answer a person who asks what is held about them, or wants it erased."""


@command.command()
def export(
    address: Address,
    place: Annotated[
        Path, typer.Argument(metavar="PLACE", help="A new folder, or a new file that ends in .zip; for your eyes only.")
    ],
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Write everything that is held about a person: person.json, and each mail and letter as it was (.eml).

    Messages, decisions, tickets, letters, the entry in the directory, and the rows of the audit trail about them.
    Nothing is masked in it. Mails of others that mention the address are named by number and not handed out. That you
    did it stands in the audit trail.

    Example: mailgate person export anna@example.org anna.zip
    """
    key = _address(address)
    with closing(open_store(read(config))) as store:
        found = store.persons.find(key)
        if found.is_empty and not store.persons.trail(found):
            raise Permanent(f"nothing is held about {key}")
        with _progress() as tick:
            mentions = store.persons.mentions(found, tick)
        _refuse_used(place)
        store.persons.exported(found, operator=by(operator), now=now())
        files = _files(store, found, mentions)
    _write(place, files)
    if as_json:
        say_json({"place": str(place), "files": sorted(files), **document(found), "mentioned_in": mentions})
        return
    _print(found, mentions)
    say(f"written   {place}, {count(len(files), 'file')}")


@command.command()
def erase(
    address: Address,
    apply: Apply = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Erase a person: mails, letters, words on tickets, and the entry in the directory.

    What must stay (that a mail came, what became of it, numbers of tickets, digests) stays under a pseudonym. Letters
    that have not left are cancelled. Mails of others that mention the address are named and not touched. That you did
    it stands in the audit trail. Exit code 75: somebody was reading, and what was erased is still in the database's
    log; run it again.

    Example: mailgate person erase anna@example.org --apply
    """
    key = _address(address)
    clean = True
    with closing(open_store(read(config))) as store:
        found = store.persons.find(key)
        with _progress() as tick:
            mentions = store.persons.mentions(found, tick)
        if apply:
            found, clean = store.persons.erase(key, operator=by(operator), now=now())
    if as_json:
        say_json(document(found) | {"mentioned_in": mentions, "applied": apply, "scrubbed": clean})
    else:
        _print(found, mentions)
        done = f"erased; what stays, stays as {found.pseudonym}" if apply else "nothing was erased; with --apply it is"
        say("nothing is held about them" if found.is_empty else done)
    if not clean:
        raise typer.Exit(75)


def _address(text: str) -> str:
    """The address as it is compared.

    Raises:
        Permanent: it is none.
    """
    address = normalise_login(text)
    if address is None:
        raise Permanent(f'"{text}" is no mail address; write it as name@domain')
    return address


def _files(store: Store, found: Holdings, mentions: tuple[int, ...]) -> dict[str, bytes]:
    """The files of an export by name."""
    files: dict[str, bytes] = {}
    for number in found.messages:
        raw = store.messages.raw(number)
        if raw is not None:
            files[f"message-{number}.eml"] = raw.content
    letters = [letter for letter in map(store.outbox.show, found.letters) if letter]
    files.update({_file_of(letter): letter.content for letter in letters if letter.content})
    person = store.people.find(found.address)
    held = {
        "address": found.address,
        "pseudonym": found.pseudonym,
        "exported_at": now().isoformat(),
        "directory": document(person) if person else None,
        "messages": [document(store.messages.show(number)) for number in found.messages],
        "tickets": [_ticket(store, number, found) for number in (*found.tickets, *found.added_to)],
        "letters": [document(letter.line) for letter in letters],
        "audit": document(store.persons.trail(found)),
        "mentioned_in": list(mentions),
    }
    files["person.json"] = json.dumps(held, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
    return files


def _file_of(letter: LetterDetails) -> str:
    is_mail = letter.line.channel == Channel.MAIL
    return f"letter-{letter.line.id}.eml" if is_mail else f"push-{letter.line.id}.json"


def _ticket(store: Store, number: str, found: Holdings) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """One ticket; of the words on it only the person's own, and of somebody else's ticket nothing else."""
    ticket = document(store.tickets.show(number))
    mine = [entry for entry in ticket["entries"] if entry["message"] in found.messages]
    return ticket | {"entries": mine} if number in found.tickets else {"number": number, "entries": mine}


def _refuse_used(place: Path) -> None:
    """Make sure that nothing is overwritten.

    Raises:
        Permanent: the place is taken.
    """
    if place.exists():
        raise Permanent(f"{place} is there already; name a new folder, or a new file that ends in .zip")


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a folder or a zip that nobody else can read.

    Raises:
        Permanent: they cannot be written there.
    """
    try:
        if place.suffix.lower() == ".zip":
            place.touch(mode=0o600, exist_ok=False)
            with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, content in files.items():
                    packed.writestr(name, content)
            return
        place.mkdir(mode=0o700)
        for name, content in files.items():
            (place / name).touch(mode=0o600)
            (place / name).write_bytes(content)
    except OSError as error:
        raise Permanent(f"{place} cannot be written ({error.strerror}); name another place") from None


def _print(found: Holdings, mentions: tuple[int, ...]) -> None:
    """What is held, in plain words."""
    lines = {
        "messages": found.messages,
        "tickets": found.tickets,
        "added to": found.added_to,
        "letters": found.letters,
        "directory": ("an entry",) if found.in_directory else (),
        "mentions": mentions,
    }
    say(f"{found.address}, in the audit trail {found.pseudonym}")
    for name, held in lines.items():
        if held:
            say(f"{name:<10}{', '.join(map(str, held))}")
    if found.open_tickets:
        say(f"still open: {', '.join(found.open_tickets)}")
    if found.waiting:
        say(f"waiting for a worker, and not to be erased before: {', '.join(map(str, found.waiting))}")
    if mentions:
        say("mentions are mails of others, which are not touched")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar while stored mail is read; none in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("reading mail", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
