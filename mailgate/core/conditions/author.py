"""Conditions on who wrote the mail, and what the desk knows of them."""

from mailgate.core.address import normalise
from mailgate.core.automatic import Machine
from mailgate.core.catalogue import Catalogue
from mailgate.core.conditions.argument import choice, flag, level, texts
from mailgate.core.conditions.condition import Argument, Condition, Mistake, Saw
from mailgate.core.conditions.proof import Proof, proof
from mailgate.core.facts import Facts
from mailgate.core.identity import Hearing, Trust


def automatic(machines: frozenset[Machine | None], facts: Facts) -> Saw:
    """A machine of that kind wrote the mail."""
    found = facts.automatic
    if found is None:
        return None in machines, "a person wrote it"
    return found.machine in machines, f"a machine wrote it: {found.machine}, by {found.evidence}"


def trust_below(trusts: frozenset[Trust], facts: Facts) -> Saw:
    """We are less sure of the author than this. Forged is below claimed, claimed below proven."""
    return facts.identity.trust in trusts, f"trust is {facts.identity.trust} ({facts.identity.evidence})"


def trust_at_least(trusts: frozenset[Trust], facts: Facts) -> Saw:
    """We are at least this sure of the author."""
    return facts.identity.trust in trusts, f"trust is {facts.identity.trust} ({facts.identity.evidence})"


