"""The command line: what is asked is read, done by the rooms below, and shown. Exit codes are those of design §7."""

from mailgate.cli.root import main

__all__ = ["main"]
