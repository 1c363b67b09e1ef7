"""Public test suites by others, through our own road of identity, with their zones on a real DNS server.

Each difference is written down with its reason; a new one, and one that is gone, fails the test.
"""

from pathlib import Path

import yaml

from tests.proof.nameserver import Zone
from tests.proof.spf_suite import read_suite
from tests.proof.world import world

SUITES = Path(__file__).parent / "suites"
# The ARC suite expects these to pass.
ARC_DIFFERENCES = {
    # RFC 8301 has taken rsa-sha1 out of use; the suite's other runners leave these out.
    "ams_fields_a_sha1",
    "as_fields_a_sha1",
    # RFC 6376 section 3.5: h= is a list of at least one field. An empty one signs no header at all.
    "ams_fields_h_empty",
}
MAIL = "From: Jan Kowalski <jan@author.example>\nSubject: SENT100\n\nDzień dobry\n"


def test_the_spf_test_suite_of_rfc_7208_agrees_in_every_case() -> None:
    cases, wrong = 0, {}
    for scenario in read_suite(SUITES / "rfc7208-tests.yml"):
        with world(scenario.zone) as at:
            for case in scenario.cases:
                found = at.identity(MAIL, client=case.client, helo=case.helo, mail_from=case.mail_from)
                cases += 1
                if found.spf not in case.right:
                    wrong[case.name] = found.spf
    assert wrong == {}
    assert cases == 203


def test_the_arc_test_suite_agrees_but_for_what_is_written_down() -> None:
    cases, wrong = 0, set()
    for scenario in yaml.safe_load_all((SUITES / "arc-draft-validation-tests.yml").read_text(encoding="utf-8")):
        zone: Zone = {name: [("TXT", key.replace("\n", ""))] for name, key in scenario["txt-records"].items()}
        with world(zone) as at:
            for name, case in scenario["tests"].items():
                cases += 1
                if at.identity(case["message"] or "").arc != (case["cv"] or "fail").lower():
                    wrong.add(name)
    assert wrong == ARC_DIFFERENCES
    assert cases == 170
