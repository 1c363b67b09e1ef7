"""`evaluate routing`: scores for people and scripts, and each miss with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailgate.cli.root import run
from tests.cli.house import ROOT

CONFIG = ("--config", str(ROOT / "config.toml"))
NOTHING: dict[str, Any] = {"reason": None, "service": None, "system": None, "kind": None, "matter": None}
CASES = [
    {
        "id": "right",
        "subject": "AKC-WW",
        "body": "Przy wysyłce deklaracji pojawia się błąd.",
        "expect": NOTHING | {"outcome": "ticket", "service": "akc-ww", "system": "zefir2", "kind": "incident"},
        "tags": ["form-symbol", "short"],
    },
    {
        "id": "wrong",
        "subject": "AKC-WW \x1b[31m",
        "body": "Przy wysyłce deklaracji pojawia się błąd.",
        "expect": NOTHING | {"outcome": "reject", "reason": "no_service"},
        "tags": ["short"],
    },
]


@pytest.fixture
def cases(tmp_path: Path) -> str:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    return str(file)


def test_the_scores_stand_in_a_table_in_all_and_by_tag(cases: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "routing", cases, *CONFIG]) == 0

    head, in_all, short, took, *curve = capsys.readouterr().out.splitlines()
    assert head.split() == ["cases", "route", "wrong", "route", "refused", "kind", "matter", "environment"]
    assert in_all.split() == ["all", "2", "50.0%", "50.0%", "0.0%", "100.0%"]
    assert short.split()[:2] == ["short", "2"]
    assert took.startswith("2 mails in ")
    # One of the two tickets is wrong.
    assert curve[2].split() == ["at", "least", "tickets", "of", "them", "wrong"]
    assert curve[3].split() == ["0.0", "2", "(100.0%)", "1", "(50.00%)"]


def test_each_miss_is_shown_with_what_was_expected_what_came_and_why(
    cases: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "routing", cases, "--failures", *CONFIG]) == 0

    said = capsys.readouterr().out
    assert "wrong: missed route (WRONG ROUTE)" in said
    assert "expected  outcome reject, reason no_service" in said
    assert "got       outcome ticket, reason service, service akc-ww" in said
    assert "rule      service (policy.toml:" in said
    assert 'by form "AKC WW"' in said
    assert "\x1b" not in said
    assert "right: missed" not in said


def test_scripts_get_the_same_as_json(cases: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "routing", cases, "--json", "--failures", *CONFIG]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["cases"] == 2
    assert told["scores"]["route"] == {"hits": 1, "of": 2, "share": 0.5}
    assert told["scores"]["wrong_route"]["hits"] == 1
    assert set(told["by_tag"]) == {"short", "form-symbol"}
    assert [miss["id"] for miss in told["failures"]] == ["wrong"]
    assert told["failures"][0]["candidates"][0]["service"] == "akc-ww"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "there is no case in"), ("{}\n", ":1: this line is no case (it is no JSON object"), (None, "cannot be read")],
)
def test_a_file_without_cases_is_told_in_one_sentence(
    text: str | None, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    if text is not None:
        file.write_text(text)

    assert run(["evaluate", "routing", str(file), *CONFIG]) == 1

    captured = capsys.readouterr()
    assert (captured.out, len(captured.err.splitlines())) == ("", 1)
    assert sentence in captured.err
