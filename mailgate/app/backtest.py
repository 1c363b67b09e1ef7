"""The backtest as a whole: several processes replay the past, a part at a time, and one counts."""

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from mailgate.app.house import folders_of, read_house
from mailgate.app.store import open_store
from mailgate.backtest.corrections import corrections_of
from mailgate.backtest.outlook import Outlook, Trial
from mailgate.backtest.replay import Books, Replay
from mailgate.backtest.tally import Changed, Part, Tally, part_of
from mailgate.config import BadConfig, Config
from mailgate.core.rulebook.sight import sight_of
from mailgate.desk import StoreDesk
from mailgate.heap import return_large_blocks
from mailgate.store.facade import Store
from mailgate.store.past import PastMail, Stretch
from mailgate.trouble import Permanent, Temporary

# Messages that one process replays before it tells what it found.
_PART = 250
# Parts that may wait for an earlier one, so that a slow one does not fill the memory.
_AHEAD = 16


def backtest(
    config: Config,
    rules: Path,
    stretch: Stretch,
    *,
    tally: Tally,
    processes: int,
    tick: Callable[[int, int], None],
    tell: Callable[[Changed], None],
    against_record: bool = False,
    read_all: bool = False,
    size: int = _PART,
) -> Outlook:
    """Replay the past.

    Args:
        config: the configuration, with today's rules.
        rules: the folder of the candidate.
        stretch: the mail to try it on.
        tally: counts.
        processes: how many work at the same time.
        tick: told how many of how many mails were replayed.
        tell: told of each mail that would change, the newest first.
        against_record: compare with what was recorded, instead of with what today's rules say.
        read_all: read every mail again, also where the record is enough.
        size: messages of one part.

    Raises:
        BadConfig: with every mistake in these rules, or in today's.
        Permanent: there is no database.
        Temporary: the database did not answer, or the rules were changed meanwhile.
    """
    today, candidate = (read_house(config, folders_of(config, folder)) for folder in (None, rules))
    trial = Trial(
        rules=rules,
        stretch=stretch,
        today=today.book.revision,
        candidate=candidate.book.revision,
        against_record=against_record,
        read_all=read_all,
    )
    one, other = today.book.texts, candidate.book.texts
    outlook = Outlook(
        trial=trial,
        tally=tally,
        files=tuple(sorted(name for name in {*one, *other} if one.get(name) != other.get(name))),
        same_sight=sight_of(one) == sight_of(other),
    )
    if outlook.is_equal:
        return outlook
    books = Books(today=today, candidate=candidate, against_record=against_record, read_all=read_all)
    with closing(open_store(config)) as store:
        past = PastMail(store.database)
        total = past.count(stretch)
        tick(0, total)
        ranges = past.ranges(stretch, size)
        hands = min(processes, -(-total // size))
        for part in _together(config, trial, ranges, hands) if hands > 1 else _alone(config, books, ranges):
            tally.add(part)
            for changed in part.changed:
                tell(changed)
            tick(tally.mails, total)
    return outlook


class Replayer:
    """Replays parts of the past; each process has one."""

    def __init__(self, config: Config, books: Books) -> None:
        """Open the store.

        Raises:
            Permanent, Temporary: there is no database that can be worked with.
        """
        self._catalogue = books.candidate.book.catalogue
        self._store: Store = open_store(config)
        self._past = PastMail(self._store.database)
        self._replay = Replay(books, StoreDesk(self._store), self._store.rulebooks.files)

    def replay(self, part: Stretch) -> Part:
        """One part.

        Raises:
            Temporary: the database did not answer.
        """
        judged = self._replay.judge(self._past.read(part), self._past.contents)
        return part_of(judged, corrections_of(self._store, judged, self._catalogue))

    def close(self) -> None:
        """Give the connections back."""
        self._store.close()


def _alone(config: Config, books: Books, ranges: Iterable[Stretch]) -> Iterator[Part]:
    """Every part, replayed in this process."""
    with closing(Replayer(config, books)) as replayer:
        yield from map(replayer.replay, ranges)


def _together(config: Config, trial: Trial, ranges: Iterator[Stretch], processes: int) -> Iterator[Part]:
    """Every part, replayed by so many processes, in the order of the ranges."""
    hands = [_Hand(config, trial) for _ in range(processes)]
    try:
        yield from _shared(hands, ranges)
    finally:
        for hand in hands:
            hand.close()


def _shared(hands: Sequence["_Hand"], ranges: Iterator[Stretch]) -> Iterator[Part]:
    """Whoever is free takes the next range; what is ready before its turn waits."""
    free, busy = list(hands), list[tuple[_Hand, int]]()
    ready: dict[int, Part] = {}
    given = told = 0
    while True:
        while free and given - told < _AHEAD and (part := next(ranges, None)) is not None:
            hand = free.pop()
            hand.give(part)
            busy.append((hand, given))
            given += 1
        if not busy:
            return
        spoken = wait([hand.pipe for hand, _ in busy])
        for hand, number in [each for each in busy if each[0].pipe in spoken]:
            ready[number] = hand.take()
            busy.remove((hand, number))
            free.append(hand)
        while told in ready:
            yield ready.pop(told)
            told += 1


class _Hand:
    """One process that replays what it is given."""

    def __init__(self, config: Config, trial: Trial) -> None:
        # A fresh process: it shares no connection and no lock with this one.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(config, trial, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, part: Stretch) -> None:
        """Let it replay a part."""
        self.pipe.send(part)

    def take(self) -> Part:
        """What it has found.

        Raises:
            Those of `backtest`.
        """
        try:
            found = self.pipe.recv()
        except EOFError:
            raise Temporary("a process of the backtest died; see --processes, and whether memory is short") from None
        if isinstance(found, Part):
            return found
        if isinstance(found, Exception):
            raise found
        raise TypeError(f"a process of the backtest said {found!r}")

    def close(self) -> None:
        """End it, whatever it does."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _work(config: Config, trial: Trial, pipe: Connection) -> None:
    """What such a process does, until the pipe ends."""
    # Ctrl-C is for whoever started it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return_large_blocks()
    try:
        replayer = Replayer(config, _books(config, trial))
        # The books stay, and hardly anything else lives longer than its mail.
        gc.collect()
        gc.freeze()
        gc.disable()
        while True:
            pipe.send(replayer.replay(pipe.recv()))
            gc.collect()
    except (EOFError, BrokenPipeError):
        return
    except (BadConfig, Permanent, Temporary) as trouble:
        pipe.send(trouble)


def _books(config: Config, trial: Trial) -> Books:
    """Both books, as they were when the trial began.

    Raises:
        Temporary: they are not.
    """
    today, candidate = (read_house(config, folders_of(config, folder)) for folder in (None, trial.rules))
    if (today.book.revision, candidate.book.revision) != (trial.today, trial.candidate):
        raise Temporary("the rules were changed while they were tried; try them again")
    return Books(today=today, candidate=candidate, against_record=trial.against_record, read_all=trial.read_all)


def cores() -> int:
    """How many processes can work at the same time."""
    return len(os.sched_getaffinity(0))
