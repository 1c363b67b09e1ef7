"""The codes of the catalogue: acronyms and form symbols (`SENT100`, `AKC-U/S`, `NCTS2`), and what each stands for."""

from dataclasses import dataclass

from mailgate.core.catalogue import Catalogue
from mailgate.core.words import words_of

# The longest code is written in at most this many pieces: "AKC - 4 / zo".
PIECES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a code stands for."""

    services: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    how: str = "name"


def codes_of(catalogue: Catalogue) -> dict[str, Code]:
    """Every code of the catalogue. A name that is both a service's and a system's is the system's (GUIDE rule 3)."""
    codes: dict[str, Code] = {}
    for system in catalogue.systems.values():
        for name in (system.name, *system.names):
            if is_code(name) and not system.platform:
                key = key_of(name)
                others = codes[key].systems if key in codes else ()
                codes[key] = Code(systems=(*others, system.id), how="system")
    for service in catalogue.services.values():
        for how, names in (("form", service.forms), ("name", (service.title, *service.names))):
            for name in names:
                key = key_of(name)
                old = codes.get(key)
                taken = old is not None and any(catalogue.services_of(system) for system in old.systems)
                if (how == "name" and not is_code(name)) or taken:
                    continue
                services = (*(old.services if old else ()), service.id)
                codes[key] = Code(services=tuple(dict.fromkeys(services)), how=old.how if old else how)
    return codes


def key_of(name: str) -> str:
    """A code as it is looked up: folded, in one piece."""
    return "".join(word.folded for word in words_of(name))


def is_code(name: str) -> bool:
    """Whether a name is an acronym or symbol: "eBTI", "AKC-U/S", "NCTS 5", "e-Klient"; not "Trader Portal"."""
    words = words_of(name)
    if not words or len(words) > PIECES:
        return False
    if len(words) == 1:
        return any(c.isdigit() for c in name) or sum(c.isupper() for c in name) > 1
    if len(words) == 2 and len(words[0].folded) == 1 and words[0].gap == "-":
        return True
    return all(w.written.isupper() or w.folded[0].isdigit() or len(w.folded) <= 2 for w in words)
