"""`mailgate golden`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.app.parts import database_file, now
from mailgate.app.people import open_desk
from mailgate.app.store import open_store
from mailgate.cli.options import AsJson, ConfigFile, Operator, by, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.config import Config
from mailgate.core.facts import Known
from mailgate.core.recollection import recollect
from mailgate.gate import House, consider
from mailgate.golden import (
    Golden,
    accept_golden,
    find_golden,
    judge,
    make_golden,
    name_of,
    read_golden,
    remove_golden,
    run_golden,
    write_golden,
)
from mailgate.store.audit import Act, Deed
from mailgate.store.facade import Store
from mailgate.store.messages import MessageDetails
from mailgate.trouble import Permanent

command = command_group()

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the golden mail; see: mailgate golden list.")]

OtherRules = Annotated[
    Path | None, typer.Option("--rules", help="The golden mails of other rules than those of the configuration.")
]


@command.callback()
def golden() -> None:
    """Real mails that are kept beside the rules, in rules/golden/, with what must become of them.

    `mailgate check` and `mailgate rules` run them: whatever ends elsewhere is shown as a diff, and keeps rules from
    going live until the rules are mended or the change is accepted.
    """


@command.command()
def add(
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="A stored message by number, digest or Message-ID.")
    ],
    name: Annotated[str | None, typer.Option(help="What it is called; else its subject makes the name.")] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Keep it as it was sent, with all people in it.")
    ] = False,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Keep a stored mail as a golden one, with what becomes of it by today's rules and what was known of its author.

    The people in it are masked: addresses, names of the headers, and numbers become harmless ones, and nothing is kept
    of HTML, attachments, signatures and quotations. If something else would become of it then, it is refused. Read
    what was kept before you share it: names that stand in no header, and streets, are not recognised.

    Example: mailgate golden add 17 --name sent100-odrzucone
    """
    settings = read(config)
    folders = folders_of(settings)
    house = read_house(settings, folders)
    with closing(open_store(settings)) as store:
        details = _details(store, message)
        raw = store.messages.raw(details.line.id)
        if raw is None:
            raise Permanent(f"the bytes of message {details.line.id} are erased; choose another one")
        known = _known(settings, store, details, house)
        fallback = f"message-{details.line.id}"
        kept = make_golden(raw, known, house, name or (lambda subject: name_of(subject) or fallback), unmasked=unmasked)
        if any(each.name == kept.name for each in read_golden(folders.rules)[0]):
            raise Permanent(f"there is a golden mail {kept.name} already; choose another --name, or remove that one")
        file = _near(write_golden(folders.rules, kept))
        note = {"how": "add", "message": details.line.id, "masked": not unmasked}
        store.audit.note(_deed(kept.name, operator, **note), now())
    if as_json:
        say_json({"name": kept.name, "file": str(file), "expected": kept.expected.splitlines(), "masked": not unmasked})
        return
    say(f"kept as {file}, of which must become:")
    say(_indented(kept.expected))
    say("It holds the people in it as they are." if unmasked else f"Read it before you share it: cat {file}")


