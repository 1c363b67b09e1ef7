"""Examples of a rule: a mail in short, and what must become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parseaddr

from mailgate.core.address import normalise
from mailgate.core.catalogue import Catalogue
from mailgate.core.choice import Choice, Chosen
from mailgate.core.facts import Known, KnownQuestion, KnownTicket, Person, Question
from mailgate.core.mail import Envelope, RawMessage, Scan, ScanResult
from mailgate.core.outcome import Outcome
from mailgate.core.problem import Problem
from mailgate.core.tables import Reader, Table

# An example happens on this day; no rule may depend on it.
_DAY = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
_CLIENT = "127.0.0.1"
_TICKET = "ZGL0000001"
# The word of `auth` for a relay that has fallen silent.
SILENT = "silent"
_ORGANISATION = "Przykład Sp. z o.o."
# The subject of the mail that a question is about.
_ASKED_UNDER = "problem"
# What an Authentication-Results header (RFC 8601) says for each word of `auth`.
_RESULTS = {
    "proven": "dmarc=pass header.from={domain}",
    "claimed": "spf=none smtp.mailfrom={domain}; dmarc=none header.from={domain}",
    "forged": "dmarc=fail (p=reject) header.from={domain}",
}
# The fields of a Decision that an example may name beside `becomes`.
_EXPECTED = ("service", "system", "kind", "matter", "environment", "desk", "queue", "priority", "template", "related")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A mail in short, what is known of its author, and what must become of it."""

    # Name of the rule it stands with.
    rule: str
    file: str
    line: int
    # Addresses of the From header; one is normal.
    authors: tuple[str, ...]
    subject: str
    body: str
    # "proven", "claimed", "forged", "none": nobody looked, or "silent": the relay's header is missing on all mail.
    auth: str
    # Whether the author is a PUESC login.
    login: bool
    # Whether the author has CSD history.
    history: bool
    # "active" or "blocked".
    account: str
    # Status of the ticket that the mail answers: "open", "closed", or "" for none.
    answers: str
    # The login that this ticket was opened for, or that this question was put to; "" is the author.
    requester: str
    # Whether that login belongs to the author's organisation.
    colleague: bool
    # The service-request matter that this ticket is about; "" for none.
    ticket_matter: str
    # The service that this ticket is about; "" for none.
    ticket_service: str
    # State of our question that the mail answers: "open", "held", "settled", "expired", or "" for none.
    question: str
    # The services that this question offered.
    offered: tuple[str, ...]
    # How many times it was asked.
    asked: int
    # The service that the author has chosen for this mail in an answer to our question; "" for none.
    chosen: str
    # Whether a virus scanner has found something in the mail.
    infected: bool
    # Headers beside the usual ones.
    headers: Mapping[str, str]
    # The outcome, and behind a colon the reason when it matters.
    becomes: str
    # What else the decision must hold, by field; "" stands for nothing there.
    expected: Mapping[str, str]
    # Services of which at least one must be offered.
    offers: tuple[str, ...]

    def message(self, authserv_id: str) -> RawMessage:
        """The mail as it would come from a relay of that name, its headers in UTF-8 (RFC 6532)."""
        author = self.authors[0] if self.authors else ""
        headers = {
            "Authentication-Results": _results(self.auth, author, authserv_id),
            "From": ", ".join(self.authors),
            "To": "helpdesk-eclo@mf.gov.pl",
            "Subject": self.subject,
            "Date": format_datetime(_DAY),
            "Message-ID": f"<{self.line}.{self.file.replace('/', '.')}@example.org>",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
            **self.headers,
        }
        # One line for each header: nothing that an operator writes can begin another one.
        head = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in headers.items() if value)
        body = "\r\n".join(self.body.splitlines())
        envelope = Envelope(source="file", mail_from=author, client=_CLIENT)
        scan = Scan(result=ScanResult.INFECTED, signature="Example") if self.infected else None
        return RawMessage(content=f"{head}\r\n{body}\r\n".encode(), envelope=envelope, received_at=_DAY, scan=scan)

    @property
    def silent(self) -> frozenset[str]:
        """Ways on which the relay has fallen silent: its own, where it says so."""
        return frozenset({_CLIENT}) if self.auth == SILENT else frozenset()

    def knows(self, question: Question) -> Known:
        """What the desk knows of the author; this makes an example a `Desk` of its own."""
        author = question.author
        person = Person(
            login=author or "",
            name="Anna Przykładowa",
            organisation=_ORGANISATION,
            active=self.account == "active",
            first_contact=date(2025, 1, 15) if self.history else None,
        )
        ticket = KnownTicket(
            number=_TICKET,
            requester=normalise(self.requester) or author or "",
            status=self.answers,
            opened_at=_DAY,
            matter=self.ticket_matter or None,
            service=self.ticket_service or None,
            closed_at=_DAY if self.answers == "closed" else None,
            organisation=_ORGANISATION if self.colleague else "",
        )
        return Known(
            person=person if self.login and author else None,
            has_history=self.history,
            ticket=ticket if self.answers else None,
            question=self._question(author) if self.question else None,
        )

    def choice(self, catalogue: Catalogue) -> Choice | None:
        """What the author has chosen for this mail, as an answer would have said it."""
        service = catalogue.services.get(self.chosen)
        if service is None:
            return None
        return Choice(chosen=Chosen.SERVICE, service=service.id, system=service.system, saw="the example says so")

    def _question(self, author: str | None) -> KnownQuestion:
        """Our question that the mail answers; it was put to the requester where there is one."""
        return KnownQuestion(
            digest="0" * 64,
            message=1,
            author=normalise(self.requester) or author or "",
            subject=_ASKED_UNDER,
            language="pl",
            offers=self.offered,
            reason="several_services",
            asked=self.asked,
            state=self.question,
        )


