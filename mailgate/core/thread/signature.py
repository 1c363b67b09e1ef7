"""Where the signature or disclaimer under a new text begins, and where the warning above it ends.

What is asked must never be cut, so a signature is only what is clearly one: everything under "-- ", a name and how to
reach it under a rule, the line of a telephone or app, a closing formula near the end with a few short lines under it, a
legal notice. In doubt it is new.
"""

import re

from mailgate.core.thread.formulas import (
    APOLOGY,
    APP_FIRST,
    APP_NAME,
    APP_STARTS,
    ASKS,
    BANNER,
    CARD,
    CLOSING,
    CLOSING_FIRST,
    CONTACT,
    ENVIRONMENT,
    IN_CLOSING,
    LEGAL,
    MY,
    NOTICE,
    NOTICE_FIRST,
    REGISTRY,
    TITLES,
)

# A signature under a closing formula or a bare "--" has at most this many lines.
_MOST_LINES = 12
# Lines of a signature are no longer than this.
_LONGEST_LINE = 100
# Lines at the end in which a signature is looked for, and those of them that are not blank.
_LOOKED_AT = 50
_MOST_WRITTEN = 25
# Words in the line of an app, and in its apology.
_MOST_WORDS = 9
_FEW_WORDS = 5

_DELIMITERS = frozenset({"--", "—", "––", "- -"})
_PUNCTUATION = ',.!;:-–—*_=~#"„(<'
_AROUND_APP = "(<*> \t"
_PS = re.compile(r"p\.?\s?s\.?[\s:.,–-]", re.IGNORECASE)
_BLANKED = str.maketrans(dict.fromkeys(',.;:!()"„”', " "))
_RULE = re.compile(r"[-_=*~#—–. \t]{3,}$")
_RULE_MARKS = tuple("-_=*~#—–")
_LIST_RULE = re.compile(r"_{20,}\s*$")
_QUESTION = re.compile(r"\?(?:\s|$)")
_LANGUAGES = re.compile(r"\s{0,3}[/|]\s{0,3}")


def banner_end(lines: list[str], start: int, end: int) -> int:
    """The line below the warning that a mail server put above the new text lines[start:end]; `start` without one."""
    first = next((at for at in range(start, min(end, start + 5)) if lines[at].strip()), end)
    if first == end or not BANNER.match(lines[first][:200]):
        return start
    below = next((at for at in range(first, min(end, first + _MOST_LINES)) if not lines[at].strip()), start)
    return below if any(line.strip() for line in lines[below:end]) else start


def signature_start(lines: list[str], start: int, end: int) -> int:
    """The line at which the signature of the new text lines[start:end] begins; `end` when it has none."""
    top = max(start, end - _LOOKED_AT)
    written = [at for at, text in enumerate(map(str.strip, lines[top:end]), top) if text][-_MOST_WRITTEN:]
    # Few lines begin with a word that a signature begins with; only they are looked at.
    begins = [(at, word) for at in written if (word := _first_word(lines[at])) in _FIRST_WORDS]
    first = end
    for looks, first_words in _LOOKS if begins else ():
        for at, word in begins:
            if at < first and word in first_words and looks(lines, written, written.index(at)):
                first = at
                written = [above for above in written if above < at]
                break
    if written:
        first = _card_start(lines, written, first)
        written = [above for above in written if above < first]
    return _with_rule_above(lines, written, first) if first < end else end


def _is_notice(lines: list[str], written: list[int], place: int) -> bool:
    """Whether a legal notice begins here."""
    at = written[place]
    inside = place and written[place - 1] == at - 1 and lines[at - 1][:1] not in _RULE_MARKS
    if inside and not (at == written[-1] and ENVIRONMENT.match(lines[at])):
        return False
    if not NOTICE.match(lines[at][:200]):
        return False
    rest = " ".join(lines[below] for below in written[place:])[:20_000]
    return "?" not in rest and bool(LEGAL.search(rest))


def _is_delimiter(lines: list[str], written: list[int], place: int) -> bool:
    """Whether it is "-- " (RFC 3676 section 4.3), one like it with a few lines under it, or Mailman's rule."""
    line = lines[written[place]]
    if _LIST_RULE.match(line[:80]) and any("mailing list" in lines[below] for below in written[place + 1 : place + 2]):
        return True
    under = _texts(lines, written[place + 1 :])
    if line.strip() not in _DELIMITERS:
        return place > 0 and bool(under) and bool(_RULE.match(line[:80])) and _is_name(under[0]) and _is_clean(under)
    return _is_clean(under) or (place > 0 and line == "-- " and not any(map(_QUESTION.search, under)))


def _is_name(line: str) -> bool:
    """Whether it can be the name of a person or a firm: two to five words, none of them small."""
    spoken = [word.strip(".,") for word in line[:_LONGEST_LINE].split()]
    named = [word for word in spoken if word.lower() not in TITLES]
    return 2 <= len(named) <= 5 and all(word[:1].isupper() for word in named) and line[-1] not in ":.!"


