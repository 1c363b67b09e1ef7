"""Two machines on one PostgreSQL, of which one is killed every few seconds: nothing may be lost, nothing come twice.

The harness of design section 6, outside the product. Run small it is a test; run long:

    python -m tests.machines.trial --mails 5000 --every 4

1. Two installations, `north` and `south`, with one secret and one database; each is a daemon with a port of its own.
2. Senders deliver numbered mails, each by turns to one of the ports, and to the other one when that is dead, until
   one says 250. Every fifth mail is laid into a mailbox instead, which both machines fetch from and one of them holds.
3. Meanwhile a machine is killed, all its processes at once (SIGKILL). What it held must go over to the other one, the
   mailbox too; the time that takes is measured, by looking into the database. Then it is started again, and it is the
   other one's turn.
4. In the end: each mail that was acknowledged is one message with one ticket, each ticket has one letter, and a relay
   of ours has taken each letter once. A letter may leave again, with the same Message-ID, when the kill fell between
   the relay's yes and our mark.
"""

import argparse
import json
import os
import signal
import smtplib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path

from psycopg import sql

from tests.cli.house import DESK, Daemon, Installation, sample, until
from tests.cli.post import Letter, Post, delivering
from tests.imap.dovecot import PASSWORD, Dovecot, running
from tests.postgres import Server, postgres

NODES = ("north", "south")
# Seconds in which the other machine must have what the dead one held.
SOON = 10.0
CONFIG = """\
host = "127.0.0.1"
[database]
url = "{url}"
node = "{node}"
[letters]
relay_host = "127.0.0.1"
relay_port = {relay}
relay_security = "none"
per_day = 1000000
per_domain_per_day = 1000000
[settle]
batch = 10
[identity]
sources = ["imap"]
[[imap]]
name = "desk"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"
password_file = "password"
"""
# One mail in so many comes by the mailbox.
MAILBOX_SHARE = 5
# Seconds in which a machine must be ready: reading its rules takes a few seconds of a core, for which it has to fight
# with the other machine, the database, and whoever sends.
READY_SOON = 300.0


@dataclass(slots=True, kw_only=True)
class Found:
    """What a trial found."""

    # Mails that a port said 250 to, or that lay in the mailbox.
    acknowledged: int = 0
    # Attempts that ended without a 250 and were made again.
    repeated: int = 0
    kills: int = 0
    # Acknowledged mails that are no message; messages without a ticket.
    lost: int = 0
    unsettled: int = 0
    # Mails that became two tickets; letters that were written twice for one mail.
    doubled_tickets: int = 0
    doubled_letters: int = 0
    # Letters that left and never reached the relay.
    missing_letters: int = 0
    # Letters that the relay took again, with the same Message-ID.
    repeated_letters: int = 0
    # Faults that `mailgate balance` names, and rows of the audit trail with which something is wrong.
    faults: list[str] = field(default_factory=list)
    # Seconds after each kill until nothing was held by the dead machine any more.
    take_overs: list[float] = field(default_factory=list)
    # The same for the mailbox, where the dead machine had it: until the other one has.
    mailbox_take_overs: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, nothing came twice, and every take-over was quick."""
        wrong = (self.lost, self.unsettled, self.doubled_tickets, self.doubled_letters, self.missing_letters)
        return not any(wrong) and not self.faults and self.slowest < SOON

    @property
    def slowest(self) -> float:
        """Seconds of the slowest take-over."""
        return max((*self.take_overs, *self.mailbox_take_overs), default=0.0)


class Machine:
    """One of the two."""

    def __init__(self, house: Installation, node: str) -> None:
        self._house = house
        self.node = node
        self.daemon: Daemon | None = None
        # Where it listens; None while it is dead.
        self.port: int | None = None
        self._starting: Daemon

    def start(self) -> None:
        """Start it; it is ready when this returns."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start it."""
        log = self._house.home / "log"
        log.rename(log.with_name(f"log.{time.monotonic_ns()}")) if log.exists() else None
        self._starting = Daemon(self._house)

    def wait_until_ready(self) -> None:
        """Wait until it takes mail and decides."""
        daemon = self._starting
        try:
            until(lambda: daemon.ended or daemon.events("ready"), f"{self.node} to be ready", READY_SOON)
        except AssertionError as late:
            raise AssertionError(f"{late}; it said: {daemon.log}") from None
        assert not daemon.ended, daemon.log
        self.port, self.daemon = daemon.port, daemon

    def kill(self) -> None:
        """As the power does: all of its processes at once."""
        daemon, self.daemon, self.port = self.daemon, None, None
        assert daemon is not None
        for pid in (daemon.process.pid, *daemon.children):
            os.kill(pid, signal.SIGKILL)
        daemon.process.wait(10)

    def stop(self) -> None:
        """Stop it in good order, however far it is."""
        self._starting.end()


