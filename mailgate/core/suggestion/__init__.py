"""What operators could add to `rules/`, learnt from mail whose right answer is known."""

from mailgate.core.suggestion.lesson import Answer, Grade, Lesson, Teacher
from mailgate.core.suggestion.record import Change, Suggestion
from mailgate.core.suggestion.search import suggest

__all__ = ["Answer", "Change", "Grade", "Lesson", "Suggestion", "Teacher", "suggest"]
