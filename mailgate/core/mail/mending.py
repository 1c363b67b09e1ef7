"""Address headers that are written wrong, brought into the form that they were meant to have.

Only form is mended: brackets and quotes that lack their other half, commas in names, what else stands inside the
brackets. The result goes back to the parser, which judges it as if it had been sent like this.
"""

import re

# Quoted strings and comments are whole: nothing in them is an address or a separator. Private use marks their places.
_WHOLE = re.compile(r'"((?:[^"\\]|\\.)*)"|\((?:[^()\\]|\\.)*\)')
_MARK = re.compile("\ue000([0-9]+)\ue001")
_SEPARATOR = re.compile(r"[,;]")
_WORD = re.compile(r"[^\s<>()\[\]:;,\"\\]+")
# What stands inside brackets by mistake: a scheme, quotes, blanks, a dot at the end.
_RUBBISH = re.compile(r"^[\s'\"]*(?:mailto:|smtp:)?[\s'\"]*|[\s'\".;,]+$", re.IGNORECASE)
_DOTS = re.compile(r"^\.|\.\.|\.$")


def mend_addresses(value: str) -> str:
    """The header as it was most likely meant: a list of quoted names with addresses in brackets."""
    whole: list[re.Match[str]] = []

    def put_aside(found: re.Match[str]) -> str:
        whole.append(found)
        return f"\ue000{len(whole) - 1}\ue001"

    bare = _WHOLE.sub(put_aside, value.replace("\ue000", "").replace("\ue001", "")).replace('"', " ")
    mailboxes: list[str] = []
    words, *groups = bare.split("<")  # brackets may lack their end, and may be doubled
    for group in groups:
        inner, _, rest = group.partition(">")
        if not inner.strip():
            continue
        *before, phrase = _SEPARATOR.split(words)
        mailboxes += _without_brackets(before, whole)
        surnames = [piece for piece in before if "@" not in piece]  # "Kowalski, Jan <jan@example.pl>"
        mailboxes.append(_mailbox(",".join((*surnames, phrase)), inner, whole))
        words = rest
    mailboxes += _without_brackets(_SEPARATOR.split(words), whole)
    return ", ".join(filter(None, mailboxes))


def _without_brackets(pieces: list[str], whole: list[re.Match[str]]) -> list[str]:
    """The mailboxes of pieces like "Jan Kowalski jan@example.pl"; a word with two at signs is no address."""
    mailboxes: list[str] = []
    for piece in pieces:
        addresses = [word for word in _WORD.findall(piece) if word.count("@") == 1] if "@" in piece else []
        phrase = piece
        for address in addresses:
            phrase = phrase.replace(address, " ", 1)
        mailboxes += [_mailbox(phrase, address, whole) for address in addresses]
    return mailboxes


def _mailbox(phrase: str, inner: str, whole: list[re.Match[str]]) -> str:
    address = _RUBBISH.sub("", _MARK.sub(lambda mark: whole[int(mark[1])][0], inner))
    local, at, domain = address.rpartition("@")
    if not at:
        return ""
    if '"' not in local:
        local = "".join(local.split())
        local = f'"{local}"' if _DOTS.search(local) else local
    name = _MARK.sub(lambda mark: whole[int(mark[1])][1] or "", phrase).strip(" \t,;")
    quoted = name.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{local}@{domain.replace(" ", "")}>'
