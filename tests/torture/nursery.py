"""Where victims are born quickly: a process that has imported mailgate, with a snare laid, and forks one on demand.

`python -m tests.torture.nursery` hears requests on stdin and answers on stdout, one JSON document a line. A child is a
process of its own, in a session of its own, that runs `mailgate ARGUMENTS` as the console script does; it only saves
the second that importing takes, and the reading of rules that have not changed.
"""

import gc
import importlib
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.torture.snare import Snare, Trap, lay

_IMPORTED = (
    "alembic.command",
    "mailgate.app.csd",
    "mailgate.app.fetching",
    "mailgate.app.house",
    "mailgate.app.live",
    "mailgate.app.serve",
    "mailgate.app.worker",
    "mailgate.cli.audit",
    "mailgate.cli.balance",
    "mailgate.cli.directory",
    "mailgate.cli.questions",
    "mailgate.cli.receive",
    "mailgate.cli.retention",
    "mailgate.cli.serve",
)


def main() -> None:
    """Hear and answer until stdin ends."""
    snare = lay()
    _read_rules_once()
    for name in _IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _answer({"ready": True})
    living: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            code = _wait(request["wait"], request["seconds"])
            if code is not None:
                living.discard(request["wait"])
            _answer({"code": code})
        else:
            pid = _bear(snare, request)
            living.add(pid)
            _answer({"pid": pid})
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _answer(document: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(document)}\n")
    sys.stdout.flush()


def _read_rules_once() -> None:
    """All houses of the harness share the rules and letters of this repository; their settings are their own."""
    house: Any = importlib.import_module("mailgate.app.house")
    for name in ("read_rules", "read_letters", "rehearsed"):
        setattr(house, name, _once(getattr(house, name)))
    config = importlib.import_module("mailgate.config").read_config(Path("config.toml"))
    folders = house.folders_of(config)
    house.rehearsed(house.read_house(config, folders), folders)


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The first answer, for ever."""
    answers: list[Any] = []

    def ask(*arguments: object, **named: object) -> Any:
        if not answers:
            answers.append(function(*arguments, **named))
        return answers[0]

    return ask


def _bear(snare: Snare, request: dict[str, Any]) -> int:
    """Fork one victim; gives its process number."""
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    code = 1
    try:
        _begin(snare, request)
        importlib.import_module("mailgate.cli").main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001  (this process ends here, whatever happens)
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _begin(snare: Snare, request: dict[str, Any]) -> None:
    os.setsid()
    os.chdir(request["folder"])
    for target, path, flags in (
        (0, request["stdin"] or os.devnull, os.O_RDONLY),
        (1, request["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    ):
        descriptor = os.open(path, flags, 0o600)
        os.dup2(descriptor, target)
        os.close(descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  (a descriptor, for the process's life)
    sys.argv = ["mailgate", *request["arguments"]]
    if request["trap"]:
        snare.arm(Trap.out_of(request["trap"]))


def _wait(pid: int, seconds: float) -> int | None:
    """Its exit code, or minus its signal; None when it lives on."""
    descriptor = os.pidfd_open(pid)
    try:
        ended, _, _ = select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if ended else None


if __name__ == "__main__":
    main()