def single_author(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail has exactly one author with an address."""
    single = facts.identity.address is not None
    return single in wanted, "there is one author" if single else facts.identity.evidence


def relay_silent(wanted: frozenset[bool], facts: Facts) -> Saw:
    """Our relay's header is missing, as on all mail of late that came on its way; see [identity](identity.md)."""
    heard = facts.identity.relay
    return (heard is Hearing.SILENT) in wanted, f"our relay's header: {heard or 'not asked for'}"


def known_login(wanted: frozenset[str], facts: Facts) -> Saw:
    """The author's address is a PUESC login of the directory."""
    return _account(facts) in wanted, _ACCOUNTS[_account(facts)]


def account(wanted: frozenset[str], facts: Facts) -> Saw:
    """The author's PUESC account is in this state. Never holds for an address that is no login."""
    return _account(facts) in wanted, _ACCOUNTS[_account(facts)]


def csd_history(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The author has used the CSD portal before, or already has a ticket of ours."""
    known = facts.known.has_history
    return known in wanted, "there is CSD history" if known else "there is no CSD history"


def from_address(addresses: frozenset[str], facts: Facts) -> Saw:
    """The author's address is one of these."""
    address = facts.identity.address or ""
    return address in addresses, f"the author is {address or 'unknown'}"


def from_domain(domains: frozenset[str], facts: Facts) -> Saw:
    """The author's address is in one of these domains, or below one of them."""
    domain = (facts.identity.address or "").rpartition("@")[2]
    above = domain.split(".")
    inside = any(".".join(above[start:]) in domains for start in range(len(above)))
    return inside, f"the author writes from {domain or 'nowhere'}"


def answers_ticket(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail answers a ticket of ours: by our letter or by a number in its subject."""
    return _ticket(facts) in wanted, _ticket_in_words(facts)


def ticket_status(wanted: frozenset[str], facts: Facts) -> Saw:
    """The mail answers a ticket that is in this state."""
    return _ticket(facts) in wanted, _ticket_in_words(facts)


def own_ticket(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail answers a ticket that was opened for its author."""
    ticket = facts.known.ticket
    own = ticket is not None and ticket.requester == facts.identity.address
    if ticket is None:
        return own in wanted, "it answers no ticket"
    return own in wanted, f"{ticket.number} was opened for {'its author' if own else 'someone else'}"


def ticket_needs_proof(wanted: Proof, facts: Facts) -> Saw:
    """The mail answers a ticket whose matter needs more proof of the author (`trust` of the `[[matter]]`) than we have.

    Whoever could add to such a ticket could get into the account that it is about.
    """
    ticket, trust = facts.known.ticket, facts.identity.trust
    if ticket is None:
        return wanted.holds(None, trust), "it answers no ticket"
    about = f"{ticket.number} is about {ticket.matter or 'no service-request matter'}"
    return wanted.holds(ticket.matter, trust), f"{about}; it needs {wanted.needed(ticket.matter)}, trust is {trust}"


def colleague_ticket(wanted: frozenset[bool], facts: Facts) -> Saw:
    """The mail answers a ticket of somebody else in the author's own organisation, as the directory names it.

    A mail domain says nothing here: at a public mail service everybody would be a colleague.
    """
    ticket, person = facts.known.ticket, facts.known.person
    if ticket is None or ticket.requester == facts.identity.address:
        return False in wanted, "it answers no ticket of somebody else"
    own = _plain(person.organisation) if person else ""
    colleague = bool(own) and own == _plain(ticket.organisation)
    whose = "the author's own" if colleague else "another or no"
    return colleague in wanted, f"{ticket.number} was opened for someone of {whose} organisation"


def _plain(organisation: str) -> str:
    """The name of an organisation as it is compared."""
    return " ".join(organisation.casefold().split())


def domain_name(text: str) -> str:
    """A domain in the form that authors' addresses have it in."""
    return normalise(f"@{text.strip().lstrip('@.')}").lstrip("@")


_ACCOUNTS = {
    "none": "the author is no PUESC login",
    "active": "the author is a PUESC login, active",
    "blocked": "the author is a PUESC login, blocked",
}


def _account(facts: Facts) -> str:
    person = facts.known.person
    if person is None:
        return "none"
    return "active" if person.active else "blocked"


def _ticket(facts: Facts) -> str:
    return facts.known.ticket.status if facts.known.ticket else "none"


def _ticket_in_words(facts: Facts) -> str:
    ticket = facts.known.ticket
    return f"it answers {ticket.number}, {ticket.status}" if ticket else "it answers no ticket"


def _machines() -> Argument:
    kinds = choice('"auto_reply", "bounce", "list", "notification" or "receipt"', lambda _: map(str, Machine))

    def read(value: object, catalogue: Catalogue) -> frozenset[Machine | None] | Mistake:
        if isinstance(value, bool):
            return frozenset(Machine) if value else frozenset({None})
        names = kinds.read(value, catalogue)
        return names if isinstance(names, Mistake) else frozenset(map(Machine, names))

    return Argument(words=f"{kinds.words}; true for any, false for a person", read=read)


_FORGED, _CLAIMED, _PROVEN = Trust.FORGED, Trust.CLAIMED, Trust.PROVEN

AUTHOR = (
    Condition(look=automatic, takes=_machines(), about="machine", example='["auto_reply", "bounce"]'),
    Condition(
        look=trust_below,
        takes=level(
            '"claimed" or "proven"',
            {"claimed": frozenset({_FORGED}), "proven": frozenset({_FORGED, _CLAIMED})},
        ),
        about="trust",
        example='"proven"',
    ),
    Condition(
        look=trust_at_least,
        takes=level(
            '"claimed" or "proven"',
            {"claimed": frozenset({_CLAIMED, _PROVEN}), "proven": frozenset({_PROVEN})},
        ),
        about="trust",
        example='"claimed"',
    ),
    Condition(look=relay_silent, takes=flag(), about="relay", example="true"),
    Condition(look=single_author, takes=flag(), about="single author", example="true"),
    Condition(
        look=known_login, takes=flag(true=("active", "blocked"), false=("none",)), about="account", example="true"
    ),
    Condition(
        look=account,
        takes=level('"active" or "blocked"', {"active": frozenset({"active"}), "blocked": frozenset({"blocked"})}),
        about="account",
        example='"blocked"',
    ),
    Condition(look=csd_history, takes=flag(), about="history", example="true"),
    Condition(look=from_address, takes=texts("an address", normalise), about="address", example='"ann@example.org"'),
    Condition(look=from_domain, takes=texts("a domain", domain_name), example='["example.org", "example.com"]'),
    Condition(
        look=answers_ticket, takes=flag(true=("open", "closed"), false=("none",)), about="ticket", example="true"
    ),
    Condition(
        look=ticket_status,
        takes=level('"open" or "closed"', {"open": frozenset({"open"}), "closed": frozenset({"closed"})}),
        about="ticket",
        example='"open"',
    ),
    Condition(look=own_ticket, takes=flag(), about="own ticket", example="true"),
    Condition(look=ticket_needs_proof, takes=proof(), example="true"),
    Condition(look=colleague_ticket, takes=flag(), about="colleague ticket", example="true"),
)
