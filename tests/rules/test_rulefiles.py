"""The folder of rules, on a real disk."""

from pathlib import Path

from mailgate.core.rulebook import Rulebook
from mailgate.rulefiles import read_rules, read_texts
from tests.rules.builder import CATALOGUE, LAST


def folder(tmp_path: Path) -> Path:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "all.toml").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "policy.toml").write_text(LAST, encoding="utf-8")
    return tmp_path


def test_every_file_below_the_folder_is_read(tmp_path: Path) -> None:
    book = read_rules(folder(tmp_path))

    assert isinstance(book, Rulebook)
    assert set(book.texts) == {"policy.toml", "services/all.toml"}
    assert book.rules[0].source == "policy.toml:1"


def test_copies_of_editors_and_other_files_are_left_alone(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    for name in (".#policy.toml", "policy.toml~", "policy.toml.bak", "README.md"):
        (rules / name).write_text("not TOML at all", encoding="utf-8")
    (rules / ".git").mkdir()
    (rules / ".git" / "x.toml").write_text("nor this", encoding="utf-8")

    assert isinstance(read_rules(rules), Rulebook)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (rules / "policy.toml").write_bytes(b"\xef\xbb\xbf" + LAST.replace("\n", "\r\n").encode())

    assert isinstance(read_rules(rules), Rulebook)


def test_a_file_in_another_charset_is_told_with_its_line(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (rules / "labels.toml").write_bytes("# opis\n# zażółć".encode("cp1250"))

    problems = read_rules(rules)

    assert not isinstance(problems, Rulebook)
    assert [str(problem) for problem in problems] == ["labels.toml:2: is not UTF-8; save the file as UTF-8"]


def test_an_empty_or_missing_folder_is_one_problem(tmp_path: Path) -> None:
    texts, problems = read_texts(tmp_path / "rules")

    assert texts == {}
    assert len(problems) == 1
    assert read_rules(tmp_path / "rules") == problems


def test_templates_that_rules_name_must_be_there(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (rules / "policy.toml").write_text(LAST.replace('"reject"', '"reject", template = "reject-x"'), encoding="utf-8")

    assert isinstance(read_rules(rules), Rulebook)
    assert isinstance(read_rules(rules, templates=["reject-x"]), Rulebook)
    assert not isinstance(read_rules(rules, templates=["reject-y"]), Rulebook)
