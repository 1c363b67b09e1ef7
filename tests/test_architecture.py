"""The plan of the house (docs/architecture.md): arrows point down, there is no circle, and the core only decides."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mailgate"

# Rooms by floor. A room may lean on rooms of lower floors, and on itself.
FLOORS: dict[int, tuple[str, ...]] = {
    6: ("__main__",),
    5: ("cli",),
    4: ("app",),
    3: (
        "intake",
        "answering",
        "deciding_again",
        "reprocess",
        "reminding",
        "surging",
        "review",
        "keeper",
        "outbox",
        "evaluate",
        "desk",
        "mirror",
        "suggest",
        "stats",
        "metrics",
        "golden",
        "backtest",
    ),
    2: (
        "store",
        "directory",
        "rulefiles",
        "rulefolder",
        "smtp",
        "imap",
        "relay",
        "csd",
        "web",
        "clamd",
        "proof",
        "gate",
    ),
    1: ("core", "config", "config_text", "heap", "trouble", "textfiles", "log", "notify", "schedule", "vital"),
    0: ("__init__",),
}
# What stands on one floor and leans on a neighbour all the same, and why.
NEIGHBOURS = {
    ("config", "core"): "mistakes of a configuration are told as those of rules are",
    ("config_text", "config"): "the page is written from the settings",
    ("textfiles", "core"): "a file that cannot be read is a Problem",
    ("vital", "trouble"): "what did not answer is Temporary",
    ("log", "core"): "one room makes words from outside harmless",
    ("log", "config"): "the log has settings",
    ("rulefiles", "rulefolder"): "rules are read whole, whoever swaps them meanwhile",
    ("intake", "answering"): "what an answer decides along is part of settling it",
    ("reminding", "answering"): "both consider a kept mail again, and with the same road",
    ("reprocess", "answering"): "both consider mail, and with the same road",
    ("reprocess", "deciding_again"): "the rules' new decisions are recorded by the room that records operators', too",
    ("deciding_again", "answering"): "what was parked is settled as if it had just come",
    ("deciding_again",): "what the rules decide anew is recorded by the room that does so for operators, too",
    ("review", "deciding_again"): "what an operator decides is recorded by the room that does so for the rules, too",
    ("review", "answering"): "both consider a kept mail again, and with the same road",
    ("desk", "mirror"): "people of a directory outside are mirrored before the desk looks at them",
    ("backtest", "suggest"): "what has told that a decision was wrong is found by one room",
    ("suggest", "evaluate"): "labelled cases are read by the room that scores them",
}
# Doors to the world know nothing of the house but the records, the settings and the forms of trouble.
EDGES = ("smtp", "imap", "relay", "csd", "web", "clamd", "proof", "schedule", "notify")
EDGES_MAY = {"core", "config", "trouble"}

# The core decides. What reads or changes the world, or looks at a clock or a die, is not for it.
WORLD = """
    aiosmtplib aiosmtpd alembic apscheduler asyncio concurrent ctypes fileinput ftplib getpass glob http imapclient
    imaplib importlib io.open logging mmap multiprocessing os pathlib poplib psycopg pydantic pydantic_settings random
    requests rich secrets select selectors shutil signal smtplib socket sqlalchemy sqlite3 sqlmodel ssl structlog
    subprocess sys tempfile threading time typer urllib.request uuid zoneinfo
"""
WORLDLY_CALLS = """
    open input print exec eval compile __import__ breakpoint Path.read_text Path.write_text
    datetime.now datetime.utcnow datetime.today date.today time.time
"""
FORBIDDEN_MODULES = frozenset(WORLD.split())
FORBIDDEN_CALLS = frozenset(WORLDLY_CALLS.split())


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package by its dotted name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, path


MODULES = dict(modules())


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def floor_of(room: str) -> int:
    for floor, rooms in FLOORS.items():
        if room in rooms:
            return floor
    raise AssertionError(f"mailgate/{room} stands on no floor; give it one in tests/test_architecture.py")


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or anywhere else in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports by dots; name the whole module"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


ARROWS = {
    name: sorted({each for each in imports_of(path) if each in MODULES} - {name}) for name, path in MODULES.items()
}


def wrong_arrows() -> Iterator[str]:
    for name, targets in ARROWS.items():
        room = room_of(name)
        for target in targets:
            other = room_of(target)
            if other == room or floor_of(other) < floor_of(room) or (room, other) in NEIGHBOURS:
                continue
            yield f"{name} -> {target}"


def called(node: ast.Call) -> str:
    """The called name with at most one word before it: "datetime.now"."""
    return ".".join(ast.unparse(node.func).split(".")[-2:])


def test_every_arrow_points_down() -> None:
    assert list(wrong_arrows()) == []


def test_no_circle() -> None:
    try:
        TopologicalSorter(ARROWS).prepare()
    except CycleError as error:
        pytest.fail(f"these modules import each other: {' -> '.join(error.args[1])}")


def test_an_edge_knows_no_room_beside_it() -> None:
    seen = {
        (name, target)
        for name, targets in ARROWS.items()
        for target in targets
        if room_of(name) in EDGES and room_of(target) not in {*EDGES_MAY, room_of(name)}
    }
    assert seen == set()


def test_no_import_is_only_for_types() -> None:
    """A type that needs one stands on the wrong floor."""
    assert [name for name, path in MODULES.items() if "TYPE_CHECKING" in path.read_text(encoding="utf-8")] == []


CORE = {name: path for name, path in MODULES.items() if room_of(name) == "core"}


@pytest.mark.parametrize("module", CORE)
def test_the_core_touches_neither_the_world_nor_clock_nor_dice(module: str) -> None:
    tree = ast.parse(CORE[module].read_text(encoding="utf-8"))
    foreign = {name for name in imports_of(CORE[module]) if is_forbidden(name)}
    calls = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} & FORBIDDEN_CALLS
    assert (foreign, calls) == (set(), set())


def is_forbidden(module: str) -> bool:
    parts = module.split(".")
    return any(".".join(parts[:length]) in FORBIDDEN_MODULES for length in range(1, len(parts) + 1))


def test_tables_live_in_the_store_alone() -> None:
    assert {
        room_of(name) for name, path in MODULES.items() for each in imports_of(path) if each.split(".")[0] == "sqlmodel"
    } == {"store"}


def test_every_room_is_in_the_plan_and_the_plan_holds_no_other() -> None:
    planned = {room for rooms in FLOORS.values() for room in rooms}
    assert {room_of(name) for name in MODULES} - planned == set()


@pytest.mark.parametrize(
    ("module", "verdict"),
    [("os", True), ("os.path", True), ("urllib.request", True), ("urllib.parse", False), ("osgood", False)],
)
def test_the_list_of_the_forbidden_means_whole_modules(module: str, verdict: bool) -> None:
    assert is_forbidden(module) is verdict