class Trial:
    """A trial that runs."""

    def __init__(self, machines: tuple[Machine, Machine], server: Server, mailbox: Dovecot, database: str) -> None:
        self.found = Found()
        self.digests: dict[str, int] = {}
        self._machines = machines
        self._server = server
        self._mailbox = mailbox
        self._database = database
        self._lock = threading.Lock()

    def send(self, numbers: Iterator[int], pause: float) -> None:
        """Deliver mails until there are no more, each until it is acknowledged; then wait a little."""
        while True:
            with self._lock:
                number = next(numbers, None)
            if number is None:
                return
            mail = mail_of(number)
            if number % MAILBOX_SHARE:
                self._knock(mail, number)
            else:
                self._mailbox.put(mail)
            with self._lock:
                self.digests[sha256(mail).hexdigest()] = number
                self.found.acknowledged += 1
            # Senders come one after the other, as in life; nothing is waited for.
            time.sleep(pause)

    def _knock(self, mail: bytes, number: int) -> None:
        """Deliver a mail to a port, by turns, until one takes it."""
        turns = count(number)

        def is_taken() -> bool:
            if self._deliver(mail, number, self._machines[next(turns) % 2].port):
                return True
            with self._lock:
                self.found.repeated += 1
            return False

        until(is_taken, f"a port to take mail {number}", READY_SOON)

    def _deliver(self, mail: bytes, number: int, port: int | None) -> bool:
        if port is None:
            return False
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
                client.sendmail(author(number), [DESK], mail, ["BODY=8BITMIME"])
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def kill(self, turn: int, *, is_last: bool = False) -> None:
        """Kill a machine, and measure how long it is until the other one has everything; then start it again.

        After the last kill nobody comes back: one machine must be enough.
        """
        machine = self._machines[turn % 2]
        had_mailbox = self._has_mailbox(machine.node)
        machine.kill()
        begun = time.monotonic()
        self.found.kills += 1
        until(lambda: not self._held_by(machine.node), f"what {machine.node} held to be taken over")
        self.found.take_overs.append(round(time.monotonic() - begun, 2))
        if had_mailbox:
            survivor = self._machines[(turn + 1) % 2].node
            until(lambda: self._has_mailbox(survivor), f"{survivor} to have the mailbox")
            self.found.mailbox_take_overs.append(round(time.monotonic() - begun, 2))
        if not is_last:
            machine.start()

    def _held_by(self, node: str) -> int:
        """Messages and letters that a machine holds whose leases have not ended."""
        held = sql.SQL(
            "SELECT (SELECT count(*) FROM message"
            " WHERE state = 'claimed' AND claimed_by LIKE {0} AND not_before > now())"
            " + (SELECT count(*) FROM outbox WHERE state = 'leased' AND leased_by LIKE {0} AND due_at > now())"
        ).format(sql.Literal(f"{node}:%"))
        [[found]] = self._server.say(held, self._database)
        return int(str(found))

    def _has_mailbox(self, node: str) -> bool:
        """Whether a machine reads the mailbox."""
        asked = sql.SQL("SELECT count(*) FROM mailbox WHERE holder LIKE {} AND held_until > now()")
        [[found]] = self._server.say(asked.format(sql.Literal(f"{node}:%")), self._database)
        return bool(found)

    def is_done(self) -> bool:
        """Whether nothing is to be fetched, decided or sent any more."""
        [[waiting, kept]] = self._server.say(
            sql.SQL(
                "SELECT (SELECT count(*) FROM message WHERE state IN ('kept', 'claimed'))"
                " + (SELECT count(*) FROM outbox WHERE state IN ('due', 'leased'))"
                " + (SELECT count(*) FROM sighting WHERE state IN ('waiting', 'kept')),"
                " (SELECT count(*) FROM message)"
            ),
            self._database,
        )
        return not waiting and int(str(kept)) >= self.found.acknowledged

    def reckon(self, house: Installation, letters: list[Letter]) -> None:
        """Count what is there, against what was acknowledged."""
        rows = self._server.say(
            sql.SQL(
                "SELECT digest, state, (SELECT count(*) FROM ticket WHERE ticket.message = message.id),"
                " (SELECT count(*) FROM outbox WHERE outbox.message = message.id AND state = 'sent') FROM message"
            ),
            self._database,
        )
        by_digest = {str(digest): (state, tickets, sent) for digest, state, tickets, sent in rows}
        found = self.found
        found.lost = sum(digest not in by_digest for digest in self.digests)
        found.unsettled = sum(state != "settled" or tickets == 0 for state, tickets, _ in by_digest.values())
        # The same author's second ticket would have another number, so tickets are counted by what they answer, too.
        found.doubled_tickets = sum(int(str(tickets)) > 1 for _, tickets, _ in by_digest.values())
        found.doubled_letters = sum(int(str(sent)) > 1 for _, _, sent in by_digest.values())
        taken = Counter(str(letter.mail["Message-ID"]) for letter in letters)
        answered = Counter(
            str(letter.mail["In-Reply-To"]) for letter in {str(x.mail["Message-ID"]): x for x in letters}.values()
        )
        found.doubled_letters += sum(times > 1 for times in answered.values())
        found.missing_letters = max(0, len(by_digest) - len(taken))
        found.repeated_letters = sum(taken.values()) - len(taken)
        with house.store() as store:
            found.faults = [f"{fault.name}: {fault.problem}" for fault in store.balance().missing]
            audit = store.audit.verify()
        if audit.broken is not None:
            found.faults.append(f"audit {audit.broken}: {audit.problem}")


