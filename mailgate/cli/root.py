"""`mailgate`: finds the command, and turns what goes wrong into one sentence and an exit code.

A command's module is imported when the command is run: whoever only asks for the balance, or starts a worker that is
to stay small, does not load what the others need.
"""

import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.exceptions import NoArgsIsHelpError
from typer.core import TyperGroup

from mailgate.cli.shell import ASKED
from mailgate.config import BadConfig
from mailgate.trouble import Permanent, Temporary

# Exit codes: 0 done, 1 something is wrong with what was given or found, 2 usage, 75 try again (sysexits EX_TEMPFAIL).
WRONG, USAGE, TRY_AGAIN = 1, 2, 75

# How the library says which options are spelt alike, the closest first.
_POSSIBLE = re.compile(r" \(Possible options: ([^,)]+)[^)]*\)")

# Every command: the module that has it as `command`, and its line in the list of commands.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("serve", "Take mail, decide, answer: the daemon."),
    "receive": ("receive", "Keep one mail from standard input."),
    "check": ("check", "Look for mistakes in config, rules and letters."),
    "golden": ("golden", "Real mails beside the rules, and what must become of them."),
    "rules": ("rules", "Promote new rules, list and compare, go back."),
    "explain": ("explain", "Say what would become of a mail, and why."),
    "evaluate": ("evaluate", "Score the rules on cases with known answers."),
    "suggest": ("suggest", "Propose names, hints and cues, learnt from mail."),
    "reprocess": ("reprocess", "Decide again what was decided, with the rules of today."),
    "backtest": ("backtest", "Try other rules on stored mail, and see what would change."),
    "messages": ("messages", "What came in, and what became of it."),
    "review": ("review", "Mail that waits for you: look at it, and decide."),
    "tickets": ("tickets", "The tickets that mails have opened."),
    "outbox": ("outbox", "The letters that left, and those that wait."),
    "questions": ("questions", "Mails that wait for their author's choice."),
    "incidents": ("incidents", "Many write about one service at once."),
    "notices": ("notices", "What letters about a service tell everybody now."),
    "directory": ("directory", "The people who may write to the desk."),
    "stats": ("stats", "Count mails, waits, cures and choices."),
    "digest": ("digest", "What operators should know today; by mail, too."),
    "schedule": ("schedule", "What is done by the clock, and how it went."),
    "retention": ("retention", "Erase the bytes of mail that is old enough."),
    "person": ("person", "Everything held about one person: export it, erase it."),
    "mailboxes": ("mailboxes", "Mailboxes that mail is fetched from."),
    "audit": ("audit", "Who looked at mail in full, and who changed what."),
    "balance": ("balance", "Prove that not a single mail is missing."),
    "db": ("db", "Make or upgrade the database."),
    "config": ("config", "Print config.toml with every setting."),
    "completion": ("completion", "Let your shell complete commands and values."),
}

WELCOME = """\
mailgate keeps the mail door of Help Desk SISC: it takes mail in, loses none,
decides, explains, and answers.

Start it                  mailgate serve
Ask it about a mail       mailgate explain FILE
See what came in          mailgate messages list
Decide what waits         mailgate review list
After changing rules      mailgate check
How the desk does         mailgate stats
Is anything missing?      mailgate balance

Every command             mailgate --help
One command, explained    mailgate messages --help
Tab completes in bash     eval "$(mailgate completion bash)"
The guide                 docs/operators-guide.md
"""


class Commands(TyperGroup):
    """The commands, each loaded when it is needed."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer hides its Context
        """Their names, in the order in which they are listed."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # noqa: ANN401  (as above)
        """One command, or None; when a shell asks, with what its options may be."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found = load(cmd_name)
        if ASKED in os.environ:
            from mailgate.cli.completion import complete_values  # noqa: PLC0415  (only who is asked by a shell)

            complete_values(found)
        return found

    def shell_complete(self, ctx: typer.Context, incomplete: str) -> list[Any]:  # type: ignore[override]  # as above
        """What a shell may put here: the commands, without loading them; or options."""
        from typer._click.shell_completion import CompletionItem  # noqa: PLC0415  (as above)

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=summary) for name, (_, summary) in COMMANDS.items() if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # noqa: ANN401  (as above)
        """The list of commands, without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


def load(name: str) -> Any:  # noqa: ANN401  (typer gives the type of its commands no public name)
    """The command of that name."""
    command = typer.main.get_command(importlib.import_module(f"mailgate.cli.{COMMANDS[name][0]}").command)
    command.name = name
    return command


app = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _say_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"mailgate {version('mailgate')}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def mailgate(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; rules/, templates/ and var/ lie beside it.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Say the version and stop.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """The mail door of Help Desk SISC: keeps every mail, understands it, decides, explains and answers.

    Everything is read from the current folder (config.toml, rules/, templates/) and written to var/ in it. Exit codes:
    0 done, 1 something is wrong with what you gave or found, 2 usage, 75 temporary, try again.
    """
    del config, version
    if ctx.invoked_subcommand is None:
        sys.stdout.write(WELCOME)


def main() -> None:
    """Run `mailgate`."""
    for stream in (sys.stdout, sys.stderr):
        # Half surrogates and whatever the terminal cannot show must not end a command.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a real stream, here
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command line; gives the exit code."""
    if ASKED in os.environ:
        from typer._completion_classes import completion_init  # noqa: PLC0415  (only who is asked by a shell)

        completion_init()
    try:
        code = typer.main.get_command(app).main(args=list(arguments), prog_name="mailgate", standalone_mode=False)
        sys.stdout.flush()
    except BadConfig as error:
        return _complain(*map(str, error.problems), code=WRONG)
    except Permanent as error:
        return _complain(str(error), code=WRONG)
    except Temporary as error:
        return _complain(str(error), code=TRY_AGAIN)
    except typer.TyperException as error:
        return _complain(_usage(error), code=USAGE)
    except typer.Abort:
        return 130
    except BrokenPipeError:
        # Whoever reads our output has seen enough; what is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    return code if isinstance(code, int) else 0


def _complain(*sentences: str, code: int) -> int:
    from mailgate.cli.screen import complain  # noqa: PLC0415  (a worker that is to stay small does not print)

    for sentence in sentences:
        complain(sentence)
    return code


def _usage(error: typer.TyperException) -> str:
    """What is wrong with the command line, and where to read how it is right."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "mailgate"
    message = error.format_message().rstrip(".")
    if isinstance(error, NoArgsIsHelpError):
        return f"{path} needs a command; see: {path} --help"
    if possible := _POSSIBLE.search(message):
        message = f"{message[: possible.start()]}; did you mean '{possible[1]}'?"
    if message.startswith("No such command") and path == "mailgate":
        close = get_close_matches(message.split("'")[1], COMMANDS, n=1)
        message += f"; did you mean '{close[0]}'?" if close else ""
    return f"{message}; see: {path} --help"