def _is_name_with_role(line: str) -> bool:
    """Whether it is a name behind what its bearer is: "radca prawny Jan Kowalski"."""
    spoken = line.split()
    named = sum(word[:1].isupper() for word in spoken)
    return len(spoken) <= 6 and named >= 2 and spoken[-1][:1].isupper() and ASKS.isdisjoint(_spoken(line))


def _is_app(lines: list[str], written: list[int], place: int) -> bool:
    """Whether a telephone or a mail program added the line: "Wysłane z iPhone'a"."""
    line = lines[written[place]].strip(_AROUND_APP)[:300].partition("<")[0]
    if place < len(written) - 5 or not line.lower().startswith(APP_STARTS) or not _names_an_app(line):
        return False
    sentence, _, more = line.partition(". ")
    if (more and not APOLOGY.search(more)) or max(sentence.count(" "), more.count(" ")) > _MOST_WORDS:
        return False
    if "?" in line or (not ASKS.isdisjoint(_spoken(line)) and not APOLOGY.search(line)):
        return False
    return _is_clean(_texts(lines, written[place + 1 :]))


def _names_an_app(line: str) -> bool:
    """Whether a known device or app is named, or an unknown one in the words for a known one: "from my Alcatel"."""
    return bool(APP_NAME.search(line)) or (line.count(" ") < _FEW_WORDS and "," not in line and bool(MY.search(line)))


def _is_farewell(lines: list[str], written: list[int], place: int) -> bool:
    """Whether it is a closing formula with nothing under it but a name and how to reach it."""
    if place < len(written) - _MOST_LINES - 1:
        return False
    return _is_closing(lines[written[place]].strip()) and _is_clean(_texts(lines, written[place + 1 :]))


def _card_start(lines: list[str], written: list[int], end: int) -> int:
    """The line at which the last paragraph begins when it is a name and how to reach it; `end` when it is not.

    The text above must be at its end: below "Proszę o dopisanie osoby:" a name is what the mail is about.
    """
    place = len(written) - 1
    while place > 0 and written[place - 1] == written[place] - 1:
        place -= 1
    if place <= 0 or not 2 <= len(written) - place <= _MOST_LINES:
        return end
    if lines[written[place - 1]].rstrip()[-1:] not in ".!?":
        return end
    under = _texts(lines, written[place:])
    first = under[0].partition("|")[0].strip()
    if not first or not _is_name_with_role(first) or first[-1] in ":.!" or not _is_clean(under):
        return end
    return written[place] if any(CARD.search(line) for line in under[1:]) else end


def _is_closing(line: str) -> bool:
    """Whether it is a closing formula, or the same in several languages: "Pozdrawiam / Best regards"."""
    if len(line) > _LONGEST_LINE or not CLOSING.match(line):
        return False
    return all(_is_said_at_the_end(piece) for piece in _LANGUAGES.split(line) if piece)


def _is_said_at_the_end(piece: str) -> bool:
    formula = CLOSING.match(piece)
    more = [word.strip(",.!;:-–()") for word in piece[formula.end() if formula else 0 :].split()]
    return len(more) <= 6 and not any(word and word[0].islower() and word.lower() not in IN_CLOSING for word in more)


def _first_word(line: str) -> str:
    words = line[:60].split(None, 1)
    if not words:
        return ""
    if words[0].isalpha():
        return words[0].lower()
    word = words[0].strip(_PUNCTUATION).lower()
    return word.partition("/")[0] if "/" in word else word


def _texts(lines: list[str], places: list[int]) -> list[str]:
    return [lines[at].strip() for at in places[: _MOST_LINES + 1]]


def _is_clean(under: list[str]) -> bool:
    """Whether these lines can be a signature: few, short, and nothing asked or told in them."""
    if len(under) > _MOST_LINES:
        return False
    return not any(_is_prose(line, first=place == 0) for place, line in enumerate(under))


def _spoken(line: str) -> list[str]:
    return line[:1000].lower().translate(_BLANKED).split()


def _is_prose(line: str, *, first: bool) -> bool:
    spoken = _spoken(line)
    if first and "?" not in line and (len(spoken) <= 2 or _is_name_with_role(line)):
        return False
    if "?" in line or not ASKS.isdisjoint(spoken) or _PS.match(line):
        return True
    wordy = len(spoken) > 9 or (line[0].islower() and len(spoken) > 1)
    if len(line) > _LONGEST_LINE or (wordy and not CONTACT.search(line)):
        return not REGISTRY.search(line[:1000])
    return False


def _with_rule_above(lines: list[str], written: list[int], first: int) -> int:
    """The rule drawn above the signature, or the signature itself."""
    above = written[-1] if written else first
    return above if _RULE.match(lines[above].strip()[:80]) else first


# How a signature begins, in the order in which it is cut off from below; each with the first words it may have.
_LOOKS = (
    (_is_notice, NOTICE_FIRST),
    (_is_delimiter, frozenset({""})),
    (_is_app, APP_FIRST),
    (_is_farewell, CLOSING_FIRST),
)
_FIRST_WORDS = frozenset().union(*(first_words for _, first_words in _LOOKS))
