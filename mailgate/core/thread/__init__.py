"""What in a mail is new, what is quoted, and what it answers.

`mail-parser-reply` was tried and is not used: it must be told the language, knows neither Ukrainian nor Russian, cuts
at hyphens, and needs 12 s for 20 KB of blanks.
"""

import re
from dataclasses import dataclass

from mailgate.core.mail import Mail
from mailgate.core.thread.quotation import Part, Reading, read_quotation
from mailgate.core.thread.signature import banner_end, signature_start
from mailgate.core.thread.subject import is_answer, is_passed_on, other_numbers, ticket_numbers

__all__ = ["Thread", "follow", "is_answer", "is_passed_on", "own_words"]

# A mail passed on, in a mail passed on ...: looked into this deep.
_DEEPEST = 6
_RUNS = {part: re.compile(b"[\\x%02x]+" % part) for part in Part}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A mail's place in its conversation. The three texts together hold every line of `Mail.text`."""

    # What the author wrote this time, without quotation, signature and disclaimer.
    new_text: str
    # What is quoted from earlier mails, with the lines that introduce it.
    quotation: str
    # The signature and disclaimer under the new text, and a mail server's warning above it.
    signature: str
    # Message-IDs that the mail answers (In-Reply-To, then References from the newest), with angle brackets.
    answers: tuple[str, ...]
    # Ticket numbers in the subject: ours, normalised, then those of the ticket system: ("ZGL0001234", "CSD-2026-1").
    tickets: tuple[str, ...]


def follow(mail: Mail, ticket_prefix: str, others: re.Pattern[str] | None = None) -> Thread:
    """Find a mail's place in its conversation.

    Nothing is lost: every line of `mail.text` that is not blank stands, unchanged and in order, in exactly one of the
    three texts. A mail that only passes another one on has that mail's words as its new text.

    Args:
        mail: as read.
        ticket_prefix: of our ticket numbers, capitals: "ZGL".
        others: what the numbers of the ticket system look like (RE2); None where there is none.
    """
    lines, parts = _read(mail)
    return Thread(
        new_text=_text(lines, parts, Part.NEW),
        quotation=_text(lines, parts, Part.QUOTED),
        signature=_text(lines, parts, Part.SIGNATURE),
        answers=mail.answers,
        tickets=(*ticket_numbers(mail.subject, ticket_prefix), *other_numbers(mail.subject, others)),
    )


def own_words(mail: Mail) -> tuple[str, str]:
    """What the author wrote this time, and the signature under it: `Thread.new_text` and `Thread.signature`."""
    lines, parts = _read(mail)
    return _text(lines, parts, Part.NEW), _text(lines, parts, Part.SIGNATURE)


def _read(mail: Mail) -> tuple[list[str], bytearray]:
    """The lines of a mail, and the `Part` that each belongs to."""
    answer, passed_on = bool(mail.answers) or is_answer(mail.subject), is_passed_on(mail.subject)
    lines = mail.text.split("\n")
    reading = read_quotation(lines, answer=answer)
    _sign(reading)
    parts, top = reading.parts, 0
    for _ in range(_DEEPEST):
        if reading.body == len(reading.lines) or _says_something(reading):
            break
        if answer and not passed_on and not reading.forwarded:
            break
        top += reading.body
        reading = _look_inside(reading)
        parts[top:] = reading.parts
    return lines, parts


def _look_inside(reading: Reading) -> Reading:
    """What was passed on, read as a mail of its own."""
    lines = reading.lines[reading.body :]
    if reading.marked:
        lines = [_unmarked(line) for line in lines]
    inside = read_quotation(lines, answer=False)
    _sign(inside)
    return inside


def _unmarked(line: str) -> str:
    """The line without the outermost quotation mark."""
    return line.lstrip().removeprefix(">").removeprefix(" ")


def _says_something(reading: Reading) -> bool:
    return any(part == Part.NEW and line.strip() for line, part in zip(reading.lines, reading.parts, strict=True))


def _sign(reading: Reading) -> None:
    """Tell signatures from new text, in each run of new lines."""
    parts = reading.parts
    for run in _RUNS[Part.NEW].finditer(bytes(parts)):
        start = signature_start(reading.lines, run.start(), run.end())
        parts[start : run.end()] = bytes([Part.SIGNATURE]) * (run.end() - start)
        if not run.start():
            end = banner_end(reading.lines, 0, start)
            parts[:end] = bytes([Part.SIGNATURE]) * end


def _text(lines: list[str], parts: bytearray, part: Part) -> str:
    """The lines of one part; runs of them are set apart by a blank line."""
    if part not in parts:
        return ""
    runs = ("\n".join(lines[run.start() : run.end()]).strip("\n") for run in _RUNS[part].finditer(parts))
    return "\n\n".join(filter(None, runs))
