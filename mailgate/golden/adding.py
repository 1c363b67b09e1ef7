"""A stored mail becomes a golden one: masked, and proven to be decided as before."""

import difflib
import re
from collections.abc import Callable

from mailgate.core.facts import Known
from mailgate.core.mail import RawMessage
from mailgate.core.recollection import RememberingDesk
from mailgate.core.words import fold
from mailgate.gate import Considered, House, consider
from mailgate.golden.masking import Masker, mask_circumstances, mask_mail
from mailgate.golden.record import Circumstances, Golden
from mailgate.golden.run import as_expected, judge
from mailgate.trouble import Permanent

_NO_NAME = re.compile(r"[^a-z0-9]+")
# Letters of a name that is made of a subject.
_LONGEST = 40


def make_golden(
    raw: RawMessage, known: Known, house: House, name: str | Callable[[str], str], *, unmasked: bool = False
) -> Golden:
    """A golden mail of which must become what becomes of the real one by these rules.

    Args:
        raw: the mail as it was kept.
        known: what is known of its author.
        house: the rules.
        name: what it is called, or how a name is made of its (masked) subject.
        unmasked: leave everything in it as it was sent.

    Raises:
        Permanent: without the people in it something else would become of it; the sentence says what.
    """
    considered = consider(raw, desk=RememberingDesk(known=known), house=house)
    circumstances = Circumstances.of(raw, considered.facts.identity, known)
    wanted = as_expected(considered.decision)
    if unmasked:
        called = name if isinstance(name, str) else name(considered.facts.mail.subject)
        golden = Golden(name=called, content=raw.content, circumstances=circumstances, expected=wanted)
        if difference := _difference(golden, house):
            raise Permanent(f"kept as it is, something else would become of it ({difference}); it cannot be golden")
        return golden
    difference = ""
    for keep_domains in (False, True):
        golden = _masked(considered, circumstances, house, name, keep_domains=keep_domains)
        golden = golden.becoming(wanted)
        difference = _difference(golden, house)
        if not difference:
            return golden
    raise Permanent(
        f"without the people in it something else would become of the mail ({difference});"
        " with --unmasked it is kept as it was sent"
    )


def name_of(subject: str) -> str:
    """A name for a golden mail, made of a subject: "sent100-odrzucone"."""
    return _NO_NAME.sub("-", fold(subject))[:_LONGEST].strip("-")


def _masked(
    considered: Considered,
    circumstances: Circumstances,
    house: House,
    name: str | Callable[[str], str],
    *,
    keep_domains: bool,
) -> Golden:
    masker = Masker(spared=house.office.own_addresses, keep_domains=keep_domains)
    called = name
    if not isinstance(called, str):
        # The names in the subject are known only when the whole mail has been seen.
        mask_mail(considered.facts, "x", masker)
        called = called(masker.text(considered.facts.mail.subject))
    content, known = mask_mail(considered.facts, called, masker)
    return Golden(
        name=called,
        content=content,
        circumstances=mask_circumstances(circumstances, known, masker),
        expected="",
    )


def _difference(golden: Golden, house: House) -> str:
    """How what becomes of it differs from what must, on one line; "" when it does not."""
    now = as_expected(judge(golden, house).decision)
    lines = difflib.ndiff(golden.expected.splitlines(), now.splitlines())
    return ", ".join(line.replace("- ", "not ", 1) if line[0] == "-" else line[2:] for line in lines if line[0] in "-+")
