"""What operators write into templates, and every way to write it wrong."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.reply import read_letters
from mailgate.core.reply.particulars import Choice, Particulars
from tests.letters.builder import ROOT, template_files

GOOD = "Subject: Sprawa {{ number }}\n\nDzień dobry,\n\nmamy Twoją wiadomość.\n"


def read(text: str = GOOD, **more: str) -> list[str]:
    """The mistakes in `pl/a.md`, beside a faultless `en/a.md` and other files."""
    files = {"pl/a.md": text, "en/a.md": GOOD, **{name.replace("__", "/") + ".md": body for name, body in more.items()}}
    return [str(problem) for problem in read_letters(files)[1]]


def names(files: dict[str, str]) -> frozenset[str]:
    return read_letters(files)[0].names


def test_the_operators_own_templates_are_without_mistakes() -> None:
    letters, problems = read_letters(template_files())
    assert problems == ()
    assert letters.names == {
        "ticket", "append", "clarify", "hold", "hold-unproven-request", "reject-no-service", "reject-complaint",
        "reject-form-filling", "reject-misdirected", "reject-not-entitled", "reject-no-login", "reject-no-history",
        "clarify-again", "clarify-reminder", "hold-choice", "reject-late-answer", "ticket-later",
    }  # fmt: skip


def test_a_good_template_has_no_mistakes() -> None:
    assert read() == []


def test_a_placeholder_that_does_not_exist_is_named_with_its_line_and_the_nearest_one() -> None:
    assert read("Subject: Sprawa\n\nDzień dobry\n\n{{ numbr }}\n") == [
        'pl/a.md:5: there is no placeholder "numbr"; did you mean "number"?'
    ]


def test_a_placeholder_in_a_branch_that_is_never_taken_is_found_too() -> None:
    assert read('Subject: S\n\na\n\n{% if kind == "nothing" %}\n{{ foo }}\n{% endif %}\n')[0].startswith("pl/a.md:6: ")


def test_a_placeholder_in_the_subject_is_found_at_line_one() -> None:
    assert read("Subject: {{ nummer }}\n\na\n") == [
        'pl/a.md:1: there is no placeholder "nummer"; did you mean "number"?'
    ]


def test_all_mistakes_are_named_at_once() -> None:
    text = (
        "Subject: {{ one }}\n\n{{ two }}\n\n{% for c in choices %}\n{{ c.titel }}\n{% endfor %}\n{{ number | shout }}\n"
    )
    assert [each.partition(": ")[0] for each in read(text)] == ["pl/a.md:1", "pl/a.md:3", "pl/a.md:6", "pl/a.md:8"]


def test_an_attribute_that_does_not_exist_is_named() -> None:
    assert read("Subject: S\n\n{% for c in choices %}\n{{ c.titel }}\n{% endfor %}\nx\n") == [
        'pl/a.md:4: nothing here has ".titel"; did you mean "title"?'
    ]


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("{{ number | upperr }}", 'pl/a.md:3: Jinja2 knows no "upperr"; did you mean "upper"?'),
        ("{% if number %}", "pl/a.md:3: Jinja2 cannot read this: "),
        ("{{ number }", "pl/a.md:3: Jinja2 cannot read this: "),
        ('{% include "_foter.md" %}', 'pl/a.md:3: there is no part "pl/_foter.md"'),
        ("{% include number %}", "pl/a.md:3: include takes the name of one part in quotes"),
        ("{% macro a() %}x{% endmacro %}x", "pl/a.md:3: write what several letters share into a part"),
        ("[x](javascript:alert)", "pl/a.md:0: a link is no link"),
        ("[x](https://a.example/a b)", "pl/a.md:0: a link is no link"),
        ("[x](http://puesc.gov.pl)", 'pl/a.md:0: the link to "http://puesc.gov.pl" leads nowhere'),
        ("[x]({{ page }})", 'pl/a.md:0: the link to "" leads nowhere'),
        ("[x](https://a.example/{{ number }})", "pl/a.md:0: the ticket number cannot stand in a link"),
        ("{% if false %}x{% endif %}", "pl/a.md:0: the letter comes out empty"),
        ("{{ longest_days / 0 }}", "pl/a.md:3: cannot be filled in: division by zero"),
        ("{{ number + 1 }}", "pl/a.md:3: cannot be filled in: "),
        ("{{ choices[7].title }}", "pl/a.md:3: cannot be filled in: "),
        ("{{ ''.__class__ }}", 'pl/a.md:3: nothing here has ".__class__"'),
        ("{{ number['__class__'] }}", "pl/a.md:3: cannot be filled in: "),
        ("{{ number | attr('__class__') }}", "pl/a.md:3: cannot be filled in: "),
        ("{{ range(9) }}", 'pl/a.md:3: there is no placeholder "range"'),
    ],
)
def test_a_mistake_is_named_with_its_line(body: str, mistake: str) -> None:
    problems = read(f"Subject: S\n\n{body}\n")
    assert any(problem.startswith(mistake) for problem in problems), problems


@pytest.mark.parametrize(
    "text", ["", "Dzień dobry\n", "subject: mała litera\n\nx\n", "Subject:\n\nx\n", "\nSubject: S\n"]
)
def test_a_template_without_subject_is_named(text: str) -> None:
    assert 'pl/a.md:1: must begin with the line "Subject: ..."' in read(text)


def test_a_subject_that_comes_out_empty_is_named() -> None:
    assert read("Subject: {{ page }}\n\nx\n") == [
        "pl/a.md:1: the subject comes out empty; write one that always says something"
    ]


def test_a_language_that_lacks_a_letter_is_named_and_the_letter_cannot_be_used() -> None:
    assert read(en__b=GOOD) == ["pl/b.md:0: is missing; translate en/b.md"]
    assert names({"pl/a.md": GOOD, "en/a.md": GOOD, "en/b.md": GOOD}) == {"a"}


def test_a_letter_with_a_mistake_cannot_be_used_and_the_others_can() -> None:
    files = {"pl/a.md": GOOD, "en/a.md": GOOD, "pl/b.md": "Subject: {{ foo }}\n\nx\n", "en/b.md": GOOD}
    assert names(files) == {"a"}


def test_a_part_needs_no_translation_and_no_subject() -> None:
    assert read('Subject: S\n\n{% include "_end.md" %}\n', pl___end="koniec\n") == []


def test_a_mistake_in_a_part_is_named_once_and_there() -> None:
    text = 'Subject: S\n\n{% include "_end.md" %}\n'
    assert read(text, pl__b=text, en__b=GOOD, pl___end="x\n\n{{ ende }}\n")[0].startswith("pl/_end.md:3: ")


@pytest.mark.parametrize("name", ["de/a.md", "a.md", "pl/sub/a.md", "pl/Ą.md", "PL/a.md"])
def test_a_template_where_nobody_looks_is_named(name: str) -> None:
    _, problems = read_letters({"pl/a.md": GOOD, "en/a.md": GOOD, name: GOOD})
    assert [problem.file for problem in problems] == [name]


@pytest.mark.parametrize("name", ["README.md", "pl/a.md~", "pl/.a.md.swp", "notes.txt"])
def test_what_is_no_template_is_passed_over(name: str) -> None:
    assert read_letters({"pl/a.md": GOOD, "en/a.md": GOOD, name: "{{ foo"})[1] == ()


def test_line_ends_of_windows_do_no_harm() -> None:
    letters, problems = read_letters({"pl/a.md": GOOD.replace("\n", "\r\n"), "en/a.md": GOOD})
    assert problems == ()
    assert letters.names == {"a"}


@given(st.text(alphabet=st.sampled_from("{}%# \n|.\"'()[]_abcSubject:=*<>&-1"), max_size=60))
def test_whatever_an_operator_types_becomes_problems_and_never_an_exception(text: str) -> None:
    read_letters({"pl/a.md": text, "en/a.md": f"Subject: S\n\n{text}\n"})


def test_the_manual_names_every_placeholder() -> None:
    manual = (ROOT / "templates" / "README.md").read_text(encoding="utf-8")
    table = manual.partition("## Placeholders")[2].partition("## The letters")[0]
    for field in fields(Particulars):
        assert f"`{field.name}`" in table
    for field in fields(Choice):
        assert f"`.{field.name}`" in table


def test_the_manual_names_every_letter() -> None:
    manual = (ROOT / "templates" / "README.md").read_text(encoding="utf-8").partition("## The letters there are")[2]
    named = {line.split("`")[1] for line in manual.splitlines() if line.startswith("| `")}
    assert named == read_letters(template_files())[0].names
