"""Deaths over questions and over old mail: an answer revives a kept mail, a reminder leaves, old bytes are erased.

A reminder leaves by a command, or by the clock of a daemon, which starts that command.
"""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import func, select

from mailgate.app.due import JobName
from mailgate.store.jobs import Jobs
from mailgate.store.tables import MessageState, questions
from tests.choosing.clients import iphone
from tests.choosing.house import ANNA as THEIR_ANNA
from tests.choosing.house import VAGUE
from tests.cli.house import ANNA, until
from tests.torture.ledger import Mail, Row, erased_twice
from tests.torture.office import Office, office
from tests.torture.steps import ANSWER, REMINDER, RETENTION, Step
from tests.torture.victims import Nursery, whole

# Questions in one round.
_QUESTIONS = 2
_REMIND = "[questions]\nremind_after_days = 0.0000001\n"
_RETAIN = "[retention]\nreject = 1\n"


def answer(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """The worker dies over an answer to our question, so many times; gives the rows of the table."""
    with office(folder, nursery) as here:
        for number, step in zip(range(kills), cycle(ANSWER), strict=False):
            row = here.ledger.row("answer", step.name)
            asked = [_vague(here, row, number, each, becomes="ticket") for each in range(_QUESTIONS)]
            letters = _ask(here, asked)
            here.keep([_answer(here, row, letter) for letter in letters])
            trap = here.trap(step, passes=1 if step.name.startswith("record") else 1 + number % _QUESTIONS)
            code = here.bear("serve", "--role", "worker", "--name", "w", trap=trap).wait()
            assert code == -9, f"{step.name} was not reached: {code}"
            row.kills += 1
            here.settle()
            here.send()
        return here.judge()


def remind(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """`questions remind --apply` dies, so many times, and is run again."""
    with office(folder, nursery, _REMIND) as here:
        for number, step in zip(range(kills), cycle(REMINDER), strict=False):
            row = here.ledger.row("questions remind", step.name)
            _ask(here, [_vague(here, row, number, each, becomes="clarify") for each in range(_QUESTIONS)])
            _die_and_do(here, row, step, 1 + number % _QUESTIONS, "questions", "remind", "--apply")
            here.send()
        return here.judge()


def remind_by_clock(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """What a daemon does by the clock dies, so many times: the command that it has started, or both.

    The next daemon does it again.
    """
    with office(folder, nursery, _REMIND) as here:
        for number, step in enumerate(islice(cycle(REMINDER), kills)):
            victims = "all" if number % 2 else "self"
            row = here.ledger.row(f"clock: {'daemon and command' if number % 2 else 'the command'} killed", step.name)
            _ask(here, [_vague(here, row, number, each, becomes="clarify") for each in range(_QUESTIONS)])
            trap = here.trap(step, victims=victims)
            _let_reminders_be_due(here)
            with whole(here.folder, trap) as daemon:
                until(Path(trap.mark).exists, f"{step.name} to be reached")
                row.kills += 1
                if victims == "all":
                    daemon.await_end()
                else:
                    daemon.stop()
            here.note_window(row)
            _let_reminders_be_due(here)
            with whole(here.folder) as daemon:
                until(lambda: not _unreminded(here) and not here.due(), "every reminder to leave")
                daemon.stop()
        return here.judge()


def _let_reminders_be_due(here: Office) -> None:
    """They were begun an hour ago, and nobody knows what came of it."""
    Jobs(here.store.database).begin(JobName.REMINDERS, "torture", datetime.now(UTC) - timedelta(hours=1))


def _unreminded(here: Office) -> int:
    """Questions that nobody was reminded of."""
    statement = select(func.count()).select_from(questions).where(questions.c.reminded_at.is_(None))
    with here.store.database.reading() as connection:
        return connection.execute(statement).scalar_one()


def retain(folder: Path, nursery: Nursery, kills: int) -> list[Row]:
    """`retention --apply` dies, so many times, and is run again."""
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with office(folder, nursery, _RETAIN) as here:
        for step in islice(cycle(RETENTION), kills):
            row = here.ledger.row("retention", step.name)
            contents = [_stranger(here) for _ in range(_QUESTIONS)]
            old = [here.ledger.add(content, row, becomes=("reject",), letters=None) for content in contents]
            here.keep(old, received_at=long_ago)
            here.settle()
            here.send()
            _die_and_do(here, row, step, 1, "retention", "--apply")
            row.faults.extend(f"{mail.digest} is not erased" for mail in old if not _is_erased(here, mail))
        if twice := erased_twice(here.store):
            row.faults.append(f"erased twice: {sorted(twice)}")
        return here.judge()


def _die_and_do(here: Office, row: Row, step: Step, passes: int, *command: str) -> None:
    """A command dies at the step, and does it the second time."""
    code = here.bear(*command, trap=here.trap(step, passes=passes)).wait()
    assert code == -9, f"{step.name} was not reached: {code}"
    row.kills += 1
    code = here.bear(*command).wait()
    assert code == 0, f"the second time it ended with {code}"


def _vague(here: Office, row: Row, number: int, each: int, *, becomes: str) -> Mail:
    """A mail that names no service."""
    text = VAGUE.replace("<vague@", f"<vague-{number}-{each}@").replace(
        "Subject: problem", f"Subject: problem {number}"
    )
    head = f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={ANNA.rpartition('@')[2]}\n"
    content = (head + text.replace(THEIR_ANNA, ANNA)).replace("\n", "\r\n").encode()
    return here.ledger.add(content, row, becomes=(becomes,), letters=2)


def _ask(here: Office, asked: list[Mail]) -> list[EmailMessage]:
    """Let them be asked about; gives our questions."""
    before = len(here.post.letters)
    here.keep(asked)
    here.settle()
    here.send()
    letters = [each.mail for each in here.post.letters[before:]]
    assert len(letters) == len(asked), "each question leaves once"
    return letters


def _answer(here: Office, row: Row, letter: EmailMessage) -> Mail:
    """A digit from the phone."""
    number = sha256(str(letter["Message-ID"]).encode()).hexdigest()[:16]
    text = iphone(letter, "2").replace("<iphone@", f"<iphone-{number}@")
    head = f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={ANNA.rpartition('@')[2]}\n"
    content = (head + text.replace(THEIR_ANNA, ANNA)).replace("\n", "\r\n").encode()
    return here.ledger.add(content, row, becomes=("append",), letters=0)


def _stranger(here: Office) -> bytes:
    """A mail of somebody who has no login: it is refused, and nothing is asked."""
    return here.mail().replace(b"anna.kowalska@", b"jan.obcy@")


def _is_erased(here: Office, mail: Mail) -> bool:
    [number] = here.store.messages.find(mail.digest)
    found = here.store.messages.show(number)
    return found is not None and found.line.state == MessageState.ERASED
