"""The page docs/cli.md: what every command says of itself."""

from collections.abc import Iterator
from typing import Any

import typer

from mailgate.cli.root import COMMANDS, app, load

_WIDTH = 80
_PREFACE = """\
# The command line

<!-- Generated from mailgate/cli. After a change there, write it anew:
     .venv/bin/python -c 'from mailgate.cli.manual import manual; print(manual(), end="")' > docs/cli.md -->

What each command says when it is asked with `--help`. Exit codes of all of them: 0 done, 1 something is wrong with what
was given or found, 2 usage, 75 temporary, try again.
"""


def manual() -> str:
    """The page."""
    root = typer.main.get_command(app)
    context = typer.Context(root, info_name="mailgate", max_content_width=_WIDTH, terminal_width=_WIDTH)
    return (
        _PREFACE
        + "".join(_entries(root, context, with_commands=False))
        + "".join(
            entry
            for name in COMMANDS
            for entry in _entries(
                load(name), typer.Context(load(name), info_name=name, parent=context), with_commands=True
            )
        )
    )


def _entries(command: Any, context: typer.Context, *, with_commands: bool) -> Iterator[str]:  # noqa: ANN401  (typer gives the type of its commands no public name)
    """One command, then those below it."""
    help_text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"\n## {context.command_path}\n\n```text\n{help_text}\n```\n"
    for name, inner in getattr(command, "commands", {}).items() if with_commands else ():
        yield from _entries(inner, typer.Context(inner, info_name=name, parent=context), with_commands=True)
