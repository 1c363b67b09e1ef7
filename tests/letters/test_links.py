"""The link in a letter leads where it says: its subject is recognised as the very service it stands for."""

from urllib.parse import parse_qs, urlsplit

from mailgate.core.catalogue import Catalogue, read_catalogue
from mailgate.core.outcome import Outcome
from mailgate.core.reply.particulars import particulars
from mailgate.core.service import Recogniser, read_lexicon
from mailgate.core.tables import Table, read_tables
from tests.letters.builder import DESK, RECEIVED, ROOT, decision, facts, office


def rules() -> list[Table]:
    """All tables of the operator's own rules."""
    tables: list[Table] = []
    for file in sorted((ROOT / "rules").rglob("*.toml")):
        tables.extend(read_tables(file.name, file.read_text(encoding="utf-8"))[0])
    return tables


def link_of(service: str, catalogue: Catalogue) -> str:
    told = particulars(
        decision(Outcome.CLARIFY, "clarify", candidates=(service,)),
        facts(),
        language="pl",
        received_at=RECEIVED,
        catalogue=catalogue,
        office=office(),
    )
    return told.choices[0].link


def test_every_service_that_can_be_offered_is_recognised_by_its_link() -> None:
    tables = rules()
    catalogue = read_catalogue(tables)[0]
    recogniser = Recogniser(catalogue, read_lexicon(tables)[0])
    missed = []
    for service in catalogue.services:
        link = urlsplit(link_of(service, catalogue))
        assert (link.scheme, link.path) == ("mailto", DESK)
        subject = recogniser.read(parse_qs(link.query)["subject"][0])
        found = recogniser.find_service(subject, "").candidates
        if not found or found[0].service != service:
            missed.append(service)
    assert missed == []
