"""Run collections of other people's tests through our own road of identity: `python -m tests.proof.collections FOLDER`.

What is found in the folder or below it is run, with its own zone on a DNS server on loopback:

- `rfc7208-tests.yml`, `rfc4408-tests.yml`: SPF, by the authors of the standard (pyspf and Mail::SPF have them).
- `arc-draft-validation-tests.yml`: ARC, by ValiMail (Mail::DKIM has it).
- `verifier.t` with `FAKE_DNS.dat` and `corpus/` beside it: DKIM, by Mail::DKIM. Its DomainKeys are left out.

Each difference is printed with our reason.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from mailgate.core.identity.results import Result, read_results
from tests.proof.nameserver import Zone
from tests.proof.spf_suite import read_suite
from tests.proof.world import World, world

# Case, what is expected, what we found, and why.
Found = tuple[str, str, str, str]
_EXPECTED = re.compile(r'test_email\(\s*"([^"]+)",\s*"(\w+)"')
_MAIL = "From: Jan <jan@author.example>\n\nDzień dobry\n"


def spf(file: Path) -> Iterator[Found]:
    """Every case of an SPF suite."""
    for scenario in read_suite(file):
        with world(scenario.zone) as at:
            for case in scenario.cases:
                found = _results(at, _MAIL, "spf", client=case.client, helo=case.helo, mail_from=case.mail_from)[0]
                expected = found.result if found.result in case.right else " or ".join(case.right)
                yield case.name, expected, found.result, found.reason


def arc(file: Path) -> Iterator[Found]:
    """Every case of the ARC suite."""
    for scenario in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        zone: Zone = {name: [("TXT", key.replace("\n", ""))] for name, key in scenario["txt-records"].items()}
        with world(zone) as at:
            for name, case in scenario["tests"].items():
                found = _results(at, case["message"] or "", "arc")[0]
                yield name, (case["cv"] or "fail").lower(), found.result, found.reason


def dkim(file: Path) -> Iterator[Found]:
    """Every mail of Mail::DKIM's corpus for which its test names a result."""
    zone: dict[str, list[tuple[str, str]] | str] = {}
    for line in (file.parent / "FAKE_DNS.dat").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(" ")
        if name and value and not name.startswith("#") and value.strip() != "NXDOMAIN":
            zone[name.lower()] = "servfail" if value.strip().startswith("~~") else [("TXT", value.strip().strip('"'))]
    with world(zone) as at:  # type: ignore[arg-type]  # the two forms of a zone's values, made above
        for name, expected in _EXPECTED.findall(file.read_text(encoding="utf-8")):
            if "dk_" in name:
                continue
            mail = (file.parent / "corpus" / name).read_bytes().decode("utf-8", "surrogateescape")
            results = _results(at, mail.replace("\r\n", "\n"), "dkim")
            verdicts = [result.result for result in results]
            ours = next((word for word in ("pass", "fail") if word in verdicts), "invalid")
            yield name, expected, ours, "; ".join(result.reason for result in results if result.reason)


def _results(
    at: World,
    mail: str,
    method: str,
    *,
    client: str | None = None,
    helo: str | None = None,
    mail_from: str | None = None,
) -> tuple[Result, ...]:
    raw = at.raw(mail, client=client, helo=helo, mail_from=mail_from)
    return read_results(raw.results or "").of(method)


def main(folder: Path) -> None:
    """Run what is there, and print what differs."""
    kinds = {"rfc[47]*8-tests.yml": spf, "arc-draft-validation-tests.yml": arc, "verifier.t": dkim}
    for pattern, run in kinds.items():
        for file in sorted(folder.rglob(pattern)):
            cases = list(run(file))
            wrong = [case for case in cases if case[1] != case[2]]
            print(f"{file.relative_to(folder)}: {len(cases)} cases, {len(cases) - len(wrong)} agree")  # noqa: T201  (a script that prints)
            for name, expected, found, reason in wrong:
                print(f"    {name}: expected {expected}, found {found}: {reason}")  # noqa: T201  (a script that prints)
            for reason, count in Counter(reason.partition(";")[0] for *_, reason in wrong).most_common():
                print(f"  {count} x {reason}")  # noqa: T201  (a script that prints)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
