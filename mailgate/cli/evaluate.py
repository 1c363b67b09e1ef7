"""`mailgate evaluate`."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.cli.options import AsJson, ConfigFile, command_group, read
from mailgate.cli.screen import say, say_json, say_table
from mailgate.config import BadConfig
from mailgate.core.shown import shown_line
from mailgate.evaluate import (
    Case,
    KnownDesk,
    Score,
    Scores,
    Verdict,
    coverage_against_error,
    read_cases,
    sum_up,
    sum_up_by_tag,
)
from mailgate.evaluate import evaluate as evaluate_cases
from mailgate.gate import consider
from mailgate.trouble import Permanent

command = command_group()

_NAMES = ("route", "wrong_route", "false_refusal", "kind", "matter", "environment")
_HEADINGS = ("route", "wrong route", "refused", "kind", "matter", "environment")
# What of a decision is shown beside a miss.
_GOT = ("outcome", "reason", "service", "system", "kind", "matter", "environment", "candidates")
# Tags are listed from so many cases on.
_FEWEST = 2


@command.callback()
def evaluate() -> None:
    """Score the rules on cases with known answers."""


@command.command()
def routing(
    cases: Annotated[Path, typer.Argument(metavar="CASES.jsonl", help="One case a line.")],
    failures: Annotated[bool, typer.Option("--failures", help="Show each miss, and why it was one.")] = False,
    rules: Annotated[Path | None, typer.Option(help="Other rules than those of the configuration.")] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Send each case down the whole road, as a real mail of a known and proven author, and score what becomes of it.

    route: the right outcome, and for a ticket the right service and system. wrong route: a ticket where it does not
    belong, the costly error. false refusal: refused, but should not have been. kind, matter and environment: over the
    cases that carry them. Below stands what would become of tickets and errors if recognition had to be surer.

    Example: mailgate evaluate routing cases.jsonl --failures
    """
    settings = read(config)
    house = read_house(settings, folders_of(settings, rules)).vouching()
    considering = partial(consider, desk=KnownDesk(), house=house)
    verdicts = tuple(evaluate_cases(read_case_file(cases), considering, time.perf_counter))
    if as_json:
        say_json(_document(verdicts, failures=failures))
        return
    for verdict in verdicts if failures else ():
        if verdict.missed:
            _print_miss(verdict)
    _print_scores(verdicts)
    _print_curve(verdicts)


def read_case_file(file: Path) -> tuple[Case, ...]:
    """The cases of a file.

    Raises:
        BadConfig: with every line that is no case.
        Permanent: the file cannot be read, or there is none in it.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Permanent(f"{file} cannot be read ({reason}); name a file with one case a line") from None
    cases, problems = read_cases(str(file), text)
    if problems:
        raise BadConfig(problems)
    if not cases:
        raise Permanent(f"there is no case in {file}; write one a line")
    return cases


def _print_scores(verdicts: Sequence[Verdict]) -> None:
    """A table: all cases first, then those of each tag."""
    by_tag = sum_up_by_tag(verdicts)
    rows = [("all", len(verdicts), *_shares(sum_up(verdicts)))]
    for tag, scores in by_tag.items():
        if scores.route.of >= _FEWEST:
            rows.append((tag, scores.route.of, *_shares(scores)))
    say_table(("cases", "", *_HEADINGS), rows, cut=("cases",), empty="")
    took = sum(verdict.took for verdict in verdicts)
    say(f"{len(verdicts)} mails in {took:.1f} s, {1000 * took / len(verdicts):.2f} ms each")


def _print_curve(verdicts: Sequence[Verdict]) -> None:
    """Coverage against error: what a stricter `sure` would cost, and what it would save."""
    say()
    say("If only matches at least this sure opened a ticket (`sure` in rules/recognition.toml):")
    rows = [
        (
            f"{point.least:.1f}",
            f"{point.coverage.hits} ({100 * point.coverage.share:.1f}%)",
            f"{point.error.hits} ({100 * point.error.share:.2f}%)",
        )
        for point in coverage_against_error(verdicts)
    ]
    say_table(("at least", "tickets", "of them wrong"), rows, cut=(), empty="")


def _shares(scores: Scores) -> tuple[str, ...]:
    return tuple(f"{100 * score.share:.1f}%" if score.of else "" for score in _each(scores))


def _each(scores: Scores) -> list[Score]:
    return [getattr(scores, name) for name in _NAMES]


def _document(verdicts: Sequence[Verdict], *, failures: bool) -> dict[str, Any]:
    """The scores as JSON; with the misses where they are asked for."""
    took = sum(verdict.took for verdict in verdicts)
    return {
        "cases": len(verdicts),
        "scores": _score_document(sum_up(verdicts)),
        "by_tag": {tag: _score_document(scores) for tag, scores in sum_up_by_tag(verdicts).items()},
        "curve": [
            {"least": each.least, "tickets": each.coverage.hits, "of": each.coverage.of, "wrong": each.error.hits}
            for each in coverage_against_error(verdicts)
        ],
        "seconds": round(took, 3),
        "ms_per_mail": round(1000 * took / len(verdicts), 3),
        **({"failures": [_miss(verdict) for verdict in verdicts if verdict.missed]} if failures else {}),
    }


def _score_document(scores: Scores) -> dict[str, Any]:
    return {
        name: {"hits": score.hits, "of": score.of, "share": round(score.share, 4)}
        for name, score in zip(_NAMES, _each(scores), strict=True)
    }


def _miss(verdict: Verdict) -> dict[str, Any]:
    """One miss, and why."""
    case, decision, match = verdict.case, verdict.considered.decision, verdict.considered.facts.match
    expected = {name: value for name, value in asdict(case.expected).items() if value}
    settled = next((each for each in decision.findings if each.hit and each.rule == decision.reason), None)
    return {
        "id": case.id,
        "missed": verdict.missed,
        "wrong_route": verdict.wrong_route,
        "subject": case.subject,
        "expected": expected,
        "got": {name: value for name in _GOT if (value := getattr(decision, name))},
        "rule": f"{settled.rule} ({settled.source}): {settled.saw}" if settled else decision.reason,
        "named": match.named,
        "candidates": [
            {"service": each.service, "system": each.system, "score": each.score, "how": each.how, "words": each.words}
            for each in match.candidates
        ],
        "tags": case.tags,
    }


def _print_miss(verdict: Verdict) -> None:
    """One miss in plain words."""
    miss = _miss(verdict)
    say(f"{miss['id']}: missed {', '.join(miss['missed'])}{' (WRONG ROUTE)' if miss['wrong_route'] else ''}")
    say(f"  subject   {shown_line(miss['subject'], 300)}")
    say(f"  expected  {_fields(miss['expected'])}")
    say(f"  got       {_fields(miss['got'])}")
    say(f"  rule      {miss['rule']}")
    for each in miss["candidates"]:
        name = " of ".join(filter(None, (each["service"], each["system"])))
        say(f'  named     {each["score"]:.2f} {name}, by {each["how"]} "{" ".join(each["words"])}"')
    say()


def _fields(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {' '.join(value) if isinstance(value, list | tuple) else value}" for name, value in values.items()
    )
