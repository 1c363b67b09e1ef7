"""Progress of long work: bars on a terminal, nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

# Told how much of how much is done.
Tick = Callable[[int, int], None]


@contextmanager
def progress() -> Iterator[Callable[[str], Tick]]:
    """Makes bars, each with a title, on stderr."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as shown:

        def bar(title: str) -> Tick:
            task = shown.add_task(title, total=None)
            return lambda done, of: shown.update(task, completed=done, total=of)

        yield bar
