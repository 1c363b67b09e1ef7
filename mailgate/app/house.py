"""The house: everything it takes to decide, built from the configuration and the operator's files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import re2

from mailgate import rulefolder
from mailgate.config import BadConfig, Config
from mailgate.core.address import normalise
from mailgate.core.decision import Decision
from mailgate.core.identity import IdentityPolicy
from mailgate.core.problem import Problem
from mailgate.core.published import Office
from mailgate.core.rehearsal import rehearse
from mailgate.core.reply import read_letters
from mailgate.core.rulebook import Example, Rulebook, read_rulebook, remaining_texts
from mailgate.gate import House, consider
from mailgate.rulefiles import read_rules
from mailgate.rulefiles import read_texts as read_rule_texts
from mailgate.textfiles import read_texts, stamp

# The relay that examples of rules come by.
_REHEARSAL = IdentityPolicy(authserv_ids=("rehearsal.invalid",), networks=("127.0.0.0/8",))


# Examples of rules with mistakes that are told one by one; more of them are the doing of what is left out.
_MOST_IN_PART = 5


class BadRules(BadConfig):
    """Rules or templates have mistakes; `problems` names each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where the operator's files are."""

    rules: Path
    templates: Path

    def stamp(self) -> Mapping[str, tuple[int, int]]:
        """Differs as soon as any of the files has changed."""
        return {**rulefolder.stamp(self.rules), **stamp(self.templates, ".md")}


def folders_of(config: Config, rules: Path | None = None) -> Folders:
    """The folders of the configuration; other rules where they are given."""
    return Folders(rules=rules or config.path(config.folders.rules), templates=config.path(config.folders.templates))


def read_house(config: Config, folders: Folders, rules: Mapping[str, str] | None = None) -> House:
    """Read the operator's files. Their examples are not rehearsed; see `rehearsed`.

    Args:
        config: who we are, and whose word proves an author.
        folders: where the files are.
        rules: the texts of other rules than those of the folder, by file name.

    Raises:
        BadRules: with every mistake in rules and templates, each with its file as one would open it.
    """
    texts, unread = read_texts(folders.templates, ".md")
    letters, wrong = read_letters(texts)
    problems = list(placed(folders.templates, (*unread, *wrong)))
    names = None if problems else letters.names
    book = read_rules(folders.rules, templates=names) if rules is None else read_rulebook(rules, templates=names)
    if not isinstance(book, Rulebook):
        raise BadRules((*placed(folders.rules, book), *problems))
    house = House(
        book=book,
        letters=letters,
        office=_office(config, book),
        policy=_policy(config),
        ticket_prefix=config.desk.ticket_prefix,
        csd_numbers=re2.compile(config.csd.number_pattern) if config.csd.url else None,
        forms=frozenset(form for service in book.catalogue.services.values() for form in service.forms),
    )
    if problems:
        raise BadRules(tuple(problems))
    return house


def rehearsed(house: House, folders: Folders) -> tuple[Problem, ...]:
    """Send every example of the rules down the road; a Problem for each that ends elsewhere than its author meant."""
    return placed(folders.rules, rehearse(house.book.examples, partial(_rehearse, house)))


def rehearsed_in_part(config: Config, folders: Folders) -> tuple[Problem, ...]:
    """The same for rules with mistakes, as far as it can be told: the tables that have them are left out.

    So that one run names everything that is wrong.
    """
    letters, wrong = read_letters(read_texts(folders.templates, ".md")[0])
    texts, _ = read_rule_texts(folders.rules)
    left = None if wrong else remaining_texts(texts, letters.names)
    if left is None:
        return ()
    try:
        house = read_house(config, folders, left)
    except BadRules:
        return ()
    found = rehearsed(house, folders)
    if len(found) > _MOST_IN_PART:
        message = (
            f"this example of a rule, and {len(found) - 1} more, end elsewhere; that may come of the other mistakes,"
            " so mend those first"
        )
        return (replace(found[0], message=message),)
    hint = "; as far as can be told while other mistakes stand"
    return tuple(replace(each, message=each.message + hint) for each in found)


def _rehearse(house: House, example: Example) -> Decision:
    """One example of a rule, sent down the road; it brings its own desk."""
    rehearsing = replace(house, policy=replace(_REHEARSAL, silent=example.silent))
    message, chosen = example.message(*_REHEARSAL.authserv_ids), example.choice(house.book.catalogue)
    return consider(message, desk=example, house=rehearsing, chosen=chosen).decision


def _office(config: Config, book: Rulebook) -> Office:
    """The desk as the writer of letters."""
    desk = config.desk
    return Office(
        name=desk.name,
        address=desk.address,
        own_addresses=frozenset(map(normalise, (desk.address, *desk.recipients))),
        timezone=ZoneInfo(desk.timezone),
        published=book.published,
        wait_days=int(config.questions.expire_after_days),
    )


def _policy(config: Config) -> IdentityPolicy:
    """Whose word proves an author."""
    section = config.identity
    return IdentityPolicy(
        authserv_ids=section.authserv_ids,
        networks=section.networks,
        sources=section.sources,
        own_name=config.smtp.hostname if section.mode == "verify" else None,
    )


def placed(folder: Path, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems with their files as one would open them from here."""
    try:
        shown = folder.resolve().relative_to(Path.cwd())
    except ValueError:
        shown = folder
    return tuple(replace(problem, file=str(shown / problem.file)) for problem in problems)
