"""The threat model names tests: each of them exists, and each threat has one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| (?P<tried>[^|]+) \| (?P<guard>[^|]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE)


def rows(text: str) -> list[re.Match[str]]:
    """The rows of all tables, without their headings."""
    return [row for row in ROW.finditer(text) if row["tried"] != "what they try" and set(row["tried"]) != {"-"}]


def named_in(file: str) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing(text: str) -> list[str]:
    """The tests that the text names and that are not there."""
    named = NAMED.findall(text)
    return [f"{file}::{name}" for file, name in named if not (ROOT / file).exists() or name not in named_in(file)]


def test_every_test_that_the_page_names_exists() -> None:
    assert missing(PAGE.read_text(encoding="utf-8")) == []


def test_every_threat_names_a_test() -> None:
    threats = rows(PAGE.read_text(encoding="utf-8"))

    assert len(threats) > 40
    assert [row["tried"] for row in threats if not NAMED.search(row["tests"])] == []
    # Nothing in that column is spelt so that nobody looks for it.
    assert [row["tests"] for row in threats if NAMED.sub("", row["tests"]).strip(", ")] == []


@pytest.mark.parametrize("name", ["tests/test_gate.py::test_nothing_of_the_sort", "tests/nowhere.py::test_it"])
def test_a_test_that_does_not_exist_is_noticed(name: str) -> None:
    assert missing(f"| flood | caps | `{name}` |") == [name]
