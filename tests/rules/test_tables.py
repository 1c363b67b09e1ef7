"""Tables of TOML with lines: against tomllib, against strange but legal TOML, and against mistakes."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.tables import Reader, Table, did_you_mean, read_tables

STRANGE = '''\
# [[rule]] in a comment is no table
[[rule]]
name = "first"   # why = "not this one"
why = """
[[rule]]
name = "inside a string"
"""
when = { trust_below = "proven", matter = ["login-unlock", "email-change"] }
then.outcome = "hold"
then."queue" = 'kolejka = "[x]"'
examples = [
    { from = "ann@example.org", becomes = "hold" }, # the first
    # [[rule]]

    { from = "bob@example.org", becomes = "ticket" },
]
since = 1979-05-27 07:32:00
share = 1.5

  [[ "rule" ]]
  name = """ends in two quotes"""""
  [rule.when]
    trust_below = "claimed"
  [[rule.examples]]
    from = "cid@example.org"
  [[rule.examples]]
    from = "dan@example.org"
[letters]
window = 24
[letters.limits]
day = 20
'''


def test_every_key_of_strange_but_legal_toml_has_its_line() -> None:
    tables, problems = read_tables("policy.toml", STRANGE)

    assert problems == ()
    assert [(t.name, t.line) for t in tables] == [("rule", 2), ("rule", 20), ("letters", 28)]
    first, second, letters = tables
    assert {key: first.lines[key] for key in ("name", "why", "when", "since", "share")} == {
        "name": 3,
        "why": 4,
        "when": 8,
        "since": 17,
        "share": 18,
    }
    assert first.lines["when.matter[1]"] == 8
    assert (first.lines["then.outcome"], first.lines["then.queue"]) == (9, 10)
    assert (first.lines["examples[0]"], first.lines["examples[1]"]) == (12, 15)
    assert first.lines["examples[1].becomes"] == 15
    assert second.lines["when.trust_below"] == 23
    assert (second.lines["examples[0].from"], second.lines["examples[1]"]) == (25, 26)
    assert letters.lines["limits.day"] == 31


def test_values_are_those_of_tomllib() -> None:
    tables, _ = read_tables("policy.toml", STRANGE)
    document = tomllib.loads(STRANGE)

    assert [t.values for t in tables] == [*document["rule"], document["letters"]]


def test_windows_line_ends_change_no_line() -> None:
    plain, _ = read_tables("policy.toml", STRANGE)
    windows, _ = read_tables("policy.toml", STRANGE.replace("\n", "\r\n"))

    assert [t.lines for t in windows] == [t.lines for t in plain]


def test_a_key_above_the_first_header_is_reported() -> None:
    _, problems = read_tables("labels.toml", '\nqueue = "x"\n[[rule]]\nname = "a"\n')

    assert [str(p) for p in problems] == ['labels.toml:2: "queue" stands outside of any table; put it below a [header]']


def test_one_broken_table_does_not_hide_the_others() -> None:
    text = '[[rule]]\nname = "a\n\n[[rule]]\nname = "b"\n\n[[rule]]\nname = ["c"\n\n[[rule]]\nname = "d"\n'

    tables, problems = read_tables("policy.toml", text)

    assert [t.values["name"] for t in tables] == ["b", "d"]
    assert [t.line for t in tables] == [4, 10]
    assert [(p.line, p.message.split(":")[0]) for p in problems] == [(2, "not TOML"), (7, "not TOML")]


def test_a_string_that_is_never_closed_is_reported_at_its_table() -> None:
    _, problems = read_tables("policy.toml", '[[rule]]\nname = "a"\n\n[[rule]]\nwhy = """\nnever closed\n')

    assert [p.line for p in problems] == [4]
    assert "not closed" in problems[0].message


def test_a_table_declared_twice_is_reported() -> None:
    tables, problems = read_tables("x.toml", "[letters]\nwindow = 1\n[letters]\nwindow = 2\n")

    assert tables == ()
    assert [p.line for p in problems] == [3]


