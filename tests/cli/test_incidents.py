"""`mailgate incidents`: a surge that a real daemon notices, and an incident by hand."""

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import pytest

from mailgate.cli.root import run
from mailgate.store.incidents import IncidentLine
from tests.cli.house import DESK, Daemon, Installation, until

QUICK = '[surge]\nlook_every_minutes = 0.005\n[operators]\naddresses = ["ewa@mf.example"]\n'
COMPANIES = 16


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon for this file alone, with people of many companies."""
    house = Installation.make(tmp_path_factory.mktemp("surge") / "house", config=QUICK)
    people = "".join(f"ann@firma{number}.example,2025-01-07\n" for number in range(COMPANIES))
    (house.home / "people.csv").write_text(f"login,first_contact\n{people}", encoding="utf-8")
    assert house.run("directory", "import", "people.csv").code == 0
    with house.daemon() as running:
        yield running


def mail(number: int) -> bytes:
    written = EmailMessage()
    written["Authentication-Results"] = f"mailgate.localhost; dmarc=pass header.from=firma{number}.example"
    written["From"], written["To"], written["Subject"] = f"ann@firma{number}.example", DESK, "AES nie działa"
    written["Message-ID"] = f"<aes@firma{number}.example>"
    written.set_content("Dzień dobry, system AES nie odpowiada od rana, komunikat 500.\n")
    return written.as_bytes(policy=policy.SMTP)


def test_a_surge_is_noticed_told_once_and_its_tickets_name_it(own: Daemon) -> None:
    for digest in own.send(*map(mail, range(COMPANIES))):
        own.settled(digest)

    with own.house.store() as store:

        def tied() -> IncidentLine | None:
            found = store.incidents.list()
            return found[0] if found and found[0].tickets == COMPANIES else None

        line = until(tied, "all tickets to be tied")
        told = [each for each in store.outbox.list(limit=100) if each.recipient == "ewa@mf.example"]
    assert (line.number, line.system, line.opened_by) == ("INC0000001", "aes", None)
    assert len(told) == 1
    assert [event["incident"] for event in own.events("surge")] == ["INC0000001"]
    shown = own.house.run("incidents", "show", "inc0000001").out
    assert "About     system aes" in shown
    [number] = [each["number"] for each in own.house.run("tickets", "list", "--json", "--limit", "1").json]
    assert "Incident  INC0000001" in own.house.run("tickets", "show", number).out
    assert own.house.run("incidents", "close", "INC0000001", "--operator", "ewa").out == "INC0000001 is closed\n"


def test_an_incident_is_opened_by_hand_by_a_name_that_says_enough(
    house: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.upgrade_with_people()
    monkeypatch.chdir(house.home)

    assert run(["incidents", "open", "aes", "--note", "AES is down", "--operator", "ewa"]) == 0
    assert run(["incidents", "open", "aes"]) == 1
    assert run(["incidents", "open", "cds"]) == 2
    assert run(["incidents", "list"]) == 0

    said = capsys.readouterr()
    assert "INC0000001 is open; 0 tickets tied to it" in said.out
    assert "an incident about aes is open" in said.err
    assert '"cds" is a service and a system; say which' in said.err
    assert "INC0000001  aes" in said.out
