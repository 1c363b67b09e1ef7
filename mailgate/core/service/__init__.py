"""Which service a mail names: several candidates, best first, with the margin between them."""

from mailgate.core.service.audit import audit
from mailgate.core.service.lexicon import Lexicon, read_lexicon
from mailgate.core.service.recogniser import Recogniser
from mailgate.core.service.records import Candidate, Match, Named

__all__ = ["Candidate", "Lexicon", "Match", "Named", "Recogniser", "audit", "read_lexicon"]
