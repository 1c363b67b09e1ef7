"""`mailgate directory`."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from mailgate.app.parts import now
from mailgate.app.people import open_desk
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Limit, Operator, by, command_group, read
from mailgate.cli.screen import say, say_as_is, say_json, say_table
from mailgate.config import BadConfig
from mailgate.core.address import normalise_login
from mailgate.core.facts import Question
from mailgate.directory.people_file import People, check_shrink, read_people, write_people
from mailgate.store.document import document
from mailgate.store.facade import Store
from mailgate.trouble import Permanent

command = command_group()


@command.callback()
def directory() -> None:
    """The people who may write to the desk: PUESC logins and their CSD history."""


@command.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="UTF-8 or windows-1250; semicolons or commas.")],
    add: Annotated[bool, typer.Option("--add", help="Add these people or bring them up to date; drop nobody.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if more than a tenth of the people is dropped.")] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Only while nobody is in the directory.")] = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Make the people of a file the whole directory, or add them to it.

    The first line names the columns: login and first_contact (the day of the first contact through CSD, or empty), and
    if there are any name, organisation and status (active or blocked). One mistake and nothing is imported; every
    mistake is told with its line. A file that would drop more than a tenth of the people is not imported without
    --force: it may have been cut off.

    Example: mailgate directory import people.csv
    """
    settings = read(config)
    is_outside = settings.directory.source != "table"
    if is_outside and not if_empty:
        raise Permanent(
            f'people are in a directory outside (source = "{settings.directory.source}"): change them there'
        )
    people = _read(file)
    with closing(open_store(settings, make=True)) as store:
        if if_empty and (is_outside or store.people.count()):
            return
        if add:
            store.people.merge(people.persons, operator=by(operator), now=now())
        else:
            _replace(store, people, str(file), force=force, operator=by(operator))
        say(f"{len(people.persons)} people read; the directory holds {store.people.count()}")


def _read(file: Path) -> People:
    """The people of a file.

    Raises:
        BadConfig: with every mistake in it.
        Permanent: it cannot be read.
    """
    try:
        people = read_people(file.read_bytes(), file=str(file))
    except OSError as error:
        raise Permanent(f"{file} cannot be read ({error.strerror}); name a CSV file") from None
    if isinstance(people, People):
        return people
    raise BadConfig(people)


def _replace(store: Store, people: People, file: str, *, force: bool, operator: str) -> None:
    """Make them the whole directory, unless it would shrink too much."""
    before = store.people.logins()
    kept = before & {person.login for person in people.persons}
    problem = check_shrink(len(before), len(kept), file=file)
    if problem and not force:
        raise BadConfig((problem,))
    store.people.replace(people.persons, operator=operator, now=now())


@command.command()
def lookup(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="A mail address, however it is spelt.")],
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Say what is known of one login; a directory outside is asked. Exit code 1 if it knows nobody of that name.

    Example: mailgate directory lookup Anna.Kowalska@spedycja-baltyk.example
    """
    address = normalise_login(login)
    if address is None:
        raise Permanent(f'"{login}" is no mail address; write it as name@domain')
    settings = read(config)
    with closing(open_store(settings)) as store, closing(open_desk(settings, store)) as desk:
        known = desk.knows(Question(author=address))
    if as_json:
        say_json(document(known.person) | {"csd_history": known.has_history} if known.person else None)
    elif known.person:
        person = known.person
        say(f"{person.login}: {person.name or 'no name'}, {person.organisation or 'no organisation'}")
        say(f"account {'active' if person.active else 'blocked'}; first contact {person.first_contact or 'never'}")
        say(f"CSD history: {'yes' if known.has_history else 'no'}")
        if person.as_of:
            say(f"as the directory outside said at {person.as_of:%Y-%m-%d %H:%M:%S} UTC")
    if known.person is None:
        raise Permanent(f"{address} is not in the directory")


@command.command()
def export(config: ConfigFile = None) -> None:
    """Write the directory to standard output, in the form that import reads.

    Example: mailgate directory export > people.csv
    """
    with closing(open_store(read(config))) as store:
        say_as_is(write_people(store.people.list()))


@command.command("list")
def list_people(limit: Limit = 50, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List people by login. Of a directory outside those are listed that were asked for lately.

    Example: mailgate directory list --limit 1000 --json
    """
    with closing(open_store(read(config))) as store:
        found = store.people.list(limit=limit)
    if as_json:
        say_json(document(found))
        return
    say_table(
        ("login", "since", "account", "name", "organisation"),
        [(p.login, p.first_contact, "active" if p.active else "blocked", p.name, p.organisation) for p in found],
        cut=("name", "organisation"),
        empty="nobody is in the directory; see: mailgate directory import --help",
    )
