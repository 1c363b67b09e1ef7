"""From lessons to suggestions: what might help is tried, and told with all that it would do.

Trying is honest and dear: the rulebook is put together with the addition, and mails are decided by it. So words alone
choose what is tried, only the most promising is, and first on the mails that it is meant to help.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from mailgate.core.decision import Decision
from mailgate.core.rulebook import Rulebook
from mailgate.core.suggestion.bench import Bench, Judged, change, is_same_way, judge, judge_again
from mailgate.core.suggestion.candidate import SEVERAL, Candidate
from mailgate.core.suggestion.kinds import find_cues
from mailgate.core.suggestion.lesson import Lesson
from mailgate.core.suggestion.phrases import find_phrases
from mailgate.core.suggestion.record import Change, Suggestion

# How many of each are tried.
_TRIED = {"name": 20, "hint": 10, "cue": 6}
# Weights that a cue is tried with; the lightest one is taken that does as much as a heavier.
_WEIGHTS = (1.0, 2.0, 3.0)


def suggest(
    lessons: Sequence[Lesson],
    book: Rulebook,
    *,
    weak: bool = False,
    tick: Callable[[int, int], None],
) -> tuple[Suggestion, ...]:
    """What could be added to the rules, the most helpful first; each puts right more mails than it spoils.

    Args:
        lessons: mails, with what should become of them as far as it is known.
        book: the rules.
        weak: also what a single author wrote.
        tick: told how many of how many candidates have been tried.
    """
    judged = [judge(lesson, book) for lesson in lessons]
    decisions = [each.decision for each in judged]
    bench = Bench(book)
    trial = _Trial(bench=bench, lessons=lessons, judged=judged, fewest=1 if weak else SEVERAL)
    candidates = [*find_phrases(lessons, decisions, book, bench.lexicon)]
    candidates += find_cues(lessons, decisions, book.catalogue, bench.lexicon)
    chosen = [
        candidate
        for kind, most in _TRIED.items()
        for candidate in [each for each in candidates if each.kind == kind and (weak or not each.weak)][:most]
    ]
    found: list[Suggestion] = []
    for done, candidate in enumerate(chosen):
        tick(done, len(chosen))
        suggestion = trial.run(candidate)
        if suggestion:
            found.append(suggestion)
    return tuple(sorted(found, key=lambda each: (each.weak, -each.gain, each.speaks_for, each.text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Tries candidates, one after the other."""

    bench: Bench
    lessons: Sequence[Lesson]
    # What the rules make of each lesson now.
    judged: Sequence[Judged]
    # How many different authors a suggestion must help, whom none before it has helped.
    fewest: int
    # What candidates before have put right: what they speak for -> places of lessons.
    done: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def run(self, candidate: Candidate) -> Suggestion | None:
        """What the candidate does; None when that is no gain over what those before it do."""
        done = self.done[candidate.speaks_for]
        if self._authors(candidate.helps - done) < self.fewest:
            return None
        weights = _WEIGHTS if candidate.kind == "cue" else (0.0,)
        tried = [(each, self._effects(each)) for each in (replace(candidate, weight=weight) for weight in weights)]
        best, effects = max(tried, key=lambda each: _gain(each[1]))
        right, wrong = _places(effects, 1), _places(effects, -1)
        fresh = {*right} - done
        if self._authors(fresh) < self.fewest or len(fresh) <= len(wrong):
            return None
        done.update(fresh)
        file, line, where, toml = self.bench.place(best)
        return Suggestion(
            kind=best.kind,
            speaks_for=best.speaks_for,
            text=best.text,
            file=file,
            line=line,
            place=where,
            toml=toml,
            authors=self._authors(right),
            weak=self._authors(right) < SEVERAL,
            put_right=self._changes(right, effects),
            spoilt=self._changes(wrong, effects),
            unknown=self._changes([at for at in effects if self.lessons[at].answer is None], effects),
        )

    def _effects(self, candidate: Candidate) -> "_Effects":
        """What changes: on the mails that it is meant to help first, and on all others only when it helps any."""
        book = self.bench.with_added(candidate)
        effects = self._try(candidate, book, candidate.helps)
        if _gain(effects) > 0:
            effects |= self._try(candidate, book, frozenset(range(len(self.lessons))) - candidate.helps)
        return effects

    def _try(self, candidate: Candidate, book: Rulebook, places: Iterable[int]) -> "_Effects":
        effects: _Effects = {}
        for place in sorted(places):
            lesson, before = self.lessons[place], self.judged[place]
            after = judge_again(lesson, book, before, cue=candidate.kind == "cue")
            if after is not before and not is_same_way(before.decision, after.decision):
                effects[place] = (_sign(lesson, before.decision, after.decision), after.decision)
        return effects

    def _changes(self, places: Iterable[int], effects: "_Effects") -> tuple[Change, ...]:
        return tuple(change(self.lessons[at], self.judged[at].decision, effects[at][1]) for at in sorted(places))

    def _authors(self, places: Iterable[int]) -> int:
        return len({self.lessons[place].author for place in places})


# Place of a lesson -> 1 put right, -1 spoilt, 0 neither; and what would be decided.
_Effects = dict[int, tuple[int, Decision]]


def _gain(effects: _Effects) -> int:
    return sum(sign for sign, _ in effects.values())


def _places(effects: _Effects, wanted: int) -> list[int]:
    return [place for place, (sign, _) in effects.items() if sign == wanted]


def _sign(lesson: Lesson, now: Decision, then: Decision) -> int:
    """1: better than now; -1: worse; 0: neither, or nobody knows."""
    answer = lesson.answer
    if answer is None:
        return 0
    before = (answer.grade(now), answer.has_kind(now))
    after = (answer.grade(then), answer.has_kind(then))
    return (after > before) - (after < before)
