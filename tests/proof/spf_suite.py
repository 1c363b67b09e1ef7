"""The SPF test suites of the standard's authors (rfc7208-tests.yml, rfc4408-tests.yml), as cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.proof.nameserver import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of the suite, and the answers that are right."""

    name: str
    client: str
    helo: str
    mail_from: str
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Cases that share a zone."""

    zone: Zone
    cases: tuple[Case, ...]


def read_suite(file: Path) -> Iterator[Scenario]:
    """Every scenario of the file."""
    for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        yield Scenario(
            zone={str(name).lower(): _records(items) for name, items in document["zonedata"].items()},
            cases=tuple(_case(name, told) for name, told in document["tests"].items()),
        )


def _case(name: str, told: dict[str, Any]) -> Case:
    right = told["result"]
    return Case(
        name=name,
        client=str(told["host"]),
        helo=told["helo"] or "",
        mail_from=told["mailfrom"] or "",
        right=tuple(right) if isinstance(right, list) else (right,),
    )


def _records(items: list[Any]) -> Any:
    """The records of a name. A record of type SPF stands for the same TXT, unless the name has TXT of its own."""
    if "TIMEOUT" in items and all(item == "TIMEOUT" for item in items):
        return "servfail"
    pairs = [pair for item in items if isinstance(item, dict) for pair in item.items()]
    has_own = any(kind == "TXT" for kind, _ in pairs)
    records: list[tuple[str, Any]] = [("*", "servfail")] if "TIMEOUT" in items else []
    for kind, value in pairs:
        if value in ("NONE", "TIMEOUT"):
            continue
        if kind == "SPF":
            records += [] if has_own else [("TXT", value)]
        elif kind == "MX":
            records.append(("MX", f"{value[0]} {value[1] or '.'}"))
        else:
            records.append((kind, value))
    return records
