"""Verify mode and relay mode through the commands and the daemon, with a real DNS server beside them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import ANNA, Daemon, Installation, sample, until
from tests.proof.nameserver import Nameserver, Zone, nameserver
from tests.proof.signer import Signer, record, rsa_key

DARIUSZ = "dariusz.zielinski@paliwa-mazowsze.example"
# Our relay's header says dmarc=pass; in verify mode nobody believes it.
UNLOCK = sample("13-odblokowanie-konta.eml")
ZONE: Zone = {
    "paliwa-mazowsze.example": [("TXT", "v=spf1 ip4:127.0.0.1 -all")],
    "_dmarc.paliwa-mazowsze.example": [("TXT", "v=DMARC1; p=reject")],
    "spedycja-baltyk.example": [("TXT", "v=spf1 -all")],
    "_dmarc.spedycja-baltyk.example": [("TXT", "v=DMARC1; p=reject")],
    "s1._domainkey.firma.example": [("TXT", record(rsa_key()))],
}
MAIL = """\
From: Jan Kowalski <jan@firma.example>
To: helpdesk-eclo@mf.gov.pl
Subject: SENT100 odrzucone
Date: Fri, 20 Nov 2026 11:58:00 +0100
Message-ID: <jan.1@firma.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry, zgłoszenie SENT100 zostało odrzucone.
"""


@pytest.fixture
def dns() -> Iterator[Nameserver]:
    with nameserver(ZONE) as server:
        yield server


def installation(tmp_path: Path, dns: Nameserver) -> Installation:
    config = f'[identity]\nmode = "verify"\nresolver = "127.0.0.1"\nresolver_port = {dns.port}\n'
    return Installation.make(tmp_path / "verify", config=config)


@pytest.fixture
def verifying(tmp_path: Path, dns: Nameserver) -> Iterator[Daemon]:
    house = installation(tmp_path, dns)
    house.upgrade_with_people()
    with house.daemon() as running:
        yield running


def test_explain_gives_a_file_the_envelope_it_came_with(tmp_path: Path, dns: Nameserver) -> None:
    house = installation(tmp_path, dns)
    signed = Signer(domain="firma.example", key=rsa_key()).dkim(MAIL).replace("\n", "\r\n")
    (house.home / "mail.eml").write_bytes(signed.encode())
    envelope = ("--client", "127.0.0.1", "--helo", "mx.paliwa-mazowsze.example", "--mail-from", DARIUSZ)

    answer = house.run("explain", "--json", *envelope, "mail.eml")

    assert answer.code == 0, answer.err
    identity = answer.json["identity"]
    assert (identity["address"], identity["trust"]) == ("jan@firma.example", "proven")
    assert (identity["spf"], identity["dkim"], identity["dmarc"], identity["arc"]) == ("pass", ["pass"], "none", "none")


def test_what_dns_says_decides_and_is_kept_beside_the_bytes(verifying: Daemon) -> None:
    proven = verifying.settled(verifying.send(UNLOCK, sender=DARIUSZ)[0])
    forged = verifying.settled(verifying.send(sample("01-sent100-odrzucone.eml"), sender=ANNA)[0])

    assert (proven.decisions[-1].outcome, proven.decisions[-1].reason) == ("ticket", "matter")
    assert (forged.decisions[-1].outcome, forged.decisions[-1].reason) == ("hold", "forged")
    house = verifying.house
    assert house.run("messages", "raw", str(proven.line.id)).out.encode() == UNLOCK
    both = house.run("messages", "raw", "--results", str(proven.line.id)).out.encode()
    assert both.endswith(UNLOCK)
    assert both.startswith(b"Authentication-Results: mailgate.localhost;")
    assert f"spf=pass smtp.mailfrom={DARIUSZ}".encode() in both
    shown = json.loads(house.run("messages", "show", "--json", str(proven.line.id)).out)
    assert "dmarc=pass" in shown["receipts"][0]["results"]


def test_a_dns_that_hangs_never_keeps_a_sender_waiting_or_refuses_anybody(verifying: Daemon, dns: Nameserver) -> None:
    dns.mood = "servfail"
    [digest] = verifying.send(sample("01-sent100-odrzucone.eml"), sender=ANNA)

    settled = verifying.settled(digest)

    assert (settled.decisions[-1].outcome, settled.decisions[-1].reason) == ("ticket", "service")
    assert "spf=temperror" in (settled.receipts[0].results or "")


def test_without_a_resolver_the_mistake_is_named(tmp_path: Path) -> None:
    house = Installation.make(tmp_path / "house", config='[identity]\nmode = "verify"\nresolver = "dns.example"\n')

    answer = house.run("check")

    assert answer.code == 1
    assert 'identity.resolver: "dns.example" is no IP address' in answer.out + answer.err


def test_a_relay_that_falls_silent_is_an_alarm_and_no_wave_of_refusals(tmp_path: Path) -> None:
    house = Installation.make(tmp_path / "relay")
    house.upgrade_with_people()
    stranger = MAIL.replace("\n", "\r\n").encode()
    with house.daemon() as daemon:
        heard = [with_header(stranger, number) for number in range(3)]
        for digest in daemon.send(*heard):
            assert daemon.settled(digest).decisions[-1].outcome == "reject"
        for digest in daemon.send(*(numbered(stranger, 10 + number) for number in range(3))):
            daemon.settled(digest)
        held = daemon.settled(daemon.send(numbered(stranger, 20))[0]).decisions[-1]
        ticket = daemon.settled(daemon.send(without_header(sample("01-sent100-odrzucone.eml")))[0]).decisions[-1]

        assert (held.outcome, held.reason, held.letter) == ("hold", "relay_silent", "none")
        assert ticket.outcome == "ticket"
        [alarm] = until(lambda: daemon.events("relay silent"), "the alarm")
        assert (alarm["level"], alarm["way"]) == ("error", "127.0.0.1")
        assert "ALARM     the relay at 127.0.0.1 is silent" in house.run("balance").out
        assert json.loads(house.run("balance", "--json").out)["silent_relays"][0]["way"] == "127.0.0.1"

        spoken = daemon.settled(daemon.send(with_header(stranger, 30))[0]).decisions[-1]
        assert spoken.outcome == "reject"
        again = daemon.settled(daemon.send(with_header(stranger, 31))[0]).decisions[-1]
        assert again.outcome == "reject"
        until(lambda: daemon.events("relay speaks again"), "the end of the alarm")
        assert json.loads(house.run("balance", "--json").out)["silent_relays"] == []


def numbered(mail: bytes, number: int) -> bytes:
    return mail.replace(b"<jan.1@", b"<jan.%d@" % number)


def with_header(mail: bytes, number: int) -> bytes:
    own = b"Authentication-Results: mailgate.localhost; dmarc=pass header.from=firma.example\r\n"
    return own + numbered(mail, number)


def without_header(mail: bytes) -> bytes:
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"authentication-results")]
    return b"\r\n".join([*kept, b"", body])
