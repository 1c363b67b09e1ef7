"""Golden mails: real ones beside the rules, with what must become of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailgate.app.house import Folders, read_house
from mailgate.config import Config
from mailgate.core.facts import Known, Person
from mailgate.core.identity import Trust
from mailgate.gate import House
from mailgate.golden import (
    Circumstances,
    Golden,
    accept_golden,
    as_expected,
    find_golden,
    judge,
    read_golden,
    remove_golden,
    run_golden,
    write_golden,
)
from mailgate.rulefiles import read_texts
from mailgate.trouble import Permanent

ROOT = Path(__file__).parent.parent
ANNA = "anna@example.org"
MAIL = b"""\
From: Anna Nowak <anna@example.org>\r
To: helpdesk-eclo@mf.gov.pl\r
Subject: INTRASTAT\r
Message-ID: <1@example.org>\r
Content-Type: text/plain; charset=utf-8\r
\r
Nie moge wyslac deklaracji INTRASTAT.\r
"""
CIRCUMSTANCES = Circumstances(
    received_at=datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
    trust=Trust.PROVEN,
    author=ANNA,
    mail_from=ANNA,
    known=Known(person=Person(login=ANNA, first_contact=date(2025, 1, 15)), has_history=True),
)
GOLDEN = Golden(name="intrastat", content=MAIL, circumstances=CIRCUMSTANCES, expected="")


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(Config(root=ROOT), Folders(rules=ROOT / "rules", templates=ROOT / "templates"))


def kept(house: House, folder: Path, golden: Golden = GOLDEN) -> Golden:
    """A golden mail in the folder, of which what becomes must become."""
    golden = golden.becoming(as_expected(judge(golden, house).decision))
    write_golden(folder, golden)
    return golden


def test_what_becomes_of_it_is_a_line_each(house: House) -> None:
    said = as_expected(judge(GOLDEN, house).decision)

    assert said.splitlines()[:3] == ['outcome = "ticket"', 'reason = "service"', 'service = "intrastat"']
    assert 'candidates = ["intrastat"' in said


def test_a_golden_mail_that_ends_as_it_must_is_no_failure(house: House, tmp_path: Path) -> None:
    golden = kept(house, tmp_path)

    assert run_golden(house, tmp_path) == ()
    assert read_golden(tmp_path) == ((golden,), ())


def test_one_that_ends_elsewhere_fails_with_a_unified_diff(house: House, tmp_path: Path) -> None:
    golden = kept(house, tmp_path)
    write_golden(tmp_path, golden.becoming(golden.expected.replace('"ticket"', '"reject"')))

    [failure] = run_golden(house, tmp_path)

    assert (failure.problem.file, failure.problem.line) == ("golden/intrastat.expected", 1)
    assert "mailgate golden accept intrastat" in failure.problem.message
    assert failure.diff.splitlines()[:2] == [
        "--- golden/intrastat.expected (expected)",
        "+++ golden/intrastat.expected (now)",
    ]
    assert '-outcome = "reject"\n+outcome = "ticket"\n' in failure.diff


def test_what_is_wanted_is_taken_over(house: House, tmp_path: Path) -> None:
    golden = kept(house, tmp_path)
    write_golden(tmp_path, wrong := golden.becoming('outcome = "reject"\n'))

    diff = accept_golden(house, tmp_path, wrong)

    assert '+outcome = "ticket"' in diff
    assert run_golden(house, tmp_path) == ()
    assert accept_golden(house, tmp_path, find_golden(tmp_path, "intrastat")) == ""


def test_the_order_of_lines_blanks_and_remarks_do_not_matter(house: House, tmp_path: Path) -> None:
    golden = kept(house, tmp_path)
    lines = sorted(golden.expected.splitlines())
    write_golden(tmp_path, golden.becoming("# as the desk wants it\n\n" + "\n".join(lines) + "\n"))

    assert run_golden(house, tmp_path) == ()


@pytest.mark.parametrize(
    ("circumstances", "becomes"),
    [
        (replace(CIRCUMSTANCES, trust=Trust.FORGED), ('outcome = "hold"', 'reason = "forged"')),
        (replace(CIRCUMSTANCES, known=Known()), ('outcome = "reject"', 'reason = "no_login"')),
        (
            replace(CIRCUMSTANCES, known=Known(), relay_silent=True, trust=Trust.CLAIMED),
            ('outcome = "hold"', 'reason = "relay_silent"'),
        ),
        (replace(CIRCUMSTANCES, mail_from=""), ('outcome = "ticket"', 'reason = "service"')),
    ],
)
def test_what_was_known_then_is_known_again(
    circumstances: Circumstances, becomes: tuple[str, str], house: House, tmp_path: Path
) -> None:
    golden = kept(house, tmp_path, replace(GOLDEN, circumstances=circumstances))

    assert tuple(golden.expected.splitlines()[:2]) == becomes
    assert find_golden(tmp_path, "intrastat").circumstances == circumstances
    assert run_golden(house, tmp_path) == ()


def test_golden_mails_are_no_rules_and_change_no_revision(house: House, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("# rules\n")
    before = read_texts(tmp_path)

    kept(house, tmp_path)

    assert read_texts(tmp_path) == before


def test_a_damaged_one_is_named_with_a_cure(house: House, tmp_path: Path) -> None:
    kept(house, tmp_path)
    kept(house, tmp_path, replace(GOLDEN, name="other"))
    (tmp_path / "golden" / "intrastat.json").write_text('{"trust": "proven"}')
    (tmp_path / "golden" / "other.expected").unlink()

    damaged, missing = run_golden(house, tmp_path)

    assert damaged.problem.file == "golden/intrastat.json"
    assert "lacks received_at" in damaged.problem.message
    assert missing.problem.file == "golden/other.expected"
    assert "mailgate golden remove other" in missing.problem.message


def test_one_that_is_removed_is_gone_whole(house: House, tmp_path: Path) -> None:
    kept(house, tmp_path)

    remove_golden(tmp_path, "intrastat")

    assert list((tmp_path / "golden").iterdir()) == []
    with pytest.raises(Permanent, match="there is no golden mail"):
        find_golden(tmp_path, "intrastat")


@pytest.mark.parametrize("name", ["../policy", "", ".hidden", "Ä", "a/b"])
def test_no_file_outside_of_the_folder_is_touched(name: str, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="cannot be the name"):
        write_golden(tmp_path, replace(GOLDEN, name=name))
    with pytest.raises(Permanent, match="there is no golden mail"):
        remove_golden(tmp_path, name)
