"""`config.toml` with every setting, written from the comments and the defaults in `mailgate/config.py`."""

import inspect
import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from mailgate.config import Config, Section

_PREFACE = """\
# mailgate: every setting with its default. Take away the "#" in front of a setting to change it.
# Paths start at the folder of this file. `mailgate check` finds mistakes; `mailgate config` writes this page anew.
"""
_FIELD = re.compile(r"    (?P<name>[a-z_]+): ")


def write_config() -> str:
    """The page: each table with its settings, commented out."""
    parts = [_PREFACE]
    for name, field in Config.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            parts.append("\n".join(_section(name, section)) + "\n")
    return "\n".join(parts)


def _section(name: str, section: type[Section]) -> Iterator[str]:
    """The lines of one table."""
    yield f"# {(section.__doc__ or '').strip()}"
    yield f"[{name}]"
    for line in inspect.getsource(section).splitlines():
        found = _FIELD.match(line)
        if line.startswith("    # "):
            yield line.strip()
        elif found and SecretStr in get_args(section.model_fields[found["name"]].annotation):
            yield f"# {found['name']}: only in the environment, as MAILGATE_{name.upper()}__{found['name'].upper()}"
        elif found and found["name"] in section.model_fields:
            yield f"# {found['name']} = {_toml(section.model_fields[found['name']])}"
        elif line.startswith(("    def ", "    @")):
            break


def _toml(field: FieldInfo) -> str:
    """A default as TOML writes it; of a setting that is not set, an example."""
    default = field.default
    if default is None:
        return '""  # not set'
    if isinstance(default, tuple):
        return f"[{', '.join(json.dumps(each) for each in default)}]"
    if isinstance(default, Path | Enum):
        return json.dumps(str(default))
    if isinstance(default, int) and not isinstance(default, bool):
        return f"{default:_}" if abs(default) >= 10_000 else str(default)
    return json.dumps(default)
