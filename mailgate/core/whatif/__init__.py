"""What if: the smallest changes of a mail, of what is known, or of the rules that would have led to something else."""

from mailgate.core.whatif.record import Change, Group, Part
from mailgate.core.whatif.search import what_if

__all__ = ["Change", "Group", "Part", "what_if"]
