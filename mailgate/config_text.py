"""`config.toml` with every setting, written from the comments and the defaults in `mailgate/config/`."""

import inspect
import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from mailgate.config import Config
from mailgate.config.section import Section

_PREFACE = """\
# mailgate: every setting with its default. Take away the "#" in front of a setting to change it.
# Paths start at the folder of this file. `mailgate check` finds mistakes; `mailgate config` writes this page anew.
"""
_FIELD = re.compile(r"    (?P<name>[a-z_]+): ")


def write_config() -> str:
    """The page: each table with its settings, commented out. Of a list of tables one, its header commented out too."""
    parts = [_PREFACE]
    for name, field in Config.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            parts.append("\n".join(_section(f"[{name}]", section, indent="")) + "\n")
        else:
            parts += ["\n".join(_section(f"# [[{name}]]", each, indent="  ")) + "\n" for each in _listed(field)]
    return "\n".join(parts)


def _listed(field: FieldInfo) -> tuple[type[Section], ...]:
    """What a list of tables holds; nothing for any other setting."""
    found = get_args(field.annotation)[:1]
    return tuple(each for each in found if isinstance(each, type) and issubclass(each, Section))


def _section(header: str, section: type[Section], indent: str) -> Iterator[str]:
    """The lines of one table."""
    yield f"# {(section.__doc__ or '').strip()}"
    yield header
    for line in inspect.getsource(section).splitlines():
        found = _FIELD.match(line)
        if line.startswith("    # "):
            yield f"# {indent}{line.strip()}" if indent else line.strip()
        elif found and SecretStr in get_args(section.model_fields[found["name"]].annotation):
            variable = f"MAILGATE_{header.strip('# []').upper()}__{found['name'].upper()}"
            yield f"# {indent}{found['name']}: only in the environment, as {variable}"
        elif found and found["name"] in section.model_fields:
            yield f"# {indent}{found['name']} = {_toml(section.model_fields[found['name']])}"
        elif line.startswith(("    def ", "    @")):
            break


def _toml(field: FieldInfo) -> str:
    """A default as TOML writes it; of a setting that is not set, an example."""
    default = field.default
    if field.is_required():
        return '""  # must be set'
    if default is None:
        return '""  # not set'
    if isinstance(default, tuple):
        return f"[{', '.join(json.dumps(each) for each in default)}]"
    if isinstance(default, Path | Enum):
        return json.dumps(str(default))
    if isinstance(default, int) and not isinstance(default, bool):
        return f"{default:_}" if abs(default) >= 10_000 else str(default)
    return json.dumps(default)
