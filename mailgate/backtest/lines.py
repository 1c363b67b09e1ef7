"""Every changed mail as one JSON document a line: for whoever wants more than examples."""

import json
from typing import TextIO

from mailgate.backtest.tally import Changed
from mailgate.core.identifiers import masked
from mailgate.store.document import document


class Lines:
    """Writes them into an open file as they come; personal numbers are masked."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def add(self, changed: Changed) -> None:
        """Write one."""
        self._stream.write(json.dumps(masked(document(changed))) + "\n")
