"""Reports of many people about one thing in a short time -> is it a surge, and of what?"""

from mailgate.core.surge.judgement import Alertness, Surge, is_calm, is_surge
from mailgate.core.surge.record import Report, Subject
from mailgate.core.surge.usual import PastDay, Usual, learn

__all__ = ["Alertness", "PastDay", "Report", "Subject", "Surge", "Usual", "is_calm", "is_surge", "learn"]
