"""Answers and first mails as people write them in some forty mail programs, in Polish and its neighbours' languages.

`conversations.txt` holds their texts. Before each line stands what it is: N new, S signature or disclaimer, Q quoted.
The head of each is its name and its subject; a subject with "Re:" or "Odp:" makes the mail an answer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read
from mailgate.core.thread import Thread, follow

HEAD = "From: jan@firma.example\nDate: Fri, 20 Nov 2026 11:02:11 +0100\nContent-Transfer-Encoding: 8bit\n"
ANSWERS = ("re", "odp", "aw")


def conversations() -> Iterator[tuple[str, str, list[str]]]:
    """Name, subject and lines of each."""
    for block in (Path(__file__).parent / "conversations.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        head, *lines = block.strip("\n").split("\n")
        name, subject = head.split(" | ")
        yield name, subject, lines


def thread(text: str, subject: str, kind: str = "plain") -> Thread:
    answers = "In-Reply-To: <mg.1@mailgate.localhost>\n" if subject.lower().startswith(ANSWERS) else ""
    content = f"Subject: {subject}\n{HEAD}{answers}Content-Type: text/{kind}; charset=utf-8\n\n{text}\n".encode()
    message = RawMessage(content=content, envelope=Envelope(source="file"), received_at=datetime.now(UTC))
    return follow(read(message), "ZGL")


def written(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("subject", "lines"), [pytest.param(subject, lines, id=name) for name, subject, lines in conversations()]
)
def test_each_line_is_known_for_what_it_is(subject: str, lines: list[str]):
    found = thread("\n".join(line[2:] for line in lines), subject)
    expected = {mark: [line[2:].strip() for line in lines if line[:2] == f"{mark} "] for mark in "NSQ"}
    assert written(found.new_text) == expected["N"]
    assert written(found.signature) == expected["S"]
    assert written(found.quotation) == expected["Q"]
