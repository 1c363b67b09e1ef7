"""An operator's mistake, told so that it can be mended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake in what an operator wrote. Problems are collected and reported all at once."""

    # The file as the operator named it, relative to the folder it was read from: "policy.toml".
    file: str
    # The line in that file, counted from 1; 0 when the whole file is meant.
    line: int
    # One sentence that says what is wrong and how to mend it.
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
