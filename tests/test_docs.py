"""What the pages say is so: modules, links, commands and targets of make that they name exist.

The list of modules in docs/architecture.md is written from their docstrings. After a change there: make docs
"""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from mailgate.cli.root import COMMANDS, app
from tests.test_architecture import FLOORS, MODULES, PACKAGE

ROOT = PACKAGE.parent
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "templates/README.md"]
BEGIN, END = "<!-- modules: begin -->\n", "<!-- modules: end -->\n"

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# A command: the program where a shell would look for one, what it is asked to do, its options.
COMMAND = re.compile(r"(?:^|[$:|;&=/(] ?)mailgate((?: (?:-{1,2}[a-z][a-z-]*|[a-z][a-z-]*))+)", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z]+)\b")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_of(page: Path) -> str:
    """Everything on a page that is set as code: blocks, and words in the running text."""
    text = page.read_text(encoding="utf-8")
    blocks = FENCE.findall(text)
    indented = [line[4:] for line in FENCE.sub("", text).splitlines() if line.startswith("    ")]
    return "\n".join([*blocks, *CODE.findall(FENCE.sub("", text)), *indented])


def anchors_of(page: Path) -> set[str]:
    """The anchors that a reader's program makes of the headings."""
    titles = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def wrong_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            yield link


def wrong_commands(text: str) -> Iterator[str]:
    """Every command line in a text that the program would not understand."""
    for words in COMMAND.findall(text):
        command: Any = typer.main.get_command(app)
        if not any(word in COMMANDS or word.startswith("-") for word in words.split()[:1]):
            yield f"mailgate{words}"
            continue
        for word in words.split():
            if word.startswith("-"):
                if word != "--help" and not any(word in option.opts for option in command.params):
                    yield f"mailgate{words}"
            elif hasattr(command, "get_command"):
                inner = command.get_command(None, word)
                if inner is None:
                    yield f"mailgate{words}"
                    break
                command = inner


def list_of_modules() -> str:
    """Every module with the first line of its docstring, as a list in a list."""
    lines: list[str] = []
    for path in MODULES.values():
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        file = path.relative_to(PACKAGE).as_posix().removesuffix("__init__.py") or "__init__.py"
        depth = "  " * (len(path.relative_to(PACKAGE).parts) - (1 if file.endswith(".py") else 2))
        lines.append(f"{depth}- `{file}`: {docstring.splitlines()[0]}")
    return "\n".join(lines) + "\n"


def test_the_architecture_page_lists_every_module() -> None:
    before, _, rest = ARCHITECTURE.read_text(encoding="utf-8").partition(BEGIN)
    written, _, after = rest.partition(END)
    if os.environ.get("ACCEPT_DOCS"):
        ARCHITECTURE.write_text(f"{before}{BEGIN}{list_of_modules()}{END}{after}", encoding="utf-8")
    else:
        assert written == list_of_modules(), "write it anew: make docs"


@pytest.mark.parametrize("floor", [floor for floor in FLOORS if floor > 0])
def test_the_architecture_page_shows_each_room_on_its_floor(floor: int) -> None:
    shown = re.search(rf"^    {floor}  (.+)$", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    assert shown
    assert set(FLOORS[floor]) <= set(shown[1].split())


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_link_leads_nowhere(page: Path) -> None:
    assert list(wrong_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_command_exists(page: Path) -> None:
    assert list(wrong_commands(code_of(page))) == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(MAKE.findall(code_of(page))) - targets == set()


@pytest.mark.parametrize(
    "line", ["mailgate chek", "mailgate messages lst", "mailgate check --quick", ".venv/bin/mailgate tickets shw X"]
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert list(wrong_commands(line))


@pytest.mark.parametrize(
    "line",
    ["mailgate", "mailgate messages list --json", "mailgate explain --all a.eml", "mailgate/gate.py", "mailgate: x"],
)
def test_what_is_no_wrong_command_is_let_be(line: str) -> None:
    assert list(wrong_commands(line)) == []
