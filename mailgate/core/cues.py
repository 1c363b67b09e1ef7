"""Cues: words of `rules/cues/` that speak for or against something, found in one pass over a mail.

    [[cue]]
    for = "kind:incident"
    weight = 2
    words = ["nie działa", "błąd", "odrzuc*"]
    with = ["zgłoszen*"]     # and one of these at most `near` words away
    without = ["jak"]        # and none of these
    near = 6
    in = "subject"           # or "body"; both when left out

A word is met as it stands, folded; `*` at its end lets any ending follow, `*` at its beginning any beginning. `?` is a
word of its own, and so is the full stop before and behind every sentence: ". czy" begins one. A cue with
`always = true` and no words speaks for every mail: what weighs before anything is said. A cue speaks once; with
`each = true` every word of it speaks.

    [[negation]]
    for = ["form_filling", "matter:login-unlock"]
    words = ["nie prosze", "nie oczekuje"]
    until = ["tylko", "ale"]     # what comes behind one of these is meant again
    near = 5

turns away the words of all cues for these that stand behind it in the sentence, at most `near` words later.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from mailgate.core.problem import Problem
from mailgate.core.tables import Reader, Table
from mailgate.core.words import LOOKED_AT, one_blank_apart, spaced

_WHERE = ("subject", "body")
_NEAR = 8
# How many places of one pattern are looked at.
_ENOUGH = 6
# The role of a pattern that turns away what stands behind it.
_NEGATION = "negation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A cue of the rules that was found in a mail."""

    # What it speaks for: "kind:incident", "complaint", "form_filling", "desk:etoll", "matter:login-unlock".
    speaks_for: str
    # The words of the mail that it found, folded.
    words: str
    # How much it weighs; negative speaks against.
    weight: float
    # "subject" or "body".
    where: str
    # Where it stands in the rules: "cues/kind.toml:12".
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """One cue as the operator wrote it."""

    speaks_for: str
    weight: float
    places: frozenset[str]
    needs_company: bool
    always: bool
    each: bool
    near: int
    source: str

    def cue(self, where: str, words: str, times: int) -> Cue:
        """The cue as it was found in a mail."""
        weight = self.weight * times
        return Cue(speaks_for=self.speaks_for, words=words, weight=weight, where=where, source=self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Negation:
    """Words that turn away what stands behind them."""

    speaks_for: frozenset[str]
    near: int
    # Words behind which what is said is meant again, between blanks.
    until: tuple[str, ...]


# Where a pattern stands in a text: its last and its first character, so that the one that ends first sorts first.
_Span = tuple[int, int]


class CueBook:
    """All cues, compiled into one automaton."""

    def __init__(
        self,
        signs: Sequence[_Sign],
        patterns: Mapping[str, Sequence[tuple[int, str]]],
        negations: Sequence[_Negation] = (),
    ) -> None:
        """Compile.

        Args:
            signs: the cues.
            patterns: folded pattern with its boundary blanks -> (number of the cue, "words", "with" or "without"), or
                (number of the negation, "negation").
            negations: the negations.
        """
        self._signs = signs
        self._negations = negations
        self._automaton = ahocorasick.Automaton()
        for pattern in patterns:
            self._automaton.add_word(pattern, pattern)
        if patterns:
            self._automaton.make_automaton()
        self._always = {
            where: tuple(sign.cue(where, "", 1) for sign in signs if sign.always and where in sign.places)
            for where in _WHERE
        }
        # Where -> pattern -> the cues that may speak there.
        self._owners = {
            where: {
                pattern: tuple(owner for owner in owners if owner[1] != _NEGATION and where in signs[owner[0]].places)
                for pattern, owners in patterns.items()
            }
            for where in _WHERE
        }
        self._negating = {
            pattern: [number for number, role in owners if role == _NEGATION]
            for pattern, owners in patterns.items()
            if any(role == _NEGATION for _, role in owners)
        }
        self._words = frozenset(
            word
            for pattern in patterns
            if pattern[0] == pattern[-1] == " "
            for word in pattern.split()
            if word.isalpha()
        )

    @property
    def words(self) -> frozenset[str]:
        """The folded words that stand whole in cues, so that a slip in them can be mended."""
        return self._words

    def find(self, text: str, where: str) -> list[Cue]:
        """The cues in a text, each at most once.

        Args:
            text: a subject or a body.
            where: "subject" or "body".
        """
        if not self._automaton:
            return []
        spoken = spaced(text[:LOOKED_AT])
        cues = list(self._always[where])
        ends = self._ends(spoken)
        negated = self._negated(ends)
        for number, roles in self._hits(ends, where).items():
            if "words" not in roles or "without" in roles:
                continue
            sign = self._signs[number]
            spans = sorted(roles["words"])[:_ENOUGH]
            company = sorted(roles.get("with", ()))[:_ENOUGH]
            if negated and sign.weight > 0:
                spans, company = (
                    [span for span in each if not self._turned_away(spoken, span, sign.speaks_for, negated)]
                    for each in (spans, company)
                )
            words = _in_company(spoken, spans, company, sign) if spans else ""
            if words:
                cues.append(sign.cue(where, words, len(spans) if sign.each else 1))
        return cues

    def _ends(self, text: str) -> dict[str, list[int]]:
        """Pattern -> where it ends in the spaced text, each time."""
        ends: dict[str, list[int]] = defaultdict(list)
        for end, pattern in self._automaton.iter(text):
            ends[pattern].append(end)
        return ends

    def _negated(self, ends: Mapping[str, Sequence[int]]) -> list[tuple[_Negation, _Span]]:
        """The negations in a text and where each stands."""
        return [
            (self._negations[number], (end, end - len(pattern) + 1))
            for pattern in ends.keys() & self._negating.keys()
            for number in self._negating[pattern]
            for end in ends[pattern][:_ENOUGH]
        ]

    def _turned_away(self, text: str, span: _Span, speaks_for: str, negated: Iterable[tuple[_Negation, _Span]]) -> bool:
        """Whether a negation stands before the words, near enough, and nothing between ends what it turns away."""
        start = span[1]
        for negation, (end, begins) in negated:
            if speaks_for not in negation.speaks_for or begins > start:
                continue
            between = text[end : start + 1]
            ended = " . " in between or any(word in between for word in negation.until)
            if not ended and between.count(" ") - 1 <= negation.near:
                return True
        return False

    def _hits(self, ends: Mapping[str, Sequence[int]], where: str) -> dict[int, dict[str, list[_Span]]]:
        """Number of the cue -> role -> where each of its patterns stands in the spaced text, the first few times."""
        found: dict[int, dict[str, list[_Span]]] = {}
        for pattern, places in ends.items():
            spans = [(end, end - len(pattern) + 1) for end in places[:_ENOUGH]]
            for number, role in self._owners[where][pattern]:
                found.setdefault(number, {}).setdefault(role, []).extend(spans)
        return found


def _in_company(text: str, spans: Iterable[_Span], company: Sequence[_Span], sign: _Sign) -> str:
    """The words of the first hit whose company, if the cue wants one, stands near enough; "" when there is none."""
    for end, start in spans:
        if not sign.needs_company:
            return _words_at(text, start, end)
        for other_end, other_start in company:
            if other_start < end and start < other_end:
                continue  # a word is no company to itself
            between = (end, other_start) if start < other_start else (other_end, start)
            if text.count(" ", *between) <= sign.near:
                return f"{_words_at(text, start, end)} … {_words_at(text, other_start, other_end)}"
    return ""


def _words_at(text: str, start: int, end: int) -> str:
    """The whole words around a hit."""
    left = text.rfind(" ", 0, start + 1)
    right = text.find(" ", max(end, start + 1))
    return text[left + 1 : right if right >= 0 else len(text)].strip()


def read_cues(tables: Iterable[Table], known: Iterable[str]) -> tuple[CueBook, tuple[Problem, ...]]:
    """Read every `[[cue]]` and `[[negation]]`.

    Args:
        tables: tables of all rule files; those of other names are left to other rooms.
        known: what cues may speak for.
    """
    allowed = tuple(known)
    signs: list[_Sign] = []
    patterns: dict[str, list[tuple[int, str]]] = defaultdict(list)
    problems: list[Problem] = []
    negations: list[_Negation] = []
    for table in tables:
        if table.name == "negation":
            negation, more = _read_negation(table, allowed, len(negations), patterns)
            negations.append(negation)
            problems.extend(more)
        if table.name != "cue":
            continue
        reader = Reader(table)
        for role in ("words", "with", "without"):
            for text in reader.texts(role, None if role == "words" and not reader.flag("always") else ()):
                pattern = _pattern(text)
                if pattern is None:
                    reader.problem(
                        role, f'"{text}": a * may stand only at the beginning or the end; use `with` instead'
                    )
                else:
                    patterns[pattern].append((len(signs), role))
        signs.append(
            _Sign(
                speaks_for=reader.choice("for", allowed),
                weight=reader.number("weight", 1.0),
                places=_places(reader.choice("in", ("subject", "body", "both"), "both")),
                needs_company=bool(reader.texts("with")),
                always=reader.flag("always"),
                each=reader.flag("each"),
                near=int(reader.number("near", _NEAR)),
                source=table.source,
            )
        )
        problems.extend(reader.problems())
    return CueBook(signs, patterns, negations), tuple(problems)


def _read_negation(
    table: Table, allowed: Sequence[str], number: int, patterns: dict[str, list[tuple[int, str]]]
) -> tuple[_Negation, tuple[Problem, ...]]:
    """Read a `[[negation]]`, and note its patterns."""
    reader = Reader(table)
    speaks_for = reader.texts("for", None)
    for unknown in set(speaks_for) - set(allowed):
        reader.problem("for", f'"{unknown}" is nothing that cues speak for')
    for text in reader.texts("words", None):
        pattern = _pattern(text)
        if pattern is None:
            reader.problem("words", f'"{text}": a * may stand only at the beginning or the end')
        else:
            patterns[pattern].append((number, _NEGATION))
    until, mistakes = word_patterns(reader.texts("until"))
    for mistake in mistakes:
        reader.problem("until", mistake)
    negation = _Negation(speaks_for=frozenset(speaks_for), near=int(reader.number("near", _NEAR)), until=until)
    return negation, reader.problems()


def word_patterns(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words with stars as they are looked for in a spaced text, and a sentence about each that cannot be."""
    read = {text: _pattern(text) for text in texts}
    mistakes = tuple(
        f'"{text}": a * may stand only at the beginning or the end' for text, p in read.items() if p is None
    )
    return tuple(pattern for pattern in read.values() if pattern is not None), mistakes


def find_words(spoken: str, patterns: Iterable[str]) -> bool:
    """Whether a spaced text holds one of the patterns."""
    return any(pattern in spoken for pattern in patterns)


def _places(where: str) -> frozenset[str]:
    return frozenset(_WHERE if where == "both" else {where})


def _pattern(text: str) -> str | None:
    """The text as the automaton looks for it; None when a star stands inside."""
    inner = text.strip().strip("*")
    pattern = one_blank_apart(inner)
    if "*" in inner or not pattern:
        return None
    return ("" if text.strip().startswith("*") else " ") + pattern + ("" if text.strip().endswith("*") else " ")
