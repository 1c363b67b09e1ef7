"""What a backtest has found, in words and as a JSON document."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import Any

from mailgate.backtest.corrections import Side
from mailgate.backtest.outlook import Outlook
from mailgate.backtest.replay import Road
from mailgate.backtest.tally import Changed
from mailgate.cli.screen import say, say_table
from mailgate.core.shown import count, shown_line
from mailgate.store.document import document

_SUBJECT, _TEXT, _SAW = 46, 300, 200
_WIDTH = 80
# What a mail's road means, in words; the rest of the sentence is a number of mails.
_ROADS = {
    Road.RECORD: "judged by what was found in them when they came",
    Road.WORDS: "read again",
    Road.ANEW: "of which nothing was recorded: judged with what is known of their authors today",
    Road.ERASED: "not judged: their bytes are erased, and what is recorded of them is not enough",
    Road.COPY: "not judged: second copies of other mails",
    Road.WAITING: "not judged: they wait for their first decision",
    Road.FAILED: "not judged: our bug; see the page of --html or --json, and `mailgate explain`",
}
_SIDES = {
    Side.GAIN: "better: the candidate does what is known to be right, or comes nearer to it",
    Side.LOSS: "worse: the candidate leaves what is known to be right",
    Side.EVEN: "as good or as bad as before",
}


def say_outlook(outlook: Outlook, examples: int) -> None:
    """Print it, with so many examples of each kind."""
    trial, tally = outlook.trial, outlook.tally
    if outlook.is_equal:
        say(f"{trial.rules} is what decides today (revision {trial.today}): nothing to try")
        return
    against = "what was recorded" if trial.against_record else f"today's rules ({trial.today})"
    say(f"{trial.rules} (revision {trial.candidate}) against {against}")
    if outlook.files:
        say(f"files that differ: {', '.join(outlook.files)}")
    say()
    say(
        f"{count(tally.mails, 'mail')} looked at{_span(outlook)}, {tally.judged} judged, {_share(outlook)} would change"
    )
    for line in _roads(outlook):
        say(f"  {line}")
    for gap, number in tally.gaps.most_common():
        say(f"  {number} of them lack what a new condition asks for: {gap}")
    if not tally.changed:
        say("\nnothing would change")
        return
    say()
    say_table(
        ("CHANGE", "MAILS"),
        [(kind, number) for kind, number in tally.kinds.most_common()],
        cut=("CHANGE",),
        empty="",
    )
    _say_corrections(outlook, examples)
    if examples:
        for kind, number in tally.kinds.most_common():
            _say_mails(f"{kind}: {count(number, 'mail')}", number, tally.by_kind[kind][:examples])


def as_document(outlook: Outlook, examples: int) -> dict[str, Any]:
    """It as a JSON document."""
    trial, tally = outlook.trial, outlook.tally
    return {
        "rules": str(trial.rules),
        "revision": trial.candidate,
        "today": trial.today,
        "against": "recorded" if trial.against_record else "today",
        "equal": outlook.is_equal,
        "files": outlook.files,
        "same_recognition": outlook.same_sight,
        "since": trial.stretch.since,
        "until": trial.stretch.until,
        "mails": tally.mails,
        "judged": tally.judged,
        "changed": tally.changed,
        "roads": {road: tally.roads[road] for road in Road if tally.roads[road]},
        "not_recorded": dict(tally.gaps.most_common()),
        "corrections": {side: tally.sides[side] for side in Side},
        "corrected": [document(each) for side in Side for each in tally.by_side.get(side, ())[:examples]],
        "kinds": [
            {
                "change": kind,
                "mails": number,
                "examples": [document(each) for each in tally.by_kind[kind][:examples]],
            }
            for kind, number in tally.kinds.most_common()
        ],
    }


def _span(outlook: Outlook) -> str:
    since, until = outlook.trial.stretch.since, outlook.trial.stretch.until
    words = [f"since {since.astimezone():%Y-%m-%d %H:%M}" if since else ""]
    words.append(f"before {until.astimezone():%Y-%m-%d %H:%M}" if until else "")
    said = " ".join(filter(None, words))
    return f" ({said})" if said else ""


def _share(outlook: Outlook) -> str:
    tally = outlook.tally
    return f"{tally.changed} ({tally.changed / max(tally.judged, 1):.1%})"


def _roads(outlook: Outlook) -> Iterator[str]:
    for road, words in _ROADS.items():
        if number := outlook.tally.roads[road]:
            yield f"{number} {words}"


def _say_corrections(outlook: Outlook, examples: int) -> None:
    tally = outlook.tally
    known = sum(tally.sides.values())
    if not known:
        say("\nof none of the changed mails anybody has told what would have been right")
        return
    say(f"\nof {known} of the changed mails it is known what would have been right:")
    for side, words in _SIDES.items():
        say(f"  {tally.sides[side]} {words}")
    for side in (Side.LOSS, Side.GAIN):
        if number := tally.sides[side]:
            _say_mails(
                f"{_SIDES[side].partition(':')[0]}: {count(number, 'mail')}", number, tally.by_side[side][:examples]
            )


def _say_mails(title: str, number: int, mails: Sequence[Changed]) -> None:
    left = f", the newest {len(mails)}" if len(mails) < number else ""
    say(f"\n{title}{left}")
    for mail in mails:
        subject = shown_line(mail.subject, _SUBJECT)
        say(f'  message {mail.message}, {mail.received_at.astimezone():%Y-%m-%d %H:%M}: "{subject}"')
        for name, text in _sides_of(mail):
            say(fill(text, _WIDTH, initial_indent=f"    {name:7}", subsequent_indent=" " * 11, break_long_words=False))


def _sides_of(mail: Changed) -> Iterable[tuple[str, str]]:
    """What is said of a changed mail, line by line, each with its name."""
    for name, opinion in (("now", mail.before), ("then", mail.after)):
        yield name, shown_line(opinion.text, _TEXT)
        if opinion.saw:
            yield "", f"by {opinion.rule}, {opinion.source}: {shown_line(opinion.saw, _SAW)}"
    if mail.correction:
        yield "right", f"{mail.correction.right} (told by the {mail.correction.teacher})"
    if mail.gaps:
        yield "lacks", ", ".join(mail.gaps)
