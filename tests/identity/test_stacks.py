"""Header stacks of real servers and of forgers, and who wrote each mail (stacks.txt)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.core.identity import Identity, IdentityPolicy, Trust, identify
from mailgate.core.mail import Envelope, RawMessage, Source
from mailgate.core.mail.read import read

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOURCES: tuple[Source, ...] = ("smtp", "lmtp", "imap", "pipe", "file")
STACKS = (Path(__file__).parent / "stacks.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Case:
    sentence: str
    said: dict[str, str]
    remarks: tuple[str, ...]
    headers: str


def read_case(text: str) -> Case:
    told, _, headers = text.partition("\n--\n")
    sentence, *lines = told.strip().splitlines()
    pairs = [line.split(": ", 1) for line in lines]
    remarks = tuple(value for key, value in pairs if key == "remark")
    return Case(sentence=sentence, said=dict(pairs), remarks=remarks, headers=headers.strip() + "\n\n")


CASES = [read_case(text) for text in STACKS.split("\n## ")[1:]]


def identity_of(case: Case) -> Identity:
    client = case.said.get("client", "192.0.2.10")
    envelope = Envelope(
        source=next(source for source in SOURCES if source == case.said.get("source", "smtp")),
        client=None if client == "none" else client,
        login=case.said.get("login"),
    )
    policy = IdentityPolicy(
        authserv_ids=tuple(case.said.get("ids", "mx.mf.gov.pl").split()),
        networks=("192.0.2.0/24", "2001:db8::/64"),
        sources=tuple(source for source in SOURCES if source in case.said.get("sources", "").split()),
        vouched="vouched" in case.said,
    )
    content = case.headers.replace("\n", "\r\n").encode()
    return identify(read(RawMessage(content=content, envelope=envelope, received_at=NOON)), envelope, policy)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_the_author_and_the_proof(case: Case) -> None:
    identity = identity_of(case)
    assert (identity.trust, identity.evidence) == (Trust(case.said["trust"]), case.said["evidence"])
    assert identity.remarks == case.remarks
    assert (identity.address is None) == (case.said.get("address") == "none")


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.said.get("address", "none") != "none"], ids=lambda c: c.sentence
)
def test_the_address_in_its_one_form(case: Case) -> None:
    assert identity_of(case).address == case.said["address"]


@pytest.mark.parametrize(
    ("case", "method"),
    [pytest.param(c, m, id=f"{m}: {c.sentence}") for c in CASES for m in ("spf", "dmarc", "arc") if m in c.said],
)
def test_a_result_is_reported_as_the_relay_spelt_it(case: Case, method: str) -> None:
    assert getattr(identity_of(case), method) == case.said[method]


@pytest.mark.parametrize("case", [c for c in CASES if "dkim" in c.said], ids=lambda c: c.sentence)
def test_each_signature_is_reported(case: Case) -> None:
    assert ", ".join(identity_of(case).dkim) == case.said["dkim"]
