"""`mailgate completion`, and what a shell is told when somebody presses Tab.

Commands, options and fixed values come from the command line itself; ids of services, names of rules and the like from
the operator's rules, read as they lie there and without looking for mistakes: it must be quick.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._completion_shared import get_completion_script

from mailgate.cli.options import command_group
from mailgate.cli.screen import say_as_is
from mailgate.cli.shell import ASKED
from mailgate.config import BadConfig, read_config
from mailgate.core.outcome import CRASHED, DUPLICATE, EXPIRED
from mailgate.store.numbers import By

command = command_group()


class Shell(StrEnum):
    """The shells that can be told."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@command.command()
def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help=f"One of {', '.join(Shell)}.")],
) -> None:
    """Print what makes a shell complete commands, options and values: services, reasons, queues.

    Example, for good in bash: echo 'eval "$(mailgate completion bash)"' >> ~/.bashrc

    zsh: echo 'autoload -Uz compinit; compinit; eval "$(mailgate completion zsh)"' >> ~/.zshrc

    fish: mailgate completion fish > ~/.config/fish/completions/mailgate.fish
    """
    say_as_is(get_completion_script(prog_name="mailgate", complete_var=ASKED, shell=shell.value) + "\n")


def complete_values(found: Any) -> None:  # noqa: ANN401  (typer gives the type of its commands no public name)
    """Let the options of a command, and of those below it, complete words of the rules."""
    for option in found.params:
        values = _VALUES.get(option.name)
        if values:
            option._custom_shell_complete = partial(_matching, values)  # noqa: SLF001  (typer lets it be set only where an option is written)
    for inner in getattr(found, "commands", {}).values():
        complete_values(inner)


def _matching(values: Callable[[Path], Iterator[str]], ctx: Any, param: object, begun: str) -> list[Any]:  # noqa: ANN401  (as above)
    """Those that begin with what is there already; none where there are no rules to read."""
    from typer._click.shell_completion import CompletionItem  # noqa: PLC0415  (only who is asked by a shell)

    del param
    try:
        folder = _rules(ctx.find_root().params.get("config"))
        return [CompletionItem(value) for value in sorted(set(values(folder))) if value.startswith(begun)]
    except (OSError, ValueError, BadConfig):
        return []


def _rules(config: Path | None) -> Path:
    settings = read_config(config or Path("config.toml"))
    return settings.path(settings.folders.rules)


def _documents(folder: Path) -> Iterator[Mapping[str, Any]]:
    for file in sorted(folder.rglob("*.toml")):
        yield tomllib.loads(file.read_text(encoding="utf-8"))


def _ids(table: str, folder: Path) -> Iterator[str]:
    for document in _documents(folder):
        yield from (each["id"] for each in document.get(table, ()) if "id" in each)


def _reasons(folder: Path) -> Iterator[str]:
    """Names of rules that settle mail, and the reasons that no rule gives."""
    yield from (CRASHED, DUPLICATE, EXPIRED)
    for document in _documents(folder):
        yield from (rule["name"] for rule in document.get("rule", ()) if "outcome" in rule.get("then", {}))


def _queues(folder: Path) -> Iterator[str]:
    for document in _documents(folder):
        yield from (rule["then"]["queue"] for rule in document.get("rule", ()) if "queue" in rule.get("then", {}))


def _by(folder: Path) -> Iterator[str]:
    del folder
    yield from By


_VALUES: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "service": partial(_ids, "service"),
    "system": partial(_ids, "system"),
    "reason": _reasons,
    "queue": _queues,
    "what": _by,
}
