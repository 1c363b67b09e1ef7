"""Golden mails: real ones, kept beside the rules with what must become of them.

Each is three files in `rules/golden/`: NAME.eml, the mail; NAME.json, how it came and what was known of its author; and
NAME.expected, what must become of it, a line each. None of them is a rule, and none changes the revision of the rules.
"""

from mailgate.golden.adding import make_golden, name_of
from mailgate.golden.folder import find_golden, golden_files, read_golden, remove_golden, write_golden
from mailgate.golden.record import Circumstances, Golden
from mailgate.golden.run import Failure, accept_golden, as_expected, judge, run_golden

__all__ = [
    "Circumstances",
    "Failure",
    "Golden",
    "accept_golden",
    "as_expected",
    "find_golden",
    "golden_files",
    "judge",
    "make_golden",
    "name_of",
    "read_golden",
    "remove_golden",
    "run_golden",
    "write_golden",
]
