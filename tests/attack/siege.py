"""A siege: a real daemon in one of the two modes of identity, victims who have written to it, and then the attacker."""

import socket
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from string import Template
from typing import Literal

from mailgate.store.facade import Store
from mailgate.store.outbox import LetterDetails
from mailgate.store.tables import LetterState, MessageState
from mailgate.store.tickets import TicketDetails
from tests.attack.tricks import DESK, TRICKS, WISHES, By, Trick
from tests.cli.house import PATIENCE, Daemon, Installation, until
from tests.proof.nameserver import Zone, nameserver

Mode = Literal["relay", "verify"]
# The relay, in relay mode; in verify mode the mail servers of honest people.
HONEST = "127.0.0.2"
# Where the attacker sits.
EVIL = "127.0.0.1"
STRANGER = "przechodzien@postronny.example"
_THREAD = ("To", "In-Reply-To", "References")
_SIGNS = str.maketrans({"␀": "\0", "␍": "\r", "␊": "\n"})

HONEST_MAIL = """\
From: Anna Kowalska <$victim>
To: helpdesk-eclo@mf.gov.pl
Subject: $subject
Date: Mon, 23 Nov 2026 11:00:00 +0100
Message-ID: <uczciwy.$secret@$domain>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

$text $secret
"""
# Subject and text of the mail that a victim has sent before.
BEFORE = {
    "ticket": ("SENT100 odrzucone", "Zgłoszenie zostało odrzucone z błędem 4011."),
    "matter": ("Odblokowanie konta", "Trzy razy podałam złe hasło. Proszę o odblokowanie konta."),
    "question": ("problem", "Nie mogę wysłać deklaracji AKC-WW ani zgłoszenia INTRASTAT, pojawia się błąd 500."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One trick against one victim."""

    trick: Trick
    # Of the trick, in the table.
    number: int
    # Whether the owner of the victim's domain asks for forged mail to be refused; else he says nothing of it.
    guarded: bool

    @property
    def id(self) -> str:
        """Its name in the list of tests."""
        return f"{self.trick.name} ({'guarded' if self.guarded else 'bare'} domain)"

    @property
    def domain(self) -> str:
        """The victim's."""
        return f"{'guarded' if self.guarded else 'bare'}{self.number}.example"

    @property
    def victim(self) -> str:
        """The victim's address."""
        return f"anna@{self.domain}"

    @property
    def lookalike(self) -> str:
        """The domain with a Cyrillic letter in the place of a Latin one, as DNS has it."""
        return self.domain.replace("a", "\u0430", 1).encode("idna").decode()

    @property
    def mark(self) -> str:
        """A word that only the attacker writes."""
        return f"ZNAK{self.domain.split('.')[0].upper()}"

    @property
    def words(self) -> dict[str, str]:
        """What the words in a trick stand for, but for what the victim was sent."""
        key = self.domain.split(".")[0]
        return {
            "victim": self.victim,
            "shouted": self.victim.upper(),
            "domain": self.domain,
            "secret": f"tajne-{key}",
            "wide": "".join(chr(ord(sign) + 0xFEE0) if sign.isalpha() else sign for sign in self.domain),
            "lookalike": self.domain.replace("a", "\u0430", 1),
            "alabel": self.lookalike,
            "attacker": f"napastnik-{key}@evil.example",
            "customer": f"klient-{key}@klient.example",
            "stranger": STRANGER,
            "mark": self.mark,
        }


ATTACKS = tuple(
    Attack(trick=trick, number=number, guarded=guarded)
    for number, trick in enumerate(TRICKS)
    for guarded in (True, False)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of ours, as its reader sees it."""

    to: str
    message: EmailMessage
    # Headers and texts, decoded; without the recipient, and the Message-IDs by which it finds its thread.
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What there is when the attacker has gone."""

    # Letters since the attacks began.
    letters: tuple[Letter, ...]
    # All tickets.
    tickets: tuple[TicketDetails, ...]
    # Our number of the message that a victim had sent before, by address.
    own_messages: Mapping[str, int]
    # What has become of it by now.
    outcomes: Mapping[str, str | None]
    # Everything that our door said to the attacker.
    answers: str
    # Addresses that get no more letters.
    suppressed: frozenset[str]


@contextmanager
def besieged(folder: Path, mode: Mode) -> Iterator[Aftermath]:
    """A daemon, all attacks on it, and what is there afterwards."""
    with nameserver(_zone()) as dns:
        config = (
            f'[identity]\nmode = "verify"\nresolver = "127.0.0.1"\nresolver_port = {dns.port}\n'
            if mode == "verify"
            else f'[identity]\nnetworks = ["{HONEST}/32"]\n'
        )
        house = Installation.make(folder / mode, config=config)
        people = house.home / "people.csv"
        logins = [login for attack in ATTACKS for login in (attack.victim, attack.words["customer"])]
        people.write_text("login;first_contact\n" + "".join(f"{login};2024-01-01\n" for login in logins))
        assert house.run("directory", "import", str(people)).code == 0
        with house.daemon() as daemon:
            yield _Siege(daemon, mode).run()


def _zone() -> Zone:
    zone: dict[str, list[tuple[str, str]]] = {}
    for attack in ATTACKS:
        spf = f"v=spf1 ip4:{HONEST} {'-all' if attack.guarded else '?all'}"
        zone[attack.domain] = [("TXT", spf)]
        if attack.guarded:
            zone[f"_dmarc.{attack.domain}"] = [("TXT", "v=DMARC1; p=reject")]
        zone[attack.lookalike] = zone[f"{attack.domain}.evil.example"] = [("TXT", f"v=spf1 ip4:{EVIL} -all")]
    for domain in ("evil.example", "klient.example"):
        zone[domain] = [("TXT", f"v=spf1 ip4:{EVIL} -all")]
    return zone


class _Siege:
    """Sends everything through the port, as fast as it is taken."""

    def __init__(self, daemon: Daemon, mode: Mode) -> None:
        self._daemon = daemon
        self._mode = mode
        self._answers: list[str] = []

    def run(self) -> Aftermath:
        for attack in ATTACKS:
            if attack.trick.after != "nothing":
                self._let_write(attack)
        with self._daemon.house.store() as store:
            until(lambda: _is_quiet(store), "the honest mail to be answered")
            own = _messages(store)
            had = {attack: _words(store, attack, own.get(attack.victim)) for attack in ATTACKS}
            before = {line.id for line in store.outbox.list(limit=2000)}
            self._answers.clear()
            for attack in ATTACKS:
                for number in range(attack.trick.times):
                    self._attack(attack, had[attack] | {"number": str(number), "wish": WISHES[number % len(WISHES)]})
            until(lambda: _is_quiet(store), "the attacks to be decided")
            return Aftermath(
                letters=_letters(store, before),
                tickets=_tickets(store),
                own_messages=own,
                outcomes={author: _outcome(store, number) for author, number in own.items()},
                answers="\n".join(self._answers),
                suppressed=frozenset(each.address for each in store.bounces.suppressed(1)),
            )

    def _let_write(self, attack: Attack) -> None:
        subject, text = BEFORE[attack.trick.after]
        mail = Template(HONEST_MAIL).substitute(attack.words | {"subject": subject, "text": text})
        if self._mode == "relay":
            mail = f"Authentication-Results: mailgate.localhost; dmarc=pass header.from={attack.domain}\n{mail}"
        assert self._send(mail, sender=attack.victim, client=HONEST), self._answers[-5:]

    def _attack(self, attack: Attack, words: Mapping[str, str]) -> None:
        trick = attack.trick
        mail, sender = (Template(text).substitute(words) for text in (trick.mail, trick.sender))
        through_relay = self._mode == "relay" and not trick.past_relay
        if through_relay:
            mail = f"Authentication-Results: mailgate.localhost; {_seen_by_relay(attack)}\n{mail}"
        self._send(mail, sender=sender, client=HONEST if through_relay else EVIL)

    def _send(self, mail: str, *, sender: str, client: str) -> bool:
        """Send it byte by byte; says whether it was taken."""
        lines = mail.replace("\n", "\r\n").translate(_SIGNS).encode()
        data = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines.split(b"\r\n"))
        address = ("127.0.0.1", self._daemon.port)
        with socket.create_connection(address, PATIENCE, source_address=(client, 0)) as door:
            answers = door.makefile("r", encoding="ascii", errors="replace")
            said = [answers.readline()]
            for command in ("HELO mx.example", f"MAIL FROM:<{sender}>", f"RCPT TO:<{DESK}>", "DATA"):
                door.sendall(f"{command}\r\n".encode())
                said.append(answers.readline())
            if said[-1].startswith("354"):
                door.sendall(data + b"\r\n.\r\nQUIT\r\n")
                said.extend(answers.readlines())
        self._answers.extend(said)
        return any(line.startswith("250 2.6.0") for line in said)


def _seen_by_relay(attack: Attack) -> str:
    """What an honest relay finds out about the author."""
    author = {By.VICTIM: attack.domain, By.ATTACKER: "evil.example", By.CUSTOMER: "klient.example"}
    if attack.trick.by is By.NOBODY:
        return "spf=pass smtp.mailfrom=evil.example; dmarc=none"
    if attack.trick.by is By.VICTIM:
        verdict = "fail (p=reject)" if attack.guarded else "none"
        return f"spf=pass smtp.mailfrom=evil.example; dmarc={verdict} header.from={attack.domain}"
    return f"dmarc=pass header.from={author.get(attack.trick.by, attack.lookalike)}"


def _is_quiet(store: Store) -> bool:
    """Whether everything is decided, and no letter is on its way."""
    if any(store.messages.list(state=state, limit=1) for state in (MessageState.KEPT, MessageState.CLAIMED)):
        return False
    return not any(store.outbox.list(state=state, limit=1) for state in (LetterState.DUE, LetterState.LEASED))


def _messages(store: Store) -> dict[str, int]:
    """Our number of the one message that each author has sent."""
    return {each.from_: each.id for each in store.messages.list(limit=2000) if each.from_}


def _outcome(store: Store, message: int) -> str | None:
    found = store.messages.show(message)
    return found.line.outcome if found else None


def _words(store: Store, attack: Attack, message: int | None) -> dict[str, str]:
    """What the words in a trick stand for, with what the victim was sent for that message."""
    words = attack.words | {"ticket": "", "letter": "", "reference": ""}
    if message is None:
        return words
    [letter] = store.outbox.list(message=message)
    words["letter"] = letter.message_id
    if attack.trick.after == "question":
        [question] = store.questions.of(message)
        return words | {"reference": question.token}
    assert letter.ticket
    return words | {"ticket": letter.ticket}


def _letters(store: Store, without: Collection[int]) -> tuple[Letter, ...]:
    lines = [line for line in store.outbox.list(limit=2000) if line.id not in without]
    return tuple(_read(found) for line in lines if (found := store.outbox.show(line.id)))


def _tickets(store: Store) -> tuple[TicketDetails, ...]:
    return tuple(found for line in store.tickets.list(limit=2000) if (found := store.tickets.show(line.number)))


def _read(found: LetterDetails) -> Letter:
    message = message_from_bytes(found.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    texts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    heads = [f"{name}: {value}" for name, value in message.items() if name not in _THREAD]
    return Letter(to=found.line.recipient or "", message=message, whole="\n".join([*heads, *texts]))
