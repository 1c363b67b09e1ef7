"""The folder of rules: from files to texts, and from texts to a Rulebook or every Problem in them."""

from collections.abc import Collection, Mapping
from pathlib import Path

from mailgate.core.problem import Problem
from mailgate.core.rulebook import Rulebook, read_rulebook
from mailgate.rulefolder import ENDING, read_whole
from mailgate.textfiles import read_texts as read_files


def read_texts(folder: Path) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The text of every `*.toml` below the folder, by its name relative to it ("services/import.toml").

    Returns:
        The texts, and a Problem for each file that cannot be read.
    """
    found = read_whole(folder, lambda source: read_files(source, ENDING))
    if found is None:
        return {}, (Problem(file=".", line=0, message="the files change while they are read; try again"),)
    texts, problems = found
    if not texts and not problems:
        message = f"there is no rule file in {folder}; put policy.toml there, or set folders.rules in config.toml"
        problems = (Problem(file=".", line=0, message=message),)
    return texts, problems


def read_rules(folder: Path, *, templates: Collection[str] | None = None) -> Rulebook | tuple[Problem, ...]:
    """The rulebook in that folder, or every mistake in it.

    Args:
        folder: where the rule files are.
        templates: the names of the letters there are; None leaves the names in rules unchecked.
    """
    texts, problems = read_texts(folder)
    if not texts:
        return problems
    result = read_rulebook(texts, templates=templates)
    if isinstance(result, Rulebook):
        return problems or result
    return tuple(sorted({*problems, *result}))
