"""The texts that operators write, from a folder."""

from collections.abc import Mapping
from pathlib import Path

from mailgate.core.problem import Problem


def read_texts(folder: Path, ending: str) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The text of every file below the folder, by its name relative to it ("services/import.toml").

    Files and folders whose name begins with a dot are none of ours: editors put their copies there.

    Args:
        folder: where to look.
        ending: of the names of files that count: ".toml".

    Returns:
        The texts, and a Problem for each file that cannot be read.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob(f"*{ending}")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in Path(name).parts) or not path.is_file():
            continue
        try:
            # Windows editors put a byte order mark in front.
            texts[name] = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            problems.append(Problem(file=name, line=line, message="is not UTF-8; save the file as UTF-8"))
        except OSError as error:
            problems.append(Problem(file=name, line=0, message=f"cannot be read: {error.strerror}; let us read it"))
    return texts, tuple(problems)


def stamp(folder: Path, ending: str) -> Mapping[str, tuple[int, int]]:
    """Time of the last change (ns) and size of every such file: whatever has changed, the stamp is another one."""
    stamps: dict[str, tuple[int, int]] = {}
    for path in folder.rglob(f"*{ending}"):
        try:
            found = path.stat()
        except OSError:
            continue
        stamps[str(path)] = (found.st_mtime_ns, found.st_size)
    return stamps
