"""Conditions on what stands in the mail: words, patterns, numbers, attachments, size."""

from fnmatch import fnmatchcase

from mailgate.core.conditions.argument import (
    Pattern,
    Phrase,
    choice,
    flag,
    number,
    only_words,
    pattern,
    phrases,
    texts,
)
from mailgate.core.conditions.condition import Condition, Saw
from mailgate.core.facts import Facts
from mailgate.core.mail import ScanResult


def subject_has(wanted: tuple[Phrase, ...], facts: Facts) -> Saw:
    """One of these stands in the subject as whole words, whatever their case and diacritics.

    A star at the end lets the last word go on.
    """
    return _has(wanted, facts.mail.subject, "the subject")


def body_has(wanted: tuple[Phrase, ...], facts: Facts) -> Saw:
    """One of these stands in what the author wrote this time (no quotation, no signature), as in `subject_has`."""
    return _has(wanted, facts.thread.new_text, "the body")


def says_nothing(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The author has added nothing this time: no words but a quotation and a signature, and no attachment."""
    empty = not facts.thread.new_text.strip() and not facts.mail.attachments
    return empty in wanted, "nothing is added" if empty else "something is added"


def subject_matches(wanted: Pattern, facts: Facts) -> Saw:
    """The pattern is found in the subject."""
    return _matches(wanted, facts.mail.subject, "the subject")


def body_matches(wanted: Pattern, facts: Facts) -> Saw:
    """The pattern is found in what the author wrote this time (no quotation, no signature)."""
    return _matches(wanted, facts.thread.new_text, "the body")


def has_attachment(wanted: frozenset[bool], facts: Facts) -> Saw:
    """Something is attached."""
    count = len(facts.mail.attachments)
    return (count > 0) in wanted, f"{count} attached" if count else "nothing is attached"


def attachment_type(wanted: frozenset[str], facts: Facts) -> Saw:
    """Something attached looks like one of these media types, whatever its label says.

    A star stands for anything.
    """
    types = [attachment.looks_like for attachment in facts.mail.attachments]
    found = next((each for each in types if any(fnmatchcase(each, one) for one in wanted)), None)
    return found is not None, f"attached: {found or ', '.join(types) or 'nothing'}"


def attachment_infected(wanted: frozenset[bool], facts: Facts) -> Saw:
    """A virus scanner has found something in the mail; see `[clamav]` in config.toml.

    Unscanned mail counts as not infected.
    """
    scan = facts.scan
    if scan is None or scan.result is not ScanResult.INFECTED:
        return False in wanted, "nobody has scanned it" if scan is None else f"the scanner says: {scan.result}"
    names = [each.name for each in facts.mail.attachments if each.digest in scan.attachments]
    return True in wanted, f"the scanner found {scan.signature} in {', '.join(names) or 'the mail'}"


def size_over(limit: float, facts: Facts) -> Saw:
    """The whole message is larger than this many bytes."""
    return facts.size > limit, f"the message has {facts.size} bytes"


def identifier(wanted: frozenset[str], facts: Facts) -> Saw:
    """A number of one of these types stands in the mail."""
    found = next((each.type for each in facts.identifiers if each.type in wanted), None)
    return found is not None, f"it holds a number of type {found}" if found else "it holds no such number"


def _has(wanted: tuple[Phrase, ...], text: str, place: str) -> Saw:
    words = only_words(text)
    found = next((phrase for phrase in wanted if phrase.folded in words), None)
    return found is not None, f'{place} has "{found.written}"' if found else f"{place} has none of the words"


def _matches(wanted: Pattern, text: str, place: str) -> Saw:
    found = wanted.compiled.search(text)
    if not found:
        return False, f"{place} does not match"
    # The mail's own words stay short: a pattern may match a whole letter.
    return True, f'{place} matches at "{" ".join(found[0].split())[:60]}"'


IDENTIFIER_TYPES = ("mrn", "sent", "rmpd", "eori", "nip", "regon", "pesel", "arc", "grn", "id_sisc", "ticket", "form")

CONTENT = (
    Condition(look=subject_has, takes=phrases(), example='["zwrot akcyz*", "banderole"]'),
    Condition(look=body_has, takes=phrases(), example='"kod błędu"'),
    Condition(look=says_nothing, takes=flag(), about="says nothing", example="true"),
    Condition(look=subject_matches, takes=pattern(), example="'AKC-?PA'"),
    Condition(look=body_matches, takes=pattern(), example=r"'\bHTTP 5\d\d\b'"),
    Condition(look=has_attachment, takes=flag(), about="attachment", example="true"),
    Condition(look=attachment_type, takes=texts("a media type"), example='["application/pdf", "image/*"]'),
    Condition(look=attachment_infected, takes=flag(), about="infected", example="true"),
    Condition(look=size_over, takes=number("a number of bytes", over=True), example="10_000_000"),
    Condition(look=identifier, takes=choice("a type of number", lambda _: IDENTIFIER_TYPES), example='["mrn", "sent"]'),
)
