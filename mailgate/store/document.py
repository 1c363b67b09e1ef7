"""A record of the store as a JSON document (design section 7): names as the contract spells them, times in ISO 8601."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any


def document(record: object) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """Records to objects, tuples to arrays, times to text; a trailing `_` that Python needed is dropped.

    Bytes have no place in JSON; who shows a letter or a message decodes them first.
    """
    if is_dataclass(record) and not isinstance(record, type):
        return {field.name.rstrip("_"): document(getattr(record, field.name)) for field in fields(record)}
    if isinstance(record, dict):
        return {str(name): document(value) for name, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [document(value) for value in record]
    if isinstance(record, (datetime, date)):
        return record.isoformat()
    return record
