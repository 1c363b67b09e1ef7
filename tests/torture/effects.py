"""Deaths on the ways of few: mail out of a mailbox, letters into a folder, tickets told to a ticket system."""

from collections import Counter
from functools import partial
from itertools import cycle
from pathlib import Path

from mailgate.core.mailbox import SightingState
from tests.cli.house import until
from tests.csd.receiver import SECRET, TicketSystem, ticket_system
from tests.imap.dovecot import PASSWORD, Dovecot, running
from tests.torture.ledger import Row
from tests.torture.office import Office, office, office_without_relay
from tests.torture.steps import MAILBOX, MAILDIR, PUSH, Step
from tests.torture.victims import Nursery, Victim

# Mails in one round.
_MAILS = 3
_MOVED = "Mailgate"
_IMAP = """
[identity]
sources = ["imap"]
[[imap]]
name = "desk"
host = "127.0.0.1"
port = {port}
security = "none"
user = "{user}"
password_file = "password"
after = "{after}"
lease = 0.5
poll = 0.5
"""
_CSD = '[csd]\nurl = "{url}"\nsecret_file = "secret"\n'


def fetch(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """Whoever reads a mailbox dies, so many times; the mailbox is flagged, moved or emptied in turn."""
    rows = []
    with running() as server:
        acts = ("flag", "move", "delete")
        for place, after in enumerate(acts):
            share = len(range(place, kills, len(acts)))
            if share:
                server.user = f"desk-{after}"
                rows += _fetch(folder / after, nursery, server, after, share)
    return rows


def _fetch(folder: Path, nursery: Nursery, server: Dovecot, after: str, kills: int) -> list[Row]:
    """As `fetch`, from one mailbox."""
    settings = _IMAP.format(port=server.port, user=server.user, after=after)
    settings += f'move_to = "{_MOVED}"\n' if after == "move" else ""
    with office(folder, nursery, settings) as here:
        (here.folder / "password").write_text(PASSWORD)
        for step in _every(MAILBOX, kills, offset=len(after)):
            row = here.ledger.row(f"IMAP, {after}", step.name)
            mails = [here.ledger.add(here.mail(), row) for _ in range(_MAILS)]
            server.put(*(mail.content for mail in mails))
            for mail in mails:
                here.ledger.acknowledge(mail)
            _die(here, row, step, "imap")
            reader = here.bear("serve", "--role", "imap")
            until(partial(_is_through, here, reader), "every mail to be fetched")
            reader.stop()
        here.settle()
        here.send()
        rows = here.judge()
        if said := here.run("balance", "--ask"):
            rows[0].faults.append(said)
        rows[0].faults.extend(_wrong_in(server, after, len(here.ledger.mails)))
        return rows


def _is_through(here: Office, reader: Victim) -> bool:
    """Whether every mail is done; a reader that finds nothing left to do is asked to stop once it is ready for that."""
    found = here.store.mailboxes.list()
    done = found[0].mails[SightingState.DONE] if found else 0
    return reader.is_ready and done == len(here.ledger.mails)


def _wrong_in(server: Dovecot, after: str, mails: int) -> list[str]:
    """What is not in the mailbox as it should be, when all is done."""
    here = server.flags()
    if after == "flag":
        seen = sum(r"\Seen" in flags for flags in here.values())
        return [] if seen == mails else [f"{seen} of {mails} mails are flagged"]
    wrong = [f"{len(here)} mails are still in the folder"] if here else []
    if after == "move" and (moved := len(server.flags(_MOVED))) != mails:
        wrong.append(f"{moved} of {mails} mails were moved")
    return wrong


def lay(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """Whoever lays letters into a folder dies, so many times."""
    with office_without_relay(folder, nursery) as here:
        for step in _every(MAILDIR, kills):
            row = here.ledger.row("letters into a folder", step.name)
            here.keep([here.ledger.add(here.mail(), row) for _ in range(_MAILS)])
            here.settle()
            _die(here, row, step, "outbox")
            here.note_window(row)
            here.send()
        return here.judge()


def push(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """Whoever tells the ticket system dies, so many times; each ticket is told of once."""
    with ticket_system() as system, office(folder, nursery, _CSD.format(url=system.url)) as here:
        (here.folder / "secret").write_text(SECRET)
        for step in _every(PUSH, kills):
            row = here.ledger.row("push to the ticket system", step.name)
            here.keep([here.ledger.add(here.mail(), row) for _ in range(_MAILS)])
            here.settle()
            _die(here, row, step, "outbox")
            here.note_window(row)
            here.send()
        rows = here.judge()
        rows[0].doubled += _told_twice(system)
        rows[0].faults.extend(_not_told(here, system))
        return rows


def _told_twice(system: TicketSystem) -> int:
    """Tickets that the ticket system has opened twice: under two names, for a repeat under one name is known to it."""
    opened = Counter(event["data"]["ticket"]["number"] for event in system.taken.values())
    return sum(times - 1 for times in opened.values())


def _not_told(here: Office, system: TicketSystem) -> list[str]:
    told = {event["data"]["ticket"]["number"] for event in system.taken.values()}
    return [
        f"{line.number} was not told of, or has no number of the ticket system"
        for line in here.store.tickets.list(limit=10_000)
        if line.number not in told or not line.csd_number
    ]


def _every(steps: tuple[Step, ...], kills: int, offset: int = 0) -> list[Step]:
    """So many steps, in turn."""
    turn = cycle([*steps[offset % len(steps) :], *steps[: offset % len(steps)]])
    return [next(turn) for _ in range(kills)]


def _die(here: Office, row: Row, step: Step, role: str) -> None:
    """A process with that role dies at the step."""
    code = here.bear("serve", "--role", role, trap=here.trap(step)).wait()
    assert code == -9, f"{step.name} was not reached: {code}"
    row.kills += 1
