"""The kinds of argument that conditions take."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import re2

from mailgate.core.catalogue import Catalogue
from mailgate.core.conditions.condition import Argument, Mistake
from mailgate.core.tables import did_you_mean
from mailgate.core.words import fold


def flag(*, true: Iterable[Any] = (True,), false: Iterable[Any] = (False,)) -> Argument:
    """True or false; each stands for the values of the thing looked at that it admits."""
    admitted = {True: frozenset(true), False: frozenset(false)}

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        return admitted[value] if isinstance(value, bool) else Mistake(message="must be true or false")

    return Argument(words="true or false", read=read)


def level(words: str, admitted: Mapping[str, frozenset[Any]]) -> Argument:
    """One word of a scale; it stands for the values that it admits."""

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        if isinstance(value, str) and value in admitted:
            return admitted[value]
        return Mistake(message=f"must be {words}{did_you_mean(str(value), admitted)}")

    return Argument(words=words, read=read)


def choice(words: str, known: Callable[[Catalogue], Iterable[str]], *, flags: bool = False) -> Argument:
    """One known word or a list of them; with `flags` also true for any of them and false for none."""
    takes = f"{words}, or a list of them" + (", or true for any, false for none" if flags else "")

    def read(value: object, catalogue: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        names = tuple(known(catalogue))
        if flags and isinstance(value, bool):
            return frozenset(names) if value else frozenset({None})
        wanted = _texts(value)
        if wanted is None:
            return Mistake(message=f"must be {takes}")
        unknown = next((each for each in wanted if each not in names), None)
        if unknown is not None:
            return Mistake(message=f'"{unknown}" is not {words}{did_you_mean(unknown, names)}')
        return frozenset(wanted)

    return Argument(words=takes, read=read)


def texts(words: str, clean: Callable[[str], str] = str.lower) -> Argument:
    """A text or a list of texts, cleaned as the thing looked at is."""

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        wanted = _texts(value)
        if wanted is None:
            return Mistake(message=f"must be {words}, or a list of them")
        return frozenset(map(clean, wanted))

    return Argument(words=f"{words}, or a list of them", read=read)


def number(words: str, *, over: bool = False) -> Argument:
    """A number; the thing looked at must be below it, or with `over` above it."""

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        return Mistake(message=f"must be {words}")

    def narrower(one: float, other: float) -> bool:
        return one >= other if over else one <= other

    return Argument(words=words, read=read, narrower=narrower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that must stand in a text side by side, as whole words or as the beginning of the last one."""

    # As the operator wrote them: "zwrot akcyz*".
    written: str
    # Folded, between blanks; without the last blank where the last word may go on.
    folded: str = field(compare=False)


def phrases() -> Argument:
    """A phrase or a list of phrases, folded."""
    words = "words or a phrase"

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        wanted = _texts(value)
        if wanted is None:
            return Mistake(message=f"must be {words}, or a list of them")
        empty = next((each for each in wanted if not only_words(each).strip()), None)
        if empty is not None:
            return Mistake(message=f'"{empty}" holds no word; write letters or digits')
        return tuple(
            Phrase(written=each, folded=only_words(each)[: -1 if each.endswith("*") else None]) for each in wanted
        )

    return Argument(words=f"{words}, or a list of them", read=read, narrower=lambda one, other: set(one) <= set(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A regular expression of an operator."""

    # As the operator wrote it.
    written: str
    # What RE2 made of it.
    compiled: Any = field(compare=False)


def pattern() -> Argument:
    """A regular expression for RE2, compiled once."""
    options = re2.Options()
    # Else RE2 writes to stderr by itself.
    options.log_errors = False

    def read(value: object, _: Catalogue) -> Any | Mistake:  # noqa: ANN401 - see Argument
        if not isinstance(value, str) or not value:
            return Mistake(message="must be a regular expression in quotes")
        try:
            return Pattern(written=value, compiled=re2.compile(f"(?i){value}", options))
        except re2.error as error:
            detail = error.args[0].decode(errors="replace") if error.args else "no pattern"
            return Mistake(
                message=f"is no regular expression that RE2 knows: {detail}; RE2 has no look-around and no"
                " back-references, and \\ in a pattern needs 'single quotes'"
            )

    return Argument(words="a regular expression (RE2), case ignored", read=read)


def only_words(text: str) -> str:
    """The words of a text, folded, each between two blanks: " zwrot akcyzy "."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


_WORD = re.compile(r"[^\W_]+")


def _texts(value: object) -> tuple[str, ...] | None:
    """One text or a list of texts, as a tuple; None when it is neither, or when there is none in it."""
    wanted = [value] if isinstance(value, str) else value
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, str) and each for each in wanted):
        return None
    return tuple(wanted)
