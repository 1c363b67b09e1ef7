"""What is other in one set of rules than in another, in short, and line by line."""

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

# Keys that name an entry of a table.
_NAMES = ("name", "id", "from", "speaks_for")


def changes_in_short(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What is new, gone and changed, an entry each: "new rule akc_pa", "changed service sent-100", "gone etoll.toml".

    Args:
        before: the texts of one set of rules by file name.
        after: those of the other.
    """
    old, new = _entries(before), _entries(after)
    told = tuple(
        f"{_word(key in old, key in new)} {' '.join(key)}"
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    )
    if told:
        return told
    files = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return tuple(
        f"{name}: order or remarks only"
        if name in before and name in after
        else f"{_word(name in before, True)} {name}"
        for name in files
    )


def differences(
    before: Mapping[str, str], after: Mapping[str, str], names: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """Each file that differs, and the unified diff of it.

    Args:
        before: the texts of one set of rules by file name.
        after: those of the other.
        names: what the sets are called.
    """
    for name in sorted({*before, *after}):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            lines = difflib.unified_diff(
                old.splitlines(), new.splitlines(), f"{names[0]}/{name}", f"{names[1]}/{name}", lineterm=""
            )
            yield name, "".join(f"{line}\n" for line in lines)


def _word(was: bool, is_: bool) -> str:
    return "changed" if was and is_ else "gone" if was else "new"


def _entries(texts: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Every entry by its table and name; the whole of a file that is no TOML."""
    found: dict[tuple[str, ...], str] = {}
    for name, text in texts.items():
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            found[("file", name)] = text
            continue
        for table, value in tables.items():
            for place, entry in enumerate(value if isinstance(value, list) else [value]):
                key = (table, _name(entry) or (f"{place + 1} of {name}" if isinstance(value, list) else f"of {name}"))
                found[key] = found.get(key, "") + json.dumps(entry, sort_keys=True, default=str)
    return found


def _name(entry: Any) -> str:  # noqa: ANN401  (whatever TOML can hold)
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[key]) for key in _NAMES if isinstance(entry.get(key), str)), "")
