"""`rules/desk.toml`: what letters tell about the desk, and every way to write it wrong."""

import pytest

from mailgate.core.published import Handling, Published, read_published
from mailgate.core.request import Kind
from mailgate.core.tables import read_tables
from tests.letters.builder import ROOT, office

DESK = """\
[desk]
portal_url = "https://puesc.gov.pl"
portal_menu = "POMOC"
portal_item = "Help Desk SISC"
faq_url = "https://puesc.gov.pl/pomoc"
phone = "+48 33 483 20 55"
"""


def read(text: str) -> tuple[Published, list[str]]:
    tables, problems = read_tables("desk.toml", text)
    published, mistakes = read_published(tables)
    return published, [str(problem) for problem in (*problems, *mistakes)]


def test_the_operators_own_file_tells_the_published_facts() -> None:
    published = office().published
    assert published.phone == "+48 33 483 20 55"
    assert (published.phone_wait_minutes, published.phone_queue_limit, published.phone_drop_minutes) == (6, 10, 30)
    assert published.complaint_days == 5
    assert set(published.handling) == set(Kind)


def test_the_operators_own_file_says_that_no_handling_time_is_published() -> None:
    text = (ROOT / "rules" / "desk.toml").read_text(encoding="utf-8")
    assert "The desk publishes no times today." in text


def test_a_good_file_has_no_mistakes() -> None:
    published, problems = read(DESK + '[[handling]]\nkind = "incident"\nusual_days = 2\n')
    assert problems == []
    assert published.handling == {Kind.INCIDENT: Handling(usual_days=2, longest_days=0)}


def test_tables_of_other_rooms_are_left_alone() -> None:
    assert read(DESK + '[[service]]\nid = "x"\n')[1] == []


def test_a_folder_without_desk_is_told() -> None:
    assert read("")[1] == [
        "desk.toml:0: there is no [desk]; write down the portal, the phone and the other facts that letters tell"
    ]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('fone = "1"', 'desk.toml:7: [desk] has no key "fone"; did you mean "phone"?'),
        ("complaint_days = -1", 'desk.toml:7: "complaint_days" must be a whole number, 0 or more'),
        ("complaint_days = 1.5", 'desk.toml:7: "complaint_days" must be a whole number, 0 or more'),
        ("complaint_days = inf", 'desk.toml:7: "complaint_days" must be a whole number, 0 or more'),
        ("complaint_days = nan", 'desk.toml:7: "complaint_days" must be a whole number, 0 or more'),
        ('complaint_days = "5"', 'desk.toml:7: "complaint_days" must be a number'),
        ('never_write_to = ["a@b", "c"]', 'desk.toml:7: "c" is no mail address; write "name@example.org"'),
        ('never_write_to = "a@b"', 'desk.toml:7: "never_write_to" must be a list of texts: ["one", "two"]'),
        ("[desk2]\n[[handling]]\n", 'desk.toml:8: [handling] needs "kind": a text in quotes'),
        ('[[handling]]\nkind = "error"', 'desk.toml:8: "kind" cannot be "error"; known are '),
        ('[[handling]]\nkind = "incident"\n[[handling]]\nkind = "incident"', "desk.toml:10: the times of"),
        ('[[handling]]\nkind = "incident"\nusual_days = 9\nlongest_days = 2', 'desk.toml:9: "usual_days" is more than'),
        ('[[handling]]\nkind = "incident"\ndays = 9', 'desk.toml:9: [handling] has no key "days"'),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_cure(line: str, mistake: str) -> None:
    problems = read(f"{DESK}{line}\n")[1]
    assert any(problem.startswith(mistake) for problem in problems), problems


@pytest.mark.parametrize(
    "url", ["puesc.gov.pl", "http://puesc.gov.pl", "https://a b", "javascript:alert(1)", "https://a)b"]
)
def test_an_address_that_letters_cannot_link_to_is_told(url: str) -> None:
    assert any("must be a whole address" in each for each in read(DESK.replace("https://puesc.gov.pl/pomoc", url))[1])


@pytest.mark.parametrize("phone", ["33-483-20-55", "zadzwoń", "+48  33 483", "1", "+48 33 483 20 55;x=1"])
def test_a_phone_that_cannot_be_called_is_told(phone: str) -> None:
    assert any("must be digits and single blanks" in each for each in read(DESK.replace("+48 33 483 20 55", phone))[1])


def test_all_mistakes_are_told_at_once() -> None:
    assert len(read("[desk]\nphone = 5\nfaq_url = 7\ncomplaint_days = -2\n")[1]) == 6
