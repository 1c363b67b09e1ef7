"""Trouble from the world, in the two forms that every edge uses.

An edge (SMTP, relay, database, directory) turns what its library raises into one of these.
Anything else that is raised is our own bug, and parks the one message it happened to.
"""


class Trouble(Exception):
    """The world refused or failed. The text is one sentence for the operator, never for the sender."""


class Temporary(Trouble):
    """It may work later: try again with back-off, answer 451, exit 75. Nobody is refused because of it."""


class Permanent(Trouble):
    """It will not work however often it is tried: a wrong address, a refused letter."""