def read_examples(rule: str, table: Table) -> tuple[tuple[Example, ...], tuple[Problem, ...]]:
    """The examples of one `[[rule]]`."""
    rows = table.values.get("examples", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return (), (table.problem("examples", '"examples" must be a list of tables: [{ subject = "...", ... }]'),)
    examples: list[Example] = []
    problems: list[Problem] = []
    for place, row in enumerate(rows):
        path = f"examples[{place}]"
        inner = {key[len(path) + 1 :]: line for key, line in table.lines.items() if key.startswith(f"{path}.")}
        reader = Reader(Table(file=table.file, name="examples", line=table.line_of(path), values=row, lines=inner))
        example = _read_example(rule, reader)
        mistakes = reader.problems()
        problems.extend(mistakes)
        if not mistakes:
            examples.append(example)
    return tuple(examples), tuple(problems)


def _read_example(rule: str, reader: Reader) -> Example:
    authors = reader.any("from")
    expected = {key: reader.text(key, "") for key in _EXPECTED if key in reader.table.values}
    return Example(
        rule=rule,
        file=reader.table.file,
        line=reader.table.line,
        authors=reader.texts("from") if isinstance(authors, list) else (reader.text("from", "anna@example.org"),),
        subject=reader.text("subject", ""),
        body=reader.text("body", ""),
        auth=reader.choice("auth", (*_RESULTS, "none", SILENT), "proven"),
        login=reader.flag("login", default=True),
        history=reader.flag("history", default=True),
        account=reader.choice("account", ("active", "blocked"), "active"),
        answers=reader.choice("answers", ("open", "closed"), ""),
        requester=reader.text("requester", ""),
        colleague=reader.flag("colleague"),
        ticket_matter=reader.text("ticket_matter", ""),
        ticket_service=reader.text("ticket_service", ""),
        question=reader.choice("question", ("open", "held", "settled", "expired"), ""),
        offered=reader.texts("offered"),
        asked=int(reader.number("asked", 1)),
        chosen=reader.text("chosen", ""),
        infected=reader.flag("infected"),
        headers=_headers(reader),
        becomes=_becomes(reader),
        expected=expected,
        offers=reader.texts("offers"),
    )


def _results(auth: str, author: str, authserv_id: str) -> str:
    """An Authentication-Results header; "" when nobody looked."""
    if auth not in _RESULTS:
        return ""
    return f"{authserv_id}; {_RESULTS[auth].format(domain=normalise(parseaddr(author)[1]).rpartition('@')[2])}"


def _headers(reader: Reader) -> Mapping[str, str]:
    headers = reader.any("headers") or {}
    if isinstance(headers, dict) and all(isinstance(value, str) for value in headers.values()):
        return headers
    reader.problem("headers", '"headers" must be a table of texts: { Auto-Submitted = "auto-replied" }')
    return {}


def _becomes(reader: Reader) -> str:
    """`becomes`, with its outcome checked; the reason behind the colon is any rule's name."""
    becomes = reader.text("becomes")
    outcome, colon, reason = becomes.partition(":")
    if becomes and (outcome not in set(Outcome) or (colon and not reason)):
        words = ", ".join(Outcome)
        reader.problem("becomes", f'"becomes" cannot be "{becomes}"; write one of {words}, and perhaps ":<rule>"')
    return becomes