@command.command("list")
def list_golden(rules: OtherRules = None, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """List the golden mails, and whether each ends as it must.

    Example: mailgate golden list
    """
    settings = read(config)
    folders = folders_of(settings, rules)
    house = read_house(settings, folders)
    every, problems = read_golden(folders.rules)
    wrong = {failure.name for failure in run_golden(house, folders.rules)}
    if as_json:
        say_json([_document(each, ends=each.name not in wrong) for each in every])
        return
    rows = [(each.name, _outcome(each), "yes" if each.name not in wrong else "no") for each in every]
    say_table(
        ("name", "must become", "does"), rows, cut=("name",), empty="there is no golden mail; see: mailgate golden add"
    )
    for problem in problems:
        say(str(problem))


@command.command()
def show(name: Name, rules: OtherRules = None, as_json: AsJson = False, config: ConfigFile = None) -> None:
    """Show one golden mail: the mail, what is known of its author, what must become of it, and what does.

    Example: mailgate golden show sent100-odrzucone
    """
    settings = read(config)
    folders = folders_of(settings, rules)
    house = read_house(settings, folders)
    found = find_golden(folders.rules, name)
    failure = next((each for each in run_golden(house, folders.rules) if each.name == name), None)
    facts = judge(found, house).facts
    if as_json:
        say_json(_document(found, ends=failure is None) | {"subject": facts.mail.subject, "text": facts.mail.text})
        return
    known = found.circumstances.known
    say(f"Golden    {name}")
    say(f"From      {found.circumstances.author or 'no single author'}, {found.circumstances.trust}")
    say(f"          {'a' if known.person else 'no'} PUESC login, {'' if known.has_history else 'no '}CSD history")
    say(f"Subject   {facts.mail.subject}")
    say(_indented(facts.mail.text))
    say("Must become")
    say(_indented(found.expected))
    say(failure.diff.rstrip("\n") if failure else "It does.")


@command.command()
def accept(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Of the golden mail.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that end elsewhere.")] = False,
    rules: OtherRules = None,
    as_json: AsJson = False,
    operator: Operator = None,
    config: ConfigFile = None,
) -> None:
    """Let what becomes of a golden mail now be what must become of it.

    With --rules those of a copy of the rules that is to be promoted; they go along with it.

    Example: mailgate golden accept sent100-odrzucone
    """
    if every == (name is not None):
        raise typer.BadParameter("name one golden mail, or say --all", param_hint="NAME")
    settings = read(config)
    folders = folders_of(settings, rules)
    house = read_house(settings, folders)
    chosen = (find_golden(folders.rules, name),) if name is not None else read_golden(folders.rules)[0]
    taken = {each.name: diff for each in chosen if (diff := accept_golden(house, folders.rules, each))}
    for each in taken:
        _note(settings, _deed(each, operator, how="accept"))
    if as_json:
        say_json([{"name": each, "diff": diff} for each, diff in taken.items()])
        return
    for diff in taken.values():
        say(diff.rstrip("\n"))
    say(f"accepted: {', '.join(taken)}" if taken else "nothing to accept: all ends as it must")


@command.command()
def remove(name: Name, rules: OtherRules = None, operator: Operator = None, config: ConfigFile = None) -> None:
    """Take a golden mail away.

    Example: mailgate golden remove sent100-odrzucone
    """
    settings = read(config)
    remove_golden(folders_of(settings, rules).rules, name)
    _note(settings, _deed(name, operator, how="remove"))
    say(f"golden mail {name} is removed")


def _near(file: Path) -> Path:
    """The file as one would open it from here."""
    try:
        return file.resolve().relative_to(Path.cwd())
    except ValueError:
        return file


def _details(store: Store, name: str) -> MessageDetails:
    """The one stored message of that name."""
    numbers = store.messages.find(name)
    found = store.messages.show(numbers[0]) if len(numbers) == 1 else None
    if found is None:
        raise Permanent(f'"{name}" names {len(numbers) or "no"} stored messages; see: mailgate messages list')
    return found


def _known(settings: Config, store: Store, details: MessageDetails, house: House) -> Known:
    """What was known when it was decided; of a mail that no rules have decided yet, what is known now."""
    then = next((each.known for each in reversed(details.decisions) if each.known is not None), None)
    if then is not None:
        return recollect(then)
    raw = store.messages.raw(details.line.id)
    if raw is None:
        return Known()
    with closing(open_desk(settings, store)) as desk:
        return consider(raw, desk=desk, house=house).facts.known


def _document(golden: Golden, *, ends: bool) -> dict[str, Any]:
    circumstances = golden.circumstances
    return {
        "name": golden.name,
        "author": circumstances.author,
        "trust": circumstances.trust,
        "received_at": circumstances.received_at,
        "expected": golden.expected.splitlines(),
        "ends_as_expected": ends,
    }


def _outcome(golden: Golden) -> str:
    """What must become of it, in short: "ticket, service"."""
    said = dict(line.split(" = ", 1) for line in golden.expected.splitlines() if " = " in line)
    return ", ".join(said[key].strip('"') for key in ("outcome", "reason") if key in said)


def _indented(text: str) -> str:
    return "\n".join(f"          {line}" for line in text.rstrip("\n").splitlines())


def _deed(name: str, operator: str | None, **details: Any) -> Deed:  # noqa: ANN401  (whatever the trail can hold)
    return Deed(operator=by(operator), act=Act.GOLDEN_CHANGED, object=f"golden {name}", details=details)


def _note(settings: Config, deed: Deed) -> None:
    """Write an act into the audit trail, where there is a database."""
    with _trail(settings) as store:
        if store:
            store.audit.note(deed, now())


@contextmanager
def _trail(settings: Config) -> Iterator[Store | None]:
    file = database_file(settings)
    if file is not None and not file.exists():
        yield None
        return
    with closing(open_store(settings)) as store:
        yield store
