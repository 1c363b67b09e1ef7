"""A snare: it watches functions by their names, and kills the process at one step, on the n-th time it passes there.

It is laid before mailgate is imported. A module is left as it is; when it has been imported, the watched functions in
it are wrapped. The kill is SIGKILL: nothing is flushed, no handler runs, no lock is given back.
"""

import importlib.abc
import importlib.machinery
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from tests.torture.steps import PLACES, Moment, Step

# The environment variable that names a trap to a process that begins.
VARIABLE = "MAILGATE_TORTURE"
_COMMIT = ("sqlalchemy.engine.default", "DefaultDialect.do_commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Where a process dies, and who with it."""

    # See `Step`.
    place: str
    moment: str
    says: str
    # On which pass, counted from 1 in each process.
    passes: int
    # "self": the process that passes; "other": its parent, or its children if it has any; "all": the whole session.
    victims: str
    # A file that is made when the trap springs; it springs once.
    mark: str

    @classmethod
    def at(cls, step: Step, *, passes: int, victims: str, mark: Path) -> "Trap":
        """A trap at a step."""
        return cls(
            place=step.place,
            moment=step.moment,
            says=step.says,
            passes=passes,
            victims=victims,
            mark=str(mark),
        )

    @classmethod
    def out_of(cls, text: str) -> "Trap":
        """A trap out of JSON."""
        return cls(**json.loads(text))

    @property
    def text(self) -> str:
        """The trap as JSON."""
        return json.dumps(asdict(self))


class Snare(importlib.abc.MetaPathFinder):
    """Watches the functions of `PLACES`, and every commit within them."""

    def __init__(self) -> None:
        self._functions: dict[str, list[str]] = {}
        for module, function in (*PLACES, _COMMIT):
            self._functions.setdefault(module, []).append(function)
        self._within: ContextVar[str] = ContextVar("within", default="")
        self._lock = Lock()
        self._passed = 0
        self._trap: Trap | None = None

    def arm(self, trap: Trap) -> None:
        """From now on, kill."""
        self._passed, self._trap = 0, trap

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Let the others find the module, and wrap its functions when it has been executed."""
        if name not in self._functions:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_wrap(module: ModuleType) -> None:
                execute(module)
                for function in self._functions[name]:
                    self._wrap(module, function)

            setattr(spec.loader, "exec_module", execute_and_wrap)  # noqa: B010  (mypy lets nobody assign a method)
        return spec

    def _wrap(self, module: ModuleType, function: str) -> None:
        holder: Any = module
        *outer, name = function.split(".")
        for each in outer:
            holder = getattr(holder, each)
        original = getattr(holder, name)
        if (module.__name__, function) == _COMMIT:
            wrapped = self._commit(original)
        elif inspect.iscoroutinefunction(original):
            wrapped = self._watched_later(f"{module.__name__}:{function}", original)
        else:
            wrapped = self._watched(f"{module.__name__}:{function}", original)
        setattr(holder, name, wrapped)

    def _watched(self, place: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def watched(*arguments: object, **named: object) -> object:
            self._pass(place, Moment.BEFORE, arguments)
            token = self._within.set(place)
            try:
                result = function(*arguments, **named)
            finally:
                self._within.reset(token)
            self._pass(place, Moment.AFTER, arguments)
            return result

        return watched

    def _watched_later(self, place: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def watched(*arguments: object, **named: object) -> object:
            self._pass(place, Moment.BEFORE, arguments)
            result = await function(*arguments, **named)
            self._pass(place, Moment.AFTER, arguments)
            return result

        return watched

    def _commit(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def commit(*arguments: object, **named: object) -> object:
            self._pass(self._within.get(), Moment.UNCOMMITTED, ())
            return function(*arguments, **named)

        return commit

    def _pass(self, place: str, moment: Moment, arguments: Sequence[object]) -> None:
        trap = self._trap
        if trap is None or (trap.place, trap.moment) != (place, moment):
            return
        if trap.says and not any(isinstance(each, str) and each.startswith(trap.says) for each in arguments):
            return
        with self._lock:
            self._passed += 1
            if self._passed == trap.passes:
                _spring(trap)


def lay() -> Snare:
    """Lay a snare in this process, before mailgate is imported; it is armed when the environment says so."""
    snare = Snare()
    sys.meta_path.insert(0, snare)
    if VARIABLE in os.environ:
        snare.arm(Trap.out_of(os.environ[VARIABLE]))
    return snare


def _spring(trap: Trap) -> None:
    try:
        os.close(os.open(trap.mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    if trap.victims == "other":
        for pid in children_of(os.getpid()) or [os.getppid()]:
            os.kill(pid, signal.SIGKILL)
        return
    if trap.victims == "all":
        for pid in session_of(os.getsid(0)):
            if pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The process numbers of its children; empty when it is gone."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def session_of(session: int) -> list[int]:
    """The living processes of a session, as `start_new_session` makes one."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, *_, number = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(number) == session and state not in "ZX":
                found.append(int(folder.name))
    return found
