"""What was known then: records out of the documents that were stored with a decision.

What a document lacks, because the record had no such field yet, gets the field's default; what the record no longer has
is passed over.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mailgate.core.facts import Known, Question

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberingDesk:
    """The desk that knows what was known once, whatever it is asked."""

    known: Known

    def knows(self, question: Question) -> Known:
        """Answer one question."""
        del question
        return self.known


def recollect(document: Mapping[str, Any]) -> Known:
    """What the desk knew, out of the document that stands with the decision.

    Raises:
        ValueError: it is no such document; the text says where.
    """
    return record_from(Known, document)


def record_from(kind: type[Record], document: Mapping[str, Any]) -> Record:
    """A record out of its JSON document.

    Raises:
        ValueError: it is no such document; the text says where.
    """
    found: Record = _value(kind, document, kind.__name__)
    return found


def _value(kind: Any, value: Any, place: str) -> Any:  # noqa: ANN401  (types and values of any record)
    if get_origin(kind) in {Union, types.UnionType}:
        if value is None:
            return None
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if is_dataclass(kind):
        return _record(kind, value, place)
    if get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"{place} is no list")
        return tuple(_value(get_args(kind)[0], each, place) for each in value)
    try:
        if kind in {datetime, date}:
            return kind.fromisoformat(value)
        return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value
    except (TypeError, ValueError):
        raise ValueError(f"{place} cannot be {value!r}") from None


def _record(kind: Any, value: Any, place: str) -> Any:  # noqa: ANN401  (as above)
    if not isinstance(value, Mapping):
        raise ValueError(f"{place} is no table")  # noqa: TRY004  (what is wrong is the document, for whoever reads it)
    hints = get_type_hints(kind)
    given = {each.name: value[each.name] for each in fields(kind) if each.name in value}
    for each in fields(kind):
        if each.name not in given and each.default is MISSING and each.default_factory is MISSING:
            raise ValueError(f"{place} lacks {each.name}")
    return kind(**{name: _value(hints[name], one, f"{place}.{name}") for name, one in given.items()})