KEYS = st.text(st.sampled_from("abxyz"), min_size=1, max_size=4)
SCALARS = st.one_of(
    st.integers(-9, 99),
    st.booleans(),
    st.text(st.sampled_from("ab \"'\\\n#[]{}=,.ąż"), max_size=8),
)


def basic(value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """A value as TOML, in one of the ways an operator may write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        gap = draw(st.sampled_from(["", " ", "\n", " # ] a comment, with = and [\n"]))
        return "[" + gap + "".join(f"{draw(written(each))},{gap}" for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {draw(written(each))}" for key, each in value.items()) + " }"
    if draw(st.booleans()) and "\\" not in value and '"' not in value:
        return f'"""\n{value}"""'
    if draw(st.booleans()) and "'" not in value:
        return f"'''\n{value}'''"
    return basic(value)


VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
TABLES = st.lists(st.dictionaries(KEYS, VALUES, max_size=4), min_size=1, max_size=4)


@given(st.data())
def test_any_table_is_read_as_tomllib_reads_it_and_each_line_holds_its_key(data: st.DataObject) -> None:
    text, expected = "", data.draw(TABLES)
    for values in expected:
        text += data.draw(st.sampled_from(["[[rule]]\n", "# x\n\n[[rule]] # [y]\n"]))
        for key, value in values.items():
            text += f"{key} = {data.draw(written(value))}{data.draw(st.sampled_from(['', ' # = ']))}\n"

    tables, problems = read_tables("policy.toml", text)

    assert problems == ()
    assert [t.values for t in tables] == expected
    lines = text.split("\n")
    for table in tables:
        assert lines[table.line - 1].startswith("[[rule]]")
        for key in table.values:
            assert lines[table.lines[key] - 1].startswith(f"{key} = ")


@given(st.text(st.sampled_from("[]{}=\"'\n.#,ab1 \\"), max_size=60))
def test_no_text_makes_it_stumble(text: str) -> None:
    tables, problems = read_tables("policy.toml", text)

    if problems == ():
        document = tomllib.loads(text)
        assert {t.name for t in tables} == set(document)


def table(text: str) -> Table:
    return read_tables("services.toml", text)[0][0]


def test_a_reader_collects_every_mistake_of_a_table() -> None:
    reader = Reader(
        table(
            '[[service]]\nid = 3\ntitel = "x"\nforms = ["A", 1]\nnames = "one"\nweight = true\n'
            'channel = "portall"\nplatform = "yes"\narea = " "\n'
        )
    )

    reader.text("id")
    reader.text("title")
    reader.text("area")
    reader.texts("forms")
    reader.texts("names")
    reader.number("weight", 1.0)
    reader.choice("channel", ("portal", "s2s"), "portal")
    reader.flag("platform")

    assert sorted(map(str, reader.problems())) == [
        'services.toml:1: [service] needs "title": a text in quotes',
        'services.toml:2: "id" must be a text in quotes',
        'services.toml:3: [service] has no key "titel"; did you mean "title"?',
        'services.toml:4: "forms" must be a list of texts: ["one", "two"]',
        'services.toml:5: "names" must be a list of texts: ["one", "two"]',
        'services.toml:6: "weight" must be a number',
        'services.toml:7: "channel" cannot be "portall"; did you mean "portal"?',
        'services.toml:8: "platform" must be true or false',
        'services.toml:9: "area" is empty; write the text between the quotes',
    ]


def test_a_reader_returns_what_stands_there_and_defaults_for_the_rest() -> None:
    reader = Reader(table('[[service]]\nid = "x"\nforms = ["A"]\nweight = 2\nplatform = true\n'))

    assert reader.text("id") == "x"
    assert reader.text("title", "") == ""
    assert reader.texts("forms") == ("A",)
    assert reader.number("weight", 1.0) == 2.0
    assert reader.flag("platform") is True
    assert reader.choice("channel", ("portal", "s2s"), "portal") == "portal"
    assert reader.any("nothing") is None
    assert reader.problems() == ()


def test_a_word_like_none_of_many_gets_no_guess() -> None:
    assert did_you_mean("zzz", ["alpha", "beta"]) == "; known are alpha, beta"
    assert did_you_mean("zzz", [f"word{n}" for n in range(20)]) == ""
