"""The rulebook: every file of `rules/`, read and checked as one whole."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from mailgate.core.catalogue import Catalogue, read_catalogue
from mailgate.core.completeness import Detail, read_details
from mailgate.core.cues import CueBook, read_cues
from mailgate.core.problem import Problem
from mailgate.core.published import Published, read_published
from mailgate.core.request import subjects_of_cues
from mailgate.core.rulebook.example import Example
from mailgate.core.rulebook.order import check_order
from mailgate.core.rulebook.rule import Rule, read_rule
from mailgate.core.sayings import Sayings, read_sayings
from mailgate.core.service import Recogniser, read_lexicon
from mailgate.core.tables import Table, did_you_mean, read_tables

# The file whose rules stand before those of all others.
POLICY = "policy.toml"

# Every table that may stand in `rules/`, whoever reads it.
_TABLES = (
    *("rule", "service", "system", "matter", "desk_of_others"),
    *("recognition", "words", "same", "cue", "negation", "saying", "detail", "desk", "handling"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that operators wrote, ready to decide by. A rulebook exists only without a mistake."""

    # In the order in which they are asked: those of policy.toml, then those of the other files by name.
    rules: tuple[Rule, ...]
    catalogue: Catalogue
    # Finds what a mail names.
    recogniser: Recogniser
    # Finds what a mail asks for.
    cues: CueBook
    # Knows the answers that say one thing only.
    sayings: Sayings
    # What a consultant will need to know.
    details: tuple[Detail, ...]
    # What the desk has published about itself.
    published: Published
    # Names this very rulebook, whole: a short digest of all its texts.
    revision: str
    # The texts it was read from, by file name.
    texts: Mapping[str, str]

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of all rules."""
        return tuple(example for rule in self.rules for example in rule.examples)

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, or None."""
        return next((rule for rule in self.rules if rule.name == name), None)


def read_rulebook(
    texts: Mapping[str, str], *, templates: Collection[str] | None = None
) -> Rulebook | tuple[Problem, ...]:
    """Read the texts of all rule files.

    Args:
        texts: by file name, relative to the folder of rules: "services/import.toml".
        templates: the names of the letters there are; None leaves the names in rules unchecked.

    Returns:
        The rulebook; or every mistake there is, by file and line.
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    for file in sorted(texts, key=lambda name: (name != POLICY, name)):
        read, mistakes = read_tables(file, texts[file])
        tables.extend(read)
        problems.extend(mistakes)
    whole = not problems
    problems.extend(_unknown_tables(tables))
    catalogue, of_catalogue = read_catalogue(tables)
    lexicon, of_lexicon = read_lexicon(tables)
    cues, of_cues = read_cues(tables, subjects_of_cues(catalogue))
    sayings, of_sayings = read_sayings(tables)
    details, of_details = read_details(tables, catalogue)
    published, of_published = read_published(tables)
    rules, of_rules = _read_rules(tables, catalogue, templates, whole=whole)
    problems.extend((*of_catalogue, *of_lexicon, *of_cues, *of_sayings, *of_details, *of_published, *of_rules))
    if problems:
        return tuple(sorted(set(problems)))
    return Rulebook(
        rules=rules,
        catalogue=catalogue,
        recogniser=Recogniser(catalogue, lexicon, cues.words),
        cues=cues,
        sayings=sayings,
        details=details,
        published=published,
        revision=revision_of(texts),
        texts=dict(texts),
    )


def revision_of(texts: Mapping[str, str]) -> str:
    """The name of these texts: 12 hex digits of the sha256 of all names and contents."""
    digest = sha256()
    for file in sorted(texts):
        for part in (file, texts[file]):
            content = part.encode()
            digest.update(len(content).to_bytes(8) + content)
    return digest.hexdigest()[:12]


def _unknown_tables(tables: Iterable[Table]) -> list[Problem]:
    return [
        table.problem("", f"nothing reads a table [{table.name}]{did_you_mean(table.name, _TABLES)}")
        for table in tables
        if table.name not in _TABLES
    ]


def _read_rules(
    tables: Iterable[Table], catalogue: Catalogue, templates: Collection[str] | None, *, whole: bool
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """All rules, and the mistakes in each and between them."""
    sound: list[Rule] = []
    problems: list[Problem] = []
    seen: dict[str, Table] = {}
    for table in tables:
        if table.name != "rule":
            continue
        rule, mistakes = read_rule(table, catalogue, templates)
        problems.extend(mistakes)
        if rule.name in seen:
            problems.append(
                table.problem("name", f'rule "{rule.name}" stands at {seen[rule.name].source} already; rename this one')
            )
        elif rule.name:
            seen[rule.name] = table
            sound.extend([] if mistakes else [rule])
    problems.extend(_unknown_reasons(sound, seen))
    problems.extend(check_order(sound, seen))
    # A file that could not be read whole, or a faulty rule, may hold the last rule.
    if whole and not problems and not any(rule.outcome and not rule.when for rule in sound):
        problems.append(_no_last_rule(tables))
    return tuple(sound), tuple(problems)


def _unknown_reasons(rules: Iterable[Rule], known: Mapping[str, Table]) -> list[Problem]:
    """Examples that name a rule which does not exist."""
    problems: list[Problem] = []
    for rule in rules:
        for example in rule.examples:
            reason = example.becomes.partition(":")[2]
            if reason and reason not in known:
                message = f'"becomes" names no rule: "{reason}"{did_you_mean(reason, known)}'
                problems.append(Problem(file=example.file, line=example.line, message=message))
    return problems


def _no_last_rule(tables: Iterable[Table]) -> Problem:
    settling = [table for table in tables if table.name == "rule" and "outcome" in table.values.get("then", {})]
    message = 'a message may pass every rule; let the last rule with an outcome have no "when"'
    return settling[-1].problem("", message) if settling else Problem(file=POLICY, line=0, message=message)