def author(number: int) -> str:
    """Whose mail that is: each has an author of its own, so that no brake holds letters back."""
    return f"anna{number}@spedycja-baltyk.example"


def mail_of(number: int) -> bytes:
    """One mail, an ordinary one that becomes a ticket."""
    mail = sample("01-sent100-odrzucone.eml")
    mail = mail.replace(b"anna.kowalska@spedycja-baltyk.example", author(number).encode())
    return mail.replace(b"<20260119081241", b"<%d.20260119081241" % number)


@contextmanager
def machines(
    folder: Path, server: Server, mailbox: Dovecot, mails: int, relay: int, database: str
) -> Iterator[tuple[Machine, Machine]]:
    """Two machines that are ready; they are gone in the end."""
    server.make(database)
    url = server.url(database, tcp=True)
    settings = {"url": url, "relay": relay, "imap": mailbox.port, "user": mailbox.user}
    houses = [Installation.make(folder / node, config=CONFIG.format(node=node, **settings)) for node in NODES]
    for house in houses:
        (house.home / "password").write_text(PASSWORD)
    people = folder / "people.csv"
    rows = [f"{author(number)};Anna {number};Spedycja;active;2021-03-15" for number in range(mails)]
    people.write_text("\n".join(["login;name;organisation;status;first_contact", *rows, ""]), encoding="utf-8")
    for arguments in (("db", "upgrade"), ("directory", "import", str(people))):
        answer = houses[0].run(*arguments)
        assert answer.code == 0, answer.err
    secret = Path("var/secret")
    (houses[1].home / secret).parent.mkdir(exist_ok=True)
    (houses[1].home / secret).write_bytes((houses[0].home / secret).read_bytes())
    north, south = (Machine(house, node) for house, node in zip(houses, NODES, strict=True))
    try:
        for machine in (north, south):
            machine.begin()
        for machine in (north, south):
            machine.wait_until_ready()
        yield north, south
    finally:
        for machine in (north, south):
            machine.stop()


def run(folder: Path, server: Server, *, mails: int, kills: int | None, every: float, pause: float = 0.0) -> Found:
    """One trial.

    Args:
        folder: where the two installations are made.
        server: their database server.
        mails: how many are sent.
        kills: how many times a machine is killed; None: as long as mails arrive.
        every: seconds between a machine's return and the next kill.
        pause: seconds that each of the four senders waits after each mail.
    """
    database, begun = "trial", time.monotonic()
    post = Post(lambda _: None)
    with ExitStack() as stack:
        relay = stack.enter_context(delivering(post))
        mailbox = stack.enter_context(running())
        both = stack.enter_context(machines(folder, server, mailbox, mails, relay, database))
        trial, numbers = Trial(both, server, mailbox, database), iter(range(mails))
        threads = [threading.Thread(target=trial.send, args=(numbers, pause)) for _ in range(4)]
        for thread in threads:
            thread.start()
        while trial.found.kills < kills if kills is not None else any(thread.is_alive() for thread in threads):
            # The rhythm of the kills is what is tried; nothing is waited for.
            time.sleep(every)
            trial.kill(trial.found.kills, is_last=trial.found.kills + 1 == kills)
        for thread in threads:
            thread.join()
        with suppress(AssertionError):  # what is missing then is counted
            until(trial.is_done, "everything to be done", READY_SOON)
        trial.reckon(Installation(folder / NODES[0]), post.letters)
    trial.found.seconds = round(time.monotonic() - begun, 1)
    return trial.found


def main() -> None:
    """Run a long one, and say what it found as JSON; exit code 1 when anything is wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--mails", type=int, default=5000)
    options.add_argument("--every", type=float, default=4.0, help="seconds between a return and the next kill")
    options.add_argument(
        "--pause", type=float, default=0.0, help="seconds that each of four senders waits after a mail"
    )
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres(fsync="on", synchronous_commit="on") as server:
        found = run(Path(folder), server, mails=chosen.mails, kills=None, every=chosen.every, pause=chosen.pause)
    print(json.dumps(asdict(found), indent=2))  # noqa: T201  (what it is run for)
    sys.exit(not found.is_good)


if __name__ == "__main__":
    main()
