"""What a consultant will need to know, and which of it a mail does not say.

The details stand in `rules/details.toml` as `[[detail]]`. A missing one is asked for, kindly, in the letter that
acknowledges the ticket; it is never a reason to refuse.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue, Service
from mailgate.core.cues import find_words, word_patterns
from mailgate.core.identifiers import Identifier
from mailgate.core.problem import Problem
from mailgate.core.request import Kind
from mailgate.core.tables import Reader, Table, did_you_mean
from mailgate.core.words import spaced

# A letter that asks for more than this is not answered.
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing to know about a ticket."""

    id: str
    # As the letter asks for it, in the nominative: "numer MRN zgłoszenia".
    ask: str
    ask_en: str
    # Where it is needed; an empty one does not narrow. Ids of services and systems, names of areas, kinds.
    services: frozenset[str]
    systems: frozenset[str]
    areas: frozenset[str]
    kinds: frozenset[str]
    # Types of identifiers, any of which is the detail.
    identifiers: frozenset[str]
    # Patterns of words, any of which shows that it is there.
    patterns: tuple[str, ...]
    # Whether an attachment may hold it.
    attachment: bool
    source: str = ""

    def is_needed(self, service: Service | None, system: str | None, kind: Kind) -> bool:
        """Whether a ticket of that service, system and kind needs it."""
        if self.kinds and kind not in self.kinds:
            return False
        somewhere = self.services or self.systems or self.areas
        return not somewhere or bool(
            (service and (service.id in self.services or service.area in self.areas)) or system in self.systems
        )

    def is_there(self, spoken: str, identifiers: Iterable[Identifier], *, attachments: bool) -> bool:
        """Whether the mail says it.

        Args:
            spoken: subject and new text, spaced.
            identifiers: the numbers found in them.
            attachments: whether the mail has any.
        """
        return (
            (self.attachment and attachments)
            or any(each.type in self.identifiers for each in identifiers)
            or find_words(spoken, self.patterns)
        )


def missing(
    details: Sequence[Detail],
    *,
    service: Service | None,
    system: str | None,
    kind: Kind,
    texts: Sequence[str],
    identifiers: Sequence[Identifier],
    attachments: bool,
) -> tuple[Detail, ...]:
    """The details that the ticket needs and the mail does not give, in the order of the rules, not too many.

    Args:
        details: all details of the rulebook.
        service: the ticket's service, or None.
        system: the ticket's system, or None.
        kind: the ticket's kind.
        texts: the subject and the new text of the mail.
        identifiers: the numbers found in it.
        attachments: whether the mail has any.
    """
    spoken = "".join(map(spaced, texts))
    wanted = (detail for detail in details if detail.is_needed(service, system, kind))
    lacking = [each for each in wanted if not each.is_there(spoken, identifiers, attachments=attachments)]
    return tuple(lacking[:_MOST])


def read_details(tables: Iterable[Table], catalogue: Catalogue) -> tuple[tuple[Detail, ...], tuple[Problem, ...]]:
    """Read every `[[detail]]`; tables of other names are left to other rooms."""
    details: list[Detail] = []
    problems: list[Problem] = []
    areas = {service.area for service in catalogue.services.values()}
    known = {"services": catalogue.services, "systems": catalogue.systems, "areas": areas, "kinds": tuple(Kind)}
    for table in tables:
        if table.name != "detail":
            continue
        reader = Reader(table)
        narrowed = {key: frozenset(reader.texts(key)) for key in known}
        for key, allowed in known.items():
            for each in sorted(narrowed[key] - set(allowed)):
                reader.problem(key, f'"{key}" names "{each}", which there is not{did_you_mean(each, allowed)}')
        patterns, mistakes = word_patterns(reader.texts("words"))
        for mistake in mistakes:
            reader.problem("words", mistake)
        details.append(
            Detail(
                id=reader.text("id"),
                ask=reader.text("ask"),
                ask_en=reader.text("ask_en"),
                **narrowed,
                identifiers=frozenset(reader.texts("identifiers")),
                patterns=patterns,
                attachment=reader.flag("attachment"),
                source=table.source,
            )
        )
        problems.extend(reader.problems())
    return tuple(details), tuple(problems)
