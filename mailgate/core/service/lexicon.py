"""How words weigh: `rules/recognition.toml`, read and folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailgate.core.problem import Problem
from mailgate.core.tables import Reader, Table
from mailgate.core.words import fold_word, stem, words_of

# A phrase, folded word by word.
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words that recognition treats in a way of their own. All are folded."""

    # Weight of matched words from which a part of a title counts as naming the service.
    part: float = 1.15
    # The share of the title, by weight, that the part must be.
    share: float = 0.34
    # How far, by weight, it must be ahead of the next service.
    lead: float = 0.30
    # Weight from which the other words of a subject that names only a system tell which of its services is meant.
    told: float = 0.5
    # How far that service must be ahead of the next.
    told_lead: float = 0.25
    # Weight from which what a body says points to a service.
    body: float = 0.75
    # Score from which a match opens a ticket; below it the sender is asked.
    sure: float = 0.3
    prefixes: frozenset[Phrase] = frozenset()
    small: frozenset[str] = frozenset()
    # Stems that weigh little.
    ordinary: frozenset[str] = frozenset()
    # Codes that in small letters are words.
    cautious: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    # Words behind them that say that no company is meant.
    no_companies_before: frozenset[str] = frozenset()
    legal_forms: frozenset[Phrase] = frozenset()
    # Those of them that may stand before the name.
    legal_forms_ahead: frozenset[Phrase] = frozenset()
    persons: frozenset[str] = frozenset()
    turned_away: frozenset[Phrase] = frozenset()
    turned_away_filler: frozenset[str] = frozenset()
    circumstance: frozenset[Phrase] = frozenset()
    # Words behind a name that say that all is well there: it is only mentioned.
    settled: frozenset[Phrase] = frozenset()
    # Words behind which the right name follows the wrong one.
    corrections: frozenset[Phrase] = frozenset()
    # The same, where another name must follow at once.
    corrected_to: frozenset[Phrase] = frozenset()
    # Words that join two names.
    joining: frozenset[str] = frozenset()
    network: tuple[Phrase, ...] = ()
    # What no service here is about: "mObywatel", "faktura za".
    elsewhere: tuple[Phrase, ...] = ()
    # Stem -> the stem that stands for its group of one meaning.
    same: Mapping[str, str] | None = None
    # The words of those groups.
    alike: frozenset[str] = frozenset()

    def root(self, word_stem: str) -> str:
        """The stem that stands for all words of the same meaning."""
        return (self.same or {}).get(word_stem, word_stem)


def phrase(text: str) -> Phrase:
    """A phrase of the rules, folded word by word."""
    return tuple(word.folded for word in words_of(text))


def read_lexicon(tables: Iterable[Table]) -> tuple[Lexicon, tuple[Problem, ...]]:
    """Read `[recognition]`, `[words]` and `[[same]]`; tables of other names are left to other rooms."""
    numbers: dict[str, float] = {}
    lists: dict[str, tuple[str, ...]] = {}
    same: dict[str, str] = {}
    alike: set[str] = set()
    problems: list[Problem] = []
    for table in tables:
        if table.name not in {"recognition", "words", "same"}:
            continue
        reader = Reader(table)
        if table.name == "recognition":
            numbers = {key: reader.number(key, default) for key, default in _NUMBERS.items()}
        elif table.name == "words":
            lists = {key: reader.texts(key) for key in (*_PHRASES, *_WORDS)}
        else:
            group = [fold_word(word) for word in reader.texts("words", None)]
            stems = [stem(word) for word in group]
            alike.update(group)
            same.update(dict.fromkeys(stems, stems[0] if stems else ""))
        problems.extend(reader.problems())
    return _lexicon(numbers, lists, same, frozenset(alike)), tuple(problems)


_NUMBERS = {"part": 1.15, "share": 0.34, "lead": 0.30, "told": 0.5, "told_lead": 0.25, "body": 0.75, "sure": 0.3}
_PHRASES = (
    "prefixes", "legal_forms", "legal_forms_ahead", "turned_away", "circumstance", "settled", "corrections",
    "corrected_to", "network", "elsewhere",
)  # fmt: skip
_WORDS = (
    "small", "ordinary", "cautious", "companies", "no_companies_before", "persons", "turned_away_filler", "joining",
)  # fmt: skip


def _lexicon(
    numbers: Mapping[str, float], lists: Mapping[str, tuple[str, ...]], same: dict[str, str], alike: frozenset[str]
) -> Lexicon:
    phrases = {key: frozenset(map(phrase, lists.get(key, ()))) for key in _PHRASES}
    words = {key: frozenset(map(fold_word, lists.get(key, ()))) for key in _WORDS}
    return Lexicon(
        part=numbers.get("part", _NUMBERS["part"]),
        share=numbers.get("share", _NUMBERS["share"]),
        lead=numbers.get("lead", _NUMBERS["lead"]),
        told=numbers.get("told", _NUMBERS["told"]),
        told_lead=numbers.get("told_lead", _NUMBERS["told_lead"]),
        body=numbers.get("body", _NUMBERS["body"]),
        sure=numbers.get("sure", _NUMBERS["sure"]),
        prefixes=phrases["prefixes"],
        legal_forms=phrases["legal_forms"],
        legal_forms_ahead=phrases["legal_forms_ahead"],
        turned_away=phrases["turned_away"],
        circumstance=phrases["circumstance"],
        settled=phrases["settled"],
        corrections=phrases["corrections"],
        corrected_to=phrases["corrected_to"],
        joining=words["joining"],
        network=tuple(sorted(phrases["network"])),
        elsewhere=tuple(sorted(phrases["elsewhere"])),
        small=words["small"],
        ordinary=frozenset(same.get(stem(word), stem(word)) for word in words["ordinary"]),
        cautious=words["cautious"],
        companies=words["companies"],
        no_companies_before=words["no_companies_before"],
        persons=words["persons"],
        turned_away_filler=words["turned_away_filler"],
        same=same,
        alike=alike,
    )
