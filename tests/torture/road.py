"""The road of one mail, with a death at each of its parts: at the door or in the pipe, in the worker, in the outbox.

One round is some mails and three kills: they come in while the door (or `mailgate receive`) dies, are decided while the
worker dies, and are answered while the sender dies. After each kill the same thing is done again by a process that
lives. Who has no receipt comes again, with the same bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from tests.cli.house import until
from tests.torture.ledger import Row
from tests.torture.office import Office, office
from tests.torture.steps import DOOR, LETTER, PIPE, WORKER, Step
from tests.torture.victims import Nursery, Victim

# Mails that come in one round.
_MAILS = 3
_SOCKET = "lmtp"
_LMTP = f'[lmtp]\nsocket = "{_SOCKET}"\n[identity]\nsources = ["lmtp"]\n'
# Steps that a process may pass once only, for all mails together.
_ONCE = ("take over", "receipt (exit 0)", "take a letter", "claim", "record", "draw", "mark sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaths:
    """The three deaths of one round."""

    # "SMTP", "LMTP" or "pipe", and the step on that way in.
    way: str
    coming: Step
    deciding: Step
    leaving: Step


def deaths() -> Iterator[Deaths]:
    """Every step in turn, for ever."""
    doors = [(way, step) for way in ("SMTP", "LMTP") for step in DOOR]
    ways = cycle([*doors, *(("pipe", step) for step in PIPE)])
    for (way, coming), deciding, leaving in zip(ways, cycle(WORKER), cycle(LETTER), strict=False):
        yield Deaths(way=way, coming=coming, deciding=deciding, leaving=leaving)


def named(way: str, coming: str, deciding: str, leaving: str) -> Deaths:
    """The deaths at these steps."""
    [at_door] = [step for step in (PIPE if way == "pipe" else DOOR) if step.name == coming]
    [at_work] = [step for step in WORKER if step.name == deciding]
    [at_relay] = [step for step in LETTER if step.name == leaving]
    return Deaths(way=way, coming=at_door, deciding=at_work, leaving=at_relay)


def walk(folder: Path, nursery: Nursery, rounds: Iterable[Deaths], chance: Random, url: str = "") -> list[Row]:
    """Mails walk the road, with these deaths on it, on SQLite or where the URL says; gives the rows of the table."""
    with office(folder, nursery, _LMTP, url=url) as here:
        for each in rounds:
            _KILLS[each.way](here, each.coming, chance)
            _kill_worker(here, each.deciding, chance)
            _kill_sender(here, each.leaving, chance)
        return here.judge()


def _passes(step: Step, chance: Random) -> int:
    return 1 if step.name.startswith(_ONCE) else chance.randint(1, _MAILS)


def _kill_smtp(here: Office, step: Step, chance: Random) -> None:
    _kill_door(here, "SMTP", step, chance)


def _kill_lmtp(here: Office, step: Step, chance: Random) -> None:
    _kill_door(here, "LMTP", step, chance)


def _kill_door(here: Office, way: str, step: Step, chance: Random) -> None:
    """Mails come, one after the other, until the door dies; what had no receipt comes again."""
    row = here.ledger.row(way, step.name)
    trap = here.trap(step, passes=_passes(step, chance))
    dying = here.bear("serve", "--role", "smtp", trap=trap)
    mails = [here.ledger.add(here.mail(), row) for _ in range(_MAILS)]
    door = _open(here, dying, way)
    for mail in mails:
        here.deliver(mail, door)
    assert dying.wait() == -9, f"{step.name} was not reached"
    row.kills += 1
    if not here.ledger.unanswered:
        return
    again = here.bear("serve", "--role", "smtp")
    door = _open(here, again, way)
    for mail in here.ledger.unanswered:
        assert here.deliver(mail, door)
    again.stop()


def _open(here: Office, door: Victim, way: str) -> "int | Path":
    """Where one knocks, once the door is open."""
    port = until(door.port, "the door to open")
    return port if way == "SMTP" else here.folder / _SOCKET


def _kill_pipe(here: Office, step: Step, chance: Random) -> None:
    """A mail comes by a pipe, and the command dies; the MTA comes again."""
    del chance
    row = here.ledger.row("pipe", step.name)
    mail = here.ledger.add(here.mail(), row)
    file = here.folder / "mail"
    file.write_bytes(mail.content)
    code = here.bear("receive", "--client", "127.0.0.1", trap=here.trap(step), stdin=file).wait()
    assert code == -9, f"{step.name} was not reached: {code}"
    row.kills += 1
    code = here.bear("receive", "--client", "127.0.0.1", stdin=file).wait()
    assert code == 0, f"the second time it ended with {code}"
    here.ledger.acknowledge(mail)


def _kill_worker(here: Office, step: Step, chance: Random) -> None:
    """The worker dies over what came in; the next one of its name takes over."""
    row = here.ledger.row("worker", step.name)
    mails = [here.ledger.add(here.mail(), row) for _ in range(_MAILS)]
    here.keep(mails)
    worker = here.bear("serve", "--role", "worker", "--name", "w", trap=here.trap(step, passes=_passes(step, chance)))
    code = worker.wait()
    assert code == -9, f"{step.name} was not reached: {code}"
    row.kills += 1
    here.settle()


def _kill_sender(here: Office, step: Step, chance: Random) -> None:
    """The sender dies over what is due; the next one of its name takes over."""
    row = here.ledger.row("letters", step.name)
    sender = here.bear("serve", "--role", "outbox", trap=here.trap(step, passes=_passes(step, chance)))
    code = sender.wait()
    assert code == -9, f"{step.name} was not reached: {code}"
    row.kills += 1
    here.note_window(row)
    here.send()


_KILLS = {"SMTP": _kill_smtp, "LMTP": _kill_lmtp, "pipe": _kill_pipe}
