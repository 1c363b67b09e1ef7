"""What a template may say: every placeholder, with its value for one letter in one language.

Nothing in here was typed by the author of the mail. Titles and names come from `rules/`, facts from `rules/desk.toml`,
numbers and dates from our own store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from mailgate.core.catalogue import Catalogue, Matter, OtherDesk, Service, System
from mailgate.core.choice import Chosen, tag
from mailgate.core.deadline import Deadline, complaint_deadline
from mailgate.core.decision import Decision, Outcome
from mailgate.core.facts import Facts, KnownNotice
from mailgate.core.notice import notices_about
from mailgate.core.published import Handling, Office
from mailgate.core.reply.record import NUMBER_TO_COME, REFERENCE_TO_COME

# More services to choose from do not help on a phone.
_MOST_CHOICES = 3
_MONTHS = {
    "pl": ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
           "października", "listopada", "grudnia"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One service that the author may choose."""

    # Its title, in the letter's language where there is one, else in Polish.
    title: str
    # The name of its leading system, or "".
    system: str
    # A mailto link to the desk: its subject says which one, and which question is answered.
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an operator tells everybody who writes about a service, for a while."""

    # Name of the system, or title of the service, in the letter's language where there is one.
    about: str
    # In the letter's language where there is one, else in Polish.
    text: str
    # True when an English letter says it in Polish.
    only_polish: bool
    # Day and time when it was written: "22 listopada 2025 r., godz. 17:03".
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The placeholders of templates. A text that is not known is "", a number 0, a list empty."""

    # True when the letter is written in both languages, one below the other.
    both: bool = False
    # What its author was told before of a mail that is a ticket now: "reject", "clarify", "hold"; "": nothing.
    formerly: str = ""
    # Number of the ticket; in a new ticket's letter it is filled in when the ticket is recorded.
    number: str
    # "incident", "information" or "service_request"; "" when nothing was opened.
    kind: str
    # "production" or "test".
    environment: str
    # Title of the service, in the letter's language where there is one, else in Polish.
    service: str
    # The published Polish title, when `service` is a translation of it.
    service_pl: str
    # Name of the IT system: "AES".
    system: str
    # Title of the service-request matter.
    matter: str
    # Address of the service's description page.
    page: str
    # Up to three services to choose from, best first; each has `title`, `system`, `link`.
    choices: tuple[Choice, ...]
    # What operators tell everybody who writes about it now; each has `about`, `text`, `only_polish`, `since`.
    notices: tuple[Notice, ...] = ()
    # Days that a mail waits for the answer to our question.
    wait_days: int = 0
    # True when the author has answered that none of those offered before fits.
    none_fits: bool = False
    # Details that the mail does not give and a consultant will need, each in the nominative.
    asks: tuple[str, ...]
    # The other desk whose business this is: its name, what it handles, its mail address and phone.
    other_name: str
    other_handles: str
    other_email: str
    other_phone: str
    # Day and time when we received the mail: "22 listopada 2025 r., godz. 17:03".
    received: str
    # Day when the ticket was opened that the mail is added to.
    opened: str
    # Number of the closed ticket that the mail goes on from or complains of, and the day when it was closed.
    related: str
    closed: str
    # The last day for a complaint about that ticket; "" when there is none or nothing is published.
    complaint_until: str
    # Days left until then; 0 on the last day itself, and when it is over.
    complaint_left: int
    # True when that day has passed.
    complaint_over: bool
    # A mailto link to the desk, with the service in the subject when it is known.
    write: str
    # Name and mail address of the desk.
    desk_name: str
    desk_address: str
    # The portal CSD: where to log in, the menu and the entry to choose there.
    portal_url: str
    portal_menu: str
    portal_item: str
    # Frequent questions and answers.
    faq_url: str
    # The phone for people without an account, its tel link, and its waiting rules in minutes and people.
    phone: str
    phone_link: str
    phone_wait_minutes: int
    phone_queue_limit: int
    phone_drop_minutes: int
    # Days after an answer in which one may complain.
    complaint_days: int
    # Working days that this kind of ticket takes as a rule, and at most.
    usual_days: int
    longest_days: int

    def values(self) -> Mapping[str, Any]:
        """The placeholders by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def particulars(
    decision: Decision, facts: Facts, *, language: str, received_at: datetime, catalogue: Catalogue, office: Office
) -> Particulars:
    """Everything a template may say about this decision in that language ("pl" or "en")."""
    service = catalogue.services.get(decision.service or "")
    system = catalogue.systems.get(decision.system or "")
    matter = catalogue.matters.get(decision.matter or "")
    other = catalogue.desks.get(decision.desk or "")
    ticket = facts.known.ticket if decision.outcome is Outcome.APPEND else None
    related = facts.known.ticket if decision.related else None
    closed_at = related.closed_at if related else None
    deadline = _deadline(closed_at, received_at, office)
    published = office.published
    handling = published.handling.get(decision.kind, Handling()) if decision.kind else Handling()
    return Particulars(
        formerly=decision.formerly or "",
        number=called(facts, decision.ticket) or NUMBER_TO_COME,
        kind=decision.kind or "",
        environment=decision.environment,
        service=_title(service, language),
        service_pl=service.title if service and _title(service, language) != service.title else "",
        system=system.name if system else "",
        matter=_title(matter, language),
        page=service.page if service else "",
        choices=_choices(decision, language, catalogue, office),
        notices=tuple(
            _notice(each, language, catalogue, office) for each in notices_about(decision, facts.known, catalogue)
        ),
        wait_days=office.wait_days,
        none_fits=facts.choice is not None and facts.choice.chosen is Chosen.NONE,
        asks=tuple(each.ask_en if language == "en" else each.ask for each in decision.missing),
        other_name=_name(other, language),
        other_handles=_handles(other, language),
        other_email=other.email if other else "",
        other_phone=_unbroken(other.phone) if other else "",
        received=_moment(received_at.astimezone(office.timezone), language),
        opened=_day(ticket.opened_at.astimezone(office.timezone), language) if ticket else "",
        related=called(facts, decision.related) or "",
        closed=_day(closed_at.astimezone(office.timezone), language) if closed_at else "",
        complaint_until=_day(deadline.last, language) if deadline else "",
        complaint_left=max(deadline.left, 0) if deadline else 0,
        complaint_over=deadline.over if deadline else False,
        write=_mailto(office.address, _subject(service, system)),
        desk_name=office.name,
        desk_address=office.address,
        portal_url=published.portal_url,
        portal_menu=published.portal_menu,
        portal_item=published.portal_item,
        faq_url=published.faq_url,
        phone=_unbroken(published.phone),
        phone_link="tel:" + published.phone.replace(" ", ""),
        phone_wait_minutes=published.phone_wait_minutes,
        phone_queue_limit=published.phone_queue_limit,
        phone_drop_minutes=published.phone_drop_minutes,
        complaint_days=published.complaint_days,
        usual_days=handling.usual_days,
        longest_days=handling.longest_days,
    )


def _deadline(closed_at: datetime | None, received_at: datetime, office: Office) -> Deadline | None:
    """Until when one may complain about the closed ticket; None without one, or when no days are published."""
    days = office.published.complaint_days
    if closed_at is None or not days:
        return None
    return complaint_deadline(closed_at, received_at, days=days, timezone=office.timezone)


def _choices(decision: Decision, language: str, catalogue: Catalogue, office: Office) -> tuple[Choice, ...]:
    """The first services that the decision offers; ids that the catalogue does not hold are passed over."""
    services = [catalogue.services[id_] for id_ in decision.candidates if id_ in catalogue.services]
    choices = []
    for place, service in enumerate(services[:_MOST_CHOICES], start=1):
        system = catalogue.systems.get(service.system or "")
        link = _mailto(office.address, f"{place}. {service.title} {tag(REFERENCE_TO_COME)}")
        choices.append(Choice(title=_title(service, language), system=system.name if system else "", link=link))
    return tuple(choices)


def _notice(notice: KnownNotice, language: str, catalogue: Catalogue, office: Office) -> Notice:
    service, system = catalogue.services.get(notice.service or ""), catalogue.systems.get(notice.system or "")
    in_polish = language == "pl" or not notice.text_en
    return Notice(
        about=_title(service, language) or (system.name if system else notice.service or notice.system or ""),
        text=notice.text if in_polish else notice.text_en,
        only_polish=in_polish and language != "pl",
        since=_moment(notice.written_at.astimezone(office.timezone), language),
    )


def _title(entry: Service | Matter | None, language: str) -> str:
    if entry is None:
        return ""
    return entry.title_en or entry.title if language == "en" else entry.title


def _name(desk: OtherDesk | None, language: str) -> str:
    if desk is None:
        return ""
    return desk.name_en or desk.name if language == "en" else desk.name


def _handles(desk: OtherDesk | None, language: str) -> str:
    if desk is None:
        return ""
    return desk.handles_en if language == "en" else desk.handles


def _subject(service: Service | None, system: System | None) -> str:
    """The subject that surely leads to the service: its published title, in every language the same."""
    return service.title if service else system.name if system else ""


def _mailto(address: str, subject: str) -> str:
    """A link that begins a mail (RFC 6068): UTF-8, percent-encoded, so that it survives in plain text too."""
    link = "mailto:" + quote(address, safe="@.-_+")
    return f"{link}?subject={quote(subject, safe='')}" if subject else link


def _unbroken(phone: str) -> str:
    """A phone number that is not torn apart at the end of a line."""
    return phone.replace(" ", "\u00a0")


def _day(moment: date, language: str) -> str:
    """The day, as one writes it: "22 listopada 2025 r.", "22 November 2025"."""
    day = f"{moment.day}\u00a0{_MONTHS[language][moment.month - 1]} {moment.year}"
    return f"{day}\u00a0r." if language == "pl" else day


def _moment(moment: datetime, language: str) -> str:
    """Day and time. Local time in Poland: people elsewhere are told so."""
    if language == "pl":
        return f"{_day(moment, language)}, godz.\u00a0{moment:%H:%M}"
    return f"{_day(moment, language)}, {moment:%H:%M} (time in Poland)"


def called(facts: Facts, number: str | None) -> str | None:
    """The number by which a letter calls a ticket of ours: that of the ticket system, where it is known."""
    ticket = facts.known.ticket
    return ticket.called if ticket and ticket.number == number else number
