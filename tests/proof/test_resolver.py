"""The resolver: bounded, remembered, and back to normal without help when DNS hangs, lies or dies."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from mailgate.core.identity import Trust
from mailgate.proof.resolver import Answer, Resolver, ResolverSettings, Unanswered
from tests.proof.nameserver import Fault, Nameserver, Zone, nameserver
from tests.proof.world import world

ZONE: Zone = {
    "firma.example": [("TXT", "v=spf1 ip4:192.0.2.10 -all"), ("A", "192.0.2.10"), ("AAAA", "2001:db8::10")],
    "alias.example": [("CNAME", "firma.example")],
    "circle.example": [("CNAME", "circle.example")],
    "long.example": [("TXT", [f"{number:0200}" for number in range(100)])],
    "mail.example": [("MX", "20 b.mail.example"), ("MX", "10 a.mail.example")],
    "": [("NS", "ns.example")],
}
MAIL = "From: Jan <jan@firma.example>\nSubject: SENT100\n\nDzień dobry\n"


@dataclass(slots=True)
class Clock:
    """A clock that the test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def resolver(server: Nameserver, clock: Clock | None = None, *, timeout: float = 0.3) -> Resolver:
    settings = ResolverSettings(address="127.0.0.1", port=server.port, timeout=timeout)
    return Resolver(settings, clock) if clock else Resolver(settings)


def test_it_answers_what_the_zone_says() -> None:
    with nameserver(ZONE) as server:
        found = resolver(server)
        assert found.ask("firma.example", "A").values == ("192.0.2.10",)
        assert found.ask("FIRMA.example.", "AAAA").values == ("2001:db8::10",)
        assert found.ask("alias.example", "A").values == ("192.0.2.10",)
        assert found.ask("mail.example", "MX").values == ("a.mail.example", "b.mail.example")
        assert found.ask("firma.example", "MX") == Answer()
        assert found.ask("nobody.example", "A") == Answer(exists=False)


def test_aliases_in_a_circle_lead_to_nothing() -> None:
    with nameserver(ZONE) as server:
        assert resolver(server).ask("circle.example", "A").void


@pytest.mark.parametrize("name", ["a..example", "x" * 64 + ".example", ".".join(["abcdefgh"] * 40)])
def test_what_can_be_no_name_does_not_exist_and_is_not_asked(name: str) -> None:
    with nameserver(ZONE) as server:
        assert resolver(server).ask(name, "A") == Answer(exists=False)
        assert server.asked == []


def test_an_answer_too_long_for_udp_comes_by_tcp() -> None:
    with nameserver(ZONE) as server:
        assert resolver(server).ask("long.example", "TXT").texts == (b"".join(b"%0200d" % n for n in range(100)),)
        assert server.count("long.example") == 2


def test_an_answer_is_asked_for_once_until_it_is_too_old() -> None:
    clock = Clock()
    with nameserver(ZONE) as server:
        found = resolver(server, clock)
        for name in ("firma.example", "nobody.example"):
            found.ask(name, "A")
            found.ask(name.upper(), "A")
            assert server.count(name) == 1
        clock.now += 61
        found.ask("firma.example", "A")
        assert server.count("firma.example") == 2


def test_a_ttl_is_believed_within_bounds() -> None:
    clock = Clock()
    with nameserver(ZONE) as server:
        found = resolver(server, clock)
        server.ttl = 0
        found.ask("firma.example", "A")
        found.ask("firma.example", "A")
        assert server.count("firma.example") == 1
        server.ttl = 86_400 * 30
        found.ask("mail.example", "MX")
        clock.now += 3_601
        found.ask("mail.example", "MX")
        assert server.count("mail.example") == 2


def test_the_memory_has_a_size() -> None:
    with nameserver(ZONE) as server:
        small = Resolver(ResolverSettings(address="127.0.0.1", port=server.port, cache_size=2))
        for name in ("firma.example", "mail.example", "alias.example", "firma.example"):
            small.ask(name, "A")
        assert server.count("firma.example") == 2


def test_many_who_want_to_know_the_same_ask_once() -> None:
    with nameserver(ZONE) as server:
        found = resolver(server, timeout=2.0)
        start = threading.Barrier(16)

        def ask(_: int) -> Answer:
            start.wait(5)
            return found.ask("firma.example", "A")

        with ThreadPoolExecutor(16) as threads:
            answers = set(threads.map(ask, range(16)))
        assert answers == {Answer(values=("192.0.2.10",))}
        assert server.count("firma.example") == 1


