"""The test: each golden mail goes down the whole road, and what becomes of it is compared, line by line."""

import difflib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from mailgate.core.decision import Decision
from mailgate.core.identity import IdentityPolicy
from mailgate.core.problem import Problem
from mailgate.core.recollection import RememberingDesk
from mailgate.gate import Considered, House, consider
from mailgate.golden.folder import expected_file, read_golden, write_golden
from mailgate.golden.record import AUTHSERV_ID, CLIENT, Golden

# The relay whose word golden mails come with.
_POLICY = IdentityPolicy(authserv_ids=(AUTHSERV_ID,), networks=(f"{CLIENT}/32",))
# What of a decision must stay as it is; an empty line for what there is none of would only be noise.
_COMPARED = (
    *("outcome", "reason", "service", "system", "kind", "matter", "environment", "desk", "queue", "priority"),
    *("template", "candidates", "ticket", "related", "asks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A golden mail of which something else becomes than must, or that cannot be read."""

    # Its name; "" when it cannot be read.
    name: str
    # What is wrong, with the file that says what must become of it, relative to the folder of rules.
    problem: Problem
    # A unified diff from what must become of it to what does; "" when it cannot be read.
    diff: str = ""
    # What becomes of it now, as it would stand in the file; "" when it cannot be read.
    now: str = ""


def run_golden(house: House, folder: Path) -> tuple[Failure, ...]:
    """Judge every golden mail beside the rules by them.

    Args:
        house: with the rules to be tried, wherever they come from.
        folder: the folder of rules with `golden/` in it.

    Returns:
        A Failure for each that ends elsewhere; none when all is well, or there is none.
    """
    every, problems = read_golden(folder)
    unread = tuple(Failure(name="", problem=problem) for problem in problems)
    return (*unread, *(failure for golden in every if (failure := _compare(golden, house))))


def accept_golden(house: House, folder: Path, golden: Golden) -> str:
    """Let what becomes of a golden mail now be what must become of it; gives the difference, "" when there is none."""
    failure = _compare(golden, house)
    if failure is None:
        return ""
    write_golden(folder, golden.becoming(failure.now))
    return failure.diff


def judge(golden: Golden, house: House) -> Considered:
    """Send a golden mail down the road, with what was known then."""
    silent = frozenset({CLIENT}) if golden.circumstances.relay_silent else frozenset()
    return consider(
        golden.message(),
        desk=RememberingDesk(known=golden.circumstances.known),
        house=replace(house, policy=replace(_POLICY, silent=silent)),
    )


def as_expected(decision: Decision) -> str:
    """What a decision says, a line each, as it stands in NAME.expected."""
    values = {name: getattr(decision, name) for name in _COMPARED}
    values["missing"] = [each.id for each in decision.missing]
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
    return "".join(f"{line}\n" for line in lines)


def _compare(golden: Golden, house: House) -> Failure | None:
    now = as_expected(judge(golden, house).decision)
    wanted = _lines(golden.expected)
    got = _lines(now)
    if sorted(wanted) == sorted(got):
        return None
    file = expected_file(golden.name)
    diff = "".join(
        f"{line}\n" for line in difflib.unified_diff(wanted, got, f"{file} (expected)", f"{file} (now)", lineterm="")
    )
    at = next(
        (place for place, line in enumerate(golden.expected.splitlines(), 1) if _plain(line) not in {*got, ""}), 0
    )
    message = (
        f"golden mail {golden.name} ends elsewhere now; mend the rules, or take it over:"
        f" mailgate golden accept {golden.name}"
    )
    return Failure(name=golden.name, problem=Problem(file=file, line=at, message=message), diff=diff, now=now)


def _lines(text: str) -> list[str]:
    """The lines that say something; whoever mends them by hand may leave blanks and remarks."""
    return [line for each in text.splitlines() if (line := _plain(each))]


def _plain(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.strip()
