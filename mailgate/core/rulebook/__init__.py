"""What operators wrote in `rules/`, read and checked as one whole."""

from mailgate.core.rulebook.book import Rulebook, read_rulebook, revision_of
from mailgate.core.rulebook.example import Example
from mailgate.core.rulebook.remainder import remaining_texts
from mailgate.core.rulebook.rule import Rule

__all__ = ["Example", "Rule", "Rulebook", "read_rulebook", "remaining_texts", "revision_of"]