@pytest.mark.parametrize("mood", ["hang", "servfail", "refused", "other question", "other number", "rubbish"])
def test_a_resolver_that_fails_or_lies_is_not_believed_and_is_asked_again_later(mood: Fault) -> None:
    clock = Clock()
    with nameserver(ZONE) as server:
        found = resolver(server, clock)
        server.mood = mood
        with pytest.raises(Unanswered):
            found.ask("firma.example", "A")
        asked = server.count("firma.example")
        with pytest.raises(Unanswered):
            found.ask("firma.example", "A")
        assert server.count("firma.example") == asked
        server.mood = None
        clock.now += 4
        assert found.ask("firma.example", "A").values == ("192.0.2.10",)


def test_who_had_no_time_left_spoils_the_answer_for_nobody() -> None:
    with nameserver(ZONE) as server:
        found = resolver(server)
        with pytest.raises(Unanswered):
            found.ask("firma.example", "A", patience=0.0)
        assert found.ask("firma.example", "A").values == ("192.0.2.10",)


def test_a_dead_resolver_is_left_alone_and_found_again_when_it_lives() -> None:
    clock = Clock()
    with nameserver(ZONE) as server:
        found = resolver(server, clock)
        server.mood = "hang"
        for number in range(3):
            with pytest.raises(Unanswered):
                found.ask(f"{number}.example", "A")
        asked = len(server.asked)
        for number in range(50):
            with pytest.raises(Unanswered, match="left alone"):
                found.ask(f"other{number}.example", "A")
        assert len(server.asked) == asked
        # After the pause it is still dead, and costs one question.
        clock.now += 16
        with pytest.raises(Unanswered, match="still"):
            found.ask("firma.example", "A")
        # It lives again.
        server.mood = None
        clock.now += 16
        assert found.ask("firma.example", "A").values == ("192.0.2.10",)
        assert found.ask("mail.example", "A").void


def test_domains_that_hang_do_not_make_us_deaf_for_the_others() -> None:
    hanging: dict[str, Fault] = {f"{number}.trap.example": "hang" for number in range(5)}
    with nameserver({**ZONE, **hanging}) as server:
        found = resolver(server)
        for name in hanging:
            with pytest.raises(Unanswered):
                found.ask(name, "A")
        assert found.ask("firma.example", "A").values == ("192.0.2.10",)


def test_a_port_where_nobody_listens_is_no_answer() -> None:
    with nameserver(ZONE) as server:
        found = resolver(server)
    with pytest.raises(Unanswered):
        found.ask("firma.example", "A")


@pytest.mark.parametrize("mood", ["hang", "servfail", "other number", "rubbish"])
def test_a_mail_is_claimed_while_dns_is_ill_and_proven_when_it_is_well(mood: Fault) -> None:
    with world({**ZONE, "_dmarc.firma.example": [("TXT", "v=DMARC1; p=reject")]}, timeout=0.3) as at:
        at.server.mood = mood
        ill = at.identity(MAIL, client="192.0.2.66", mail_from="jan@firma.example")
        assert (ill.spf, ill.dmarc, ill.trust) == ("temperror", "temperror", Trust.CLAIMED)
    with world({**ZONE, "_dmarc.firma.example": [("TXT", "v=DMARC1; p=reject")]}) as at:
        well = at.identity(MAIL, client="192.0.2.10", mail_from="jan@firma.example")
        assert (well.spf, well.dmarc, well.trust) == ("pass", "pass", Trust.PROVEN)


def test_one_mail_may_not_ask_for_ever() -> None:
    terms = " ".join(f"a:{number}.firma.example" for number in range(9))
    greedy: Zone = {
        "firma.example": [("TXT", f"v=spf1 {terms} -all")],
        **{f"{number}.firma.example": "hang" for number in range(9)},
    }
    with world(greedy, timeout=0.2, patience=0.5) as at:
        assert at.identity(MAIL, client="192.0.2.66", mail_from="jan@firma.example").spf == "temperror"
        assert len({name for name, _ in at.server.asked if name.endswith("firma.example")}) < 6
