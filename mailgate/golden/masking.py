"""A mail without the people in it: written anew, so that nothing of the old one is left but the words that matter.

Addresses, names and numbers are replaced by harmless ones, the same by the same. The mail becomes plain text: HTML,
attachments, signatures, quotations and headers of the road hold people too, and none of them is carried over. Names of
people who stand in no header, and streets, are not recognised; whoever keeps the mail looks at it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mailgate.core.address import normalise
from mailgate.core.facts import Facts, Known
from mailgate.core.identifiers import mask
from mailgate.core.identifiers.find import find_places, plain
from mailgate.core.public_mail import PUBLIC_MAIL
from mailgate.core.words import fold
from mailgate.golden.record import Circumstances

# Headers that tell machines from people; their values are masked like any text.
_KEPT = (
    *("auto-submitted", "precedence", "x-precedence", "x-auto-response-suppress", "list-id", "list-post"),
    *("list-unsubscribe", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-vacation"),
)
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK = re.compile(r"https?://[^\s<>\"]+")
# Digits that nobody has recognised: telephones, accounts, cards. Dates have other groups.
_DIGITS = re.compile(r"(?<![\w-])\+?\d(?:[ -]?\d){6,}(?![\w-])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Letters by which a name grows when it is declined: "Kowalska", "Kowalskiej".
_DECLINED = 2
# Zeros at the end of a number that belong to its form: an EORI.
_FORM = 4
# The kinds of number that are nobody's.
_NOBODYS = frozenset({"form", "ticket"})
# The people of masked mails.
_PEOPLE = ("Anna Przykładowa", "Jan Przykładowy", "Ewa Wzorcowa", "Piotr Wzorcowy", "Maria Testowa", "Adam Testowy")
_COMPANY = "Przykład"
# Harmless numbers that are tried until one is as valid as the one that it replaces.
_TRIES = 400


@dataclass(slots=True, kw_only=True)
class Masker:
    """What stands for whom, in one mail."""

    # Addresses that are nobody's: our own.
    spared: frozenset[str]
    # Whether domains stay what they are: some rules go by them.
    keep_domains: bool = False
    _addresses: dict[str, str] = field(default_factory=dict)
    _domains: dict[str, str] = field(default_factory=dict)
    # Beginnings of the words of real names, folded; how long a declined form may be, and what stands for it.
    _names: dict[str, tuple[int, str]] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)

    def address(self, address: str) -> str:
        """The harmless address for a real one."""
        real = normalise(address)
        if real in self.spared or not real:
            return address
        if real not in self._addresses:
            person = f"osoba{len(self._addresses) + 1}"
            self._addresses[real] = f"{person}@{self._domain(real.rpartition('@')[2])}"
        return self._addresses[real]

    def learn_name(self, name: str, stands_for: str) -> None:
        """Let words of a name be replaced wherever they stand."""
        harmless = stands_for.split()
        for place, word in enumerate(_WORD.findall(name)):
            folded = fold(word)
            longest = len(folded) + _DECLINED
            self._names.setdefault(folded[:-1], (longest, harmless[min(place, len(harmless) - 1)]))

    def text(self, text: str) -> str:
        """A text without people."""
        text = _LINK.sub(lambda found: found[0].partition("?")[0].partition("#")[0], text)
        text = _ADDRESS.sub(lambda found: self.address(found[0]), text)
        text = self._without_numbers(text)
        return _WORD.sub(lambda found: self._name(found[0]), text)

    def _name(self, word: str) -> str:
        """What stands for a word, when it is one of a name, declined or not."""
        folded = fold(word)
        for stem, (longest, harmless) in self._names.items():
            if folded.startswith(stem) and len(folded) <= longest:
                return harmless
        return word

    def _domain(self, domain: str) -> str:
        if self.keep_domains or domain in PUBLIC_MAIL:
            return domain
        return self._domains.setdefault(domain, f"firma{len(self._domains) + 1}.example")

    def _without_numbers(self, text: str) -> str:
        pieces: list[str] = []
        end = 0
        for place in find_places(text):
            pieces.append(self._without_digits(text[end : place.start]))
            written = text[place.start : place.end]
            pieces.append(written if place.identifier.type in _NOBODYS else self._number(text, place.start, written))
            end = place.end
        return "".join((*pieces, self._without_digits(text[end:])))

    def _without_digits(self, text: str) -> str:
        text = _DIGITS.sub(lambda found: found[0] if _DATE.match(found[0]) else re.sub(r"\d", "0", found[0]), text)
        # The last net, for what is personal and nothing above has known: identity cards, passports.
        return mask(text)

    def _number(self, text: str, start: int, written: str) -> str:
        """A number of the same kind, as valid, with other digits."""
        key = "".join(sign for sign in written if sign.isalnum()).upper()
        if key not in self._numbers:
            self._numbers[key] = _harmless(text, start, written, len(self._numbers))
        return _in_groups(self._numbers[key], written)


def mask_mail(facts: Facts, name: str, masker: Masker) -> tuple[bytes, Known]:
    """The mail written anew, and what was known of its author, both without people.

    Args:
        facts: of the mail.
        name: of the golden mail; its Message-ID is made of it.
        masker: decides who stands for whom.
    """
    mail, known = facts.mail, facts.known
    for place, address in enumerate((*mail.authors, *mail.reply_to, *mail.to, *mail.cc)):
        if normalise(address.addr) not in masker.spared:
            masker.learn_name(address.name, _PEOPLE[place % len(_PEOPLE)])
    if known.person:
        masker.learn_name(known.person.name, _PEOPLE[0])
        masker.learn_name(known.person.organisation, _COMPANY)
    authors = [_mailbox(masker.address(each.addr), _PEOPLE[at % len(_PEOPLE)]) for at, each in enumerate(mail.authors)]
    headers = [
        ("From", ", ".join(authors)),
        ("To", ", ".join(masker.address(each.addr) for each in mail.to)),
        ("Subject", masker.text(mail.subject)),
        ("Message-ID", f"<{name}@golden.invalid>"),
        ("In-Reply-To", "<answered@golden.invalid>" if mail.answers else ""),
        *((key.title(), masker.text(value)) for key, value in mail.headers if key in _KEPT),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    head = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in headers if value)
    body = "\r\n".join(masker.text(facts.thread.new_text).splitlines())
    return f"{head}\r\n{body}\r\n".encode("utf-8", "replace"), _known(known, masker)


def mask_circumstances(circumstances: Circumstances, known: Known, masker: Masker) -> Circumstances:
    """How it came, without people."""
    return replace(
        circumstances,
        author=circumstances.author and masker.address(circumstances.author),
        mail_from=circumstances.mail_from and masker.address(circumstances.mail_from),
        known=known,
    )


def _known(known: Known, masker: Masker) -> Known:
    person, ticket, question = known.person, known.ticket, known.question
    return replace(
        known,
        person=person
        and replace(
            person, login=masker.address(person.login), name=_PEOPLE[0], organisation=_organisation(person.organisation)
        ),
        ticket=ticket
        and replace(
            ticket,
            requester=masker.address(ticket.requester),
            organisation=_organisation(ticket.organisation, person.organisation if person else ""),
        ),
        question=question
        and replace(question, author=masker.address(question.author), subject=masker.text(question.subject)),
        bounced=tuple(replace(each, recipient=masker.address(each.recipient)) for each in known.bounced),
    )


def _organisation(organisation: str, of_author: str | None = None) -> str:
    """A harmless organisation; the author's own stays the author's own."""
    if not organisation.strip():
        return ""
    same = of_author is None or organisation.casefold().split() == of_author.casefold().split()
    return f"{_COMPANY} Sp. z o.o." if same else f"Inny {_COMPANY} Sp. z o.o."


def _mailbox(address: str, name: str) -> str:
    return f"{name} <{address}>" if address else name


def _harmless(text: str, start: int, written: str, seed: int) -> str:
    """Other digits that make a number of the same kind, as valid, where it stands; zeros where none is found."""
    wanted = _kind_at(text, start)
    for number in _candidates(written, seed):
        if _kind_at(text[:start] + number + text[start + len(written) :], start) == wanted:
            return "".join(sign for sign in number if sign.isalnum()).upper()
    return re.sub(r"\d", "0", "".join(sign for sign in written if sign.isalnum())).upper()


def _candidates(written: str, seed: int) -> Iterator[str]:
    """Numbers of the same shape: the head stays where it says a year, and the rest is counted."""
    signs = [at for at, sign in enumerate(written) if sign.isdigit()]
    zeros = len(written) - len(written.rstrip("0"))
    signs = signs[: len(signs) - zeros] if zeros >= _FORM else signs
    for turn in range(_TRIES):
        # A birthday of nobody in front, in case it is a PESEL; else any digits.
        digits = f"{_BIRTHDAY}{seed * _TRIES + turn:0{max(len(signs) - 6, 1)}d}" if turn % 2 else ""
        digits = digits if len(digits) == len(signs) else f"{7 + (seed * 9_973 + turn) * 7_919:0{len(signs)}d}"
        head = _HEADS.get("".join(filter(str.isalpha, written))[:4].upper(), 2 if written[:2].isdigit() else 0)
        kept = [written[at] for at in signs[:head]] if digits[:6] != _BIRTHDAY else []
        chosen = (*kept, *digits[len(kept) :])[-len(signs) :]
        number = list(written)
        for at, digit in zip(signs, (*kept, *chosen[len(kept) :]), strict=True):
            number[at] = digit
        yield "".join(number)


_BIRTHDAY = "900101"
# Digits of a year behind "SENT" and "RMPD".
_HEADS: Mapping[str, int] = {"SENT": 4, "RMPD": 4}


def _kind_at(text: str, start: int) -> tuple[str, bool] | None:
    """What kind of number stands there, and whether it is valid."""
    near = text[max(0, start - 200) : start + 200]
    at = start - max(0, start - 200)
    return next(
        ((each.identifier.type, each.identifier.valid) for each in find_places(plain(near)) if each.start == at), None
    )


def _in_groups(number: str, written: str) -> str:
    """The signs of a number with the blanks and dashes of another."""
    signs: Sequence[str] = list(number)
    if len(signs) != sum(sign.isalnum() for sign in written):
        return number
    left = iter(signs)
    return "".join(next(left) if sign.isalnum() else sign for sign in written)
