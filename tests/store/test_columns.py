"""Column types: what goes in can be stored anywhere, and what was fine comes back as it was."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from mailgate.store.columns import Moment, Words

DIALECT = sqlite.dialect()
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_any_text_can_be_stored_on_any_database(text: str) -> None:
    stored = Words().process_bind_param(text, DIALECT)

    assert stored is not None
    assert "\0" not in stored
    assert stored.encode().decode() == stored


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_that_was_fine_is_not_touched(text: str) -> None:
    assert Words().process_bind_param(text, DIALECT) == text


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.integers(min_value=-14, max_value=14))  # noqa: DTZ001  (hypothesis wants naive limits)
def test_a_moment_is_the_same_moment_afterwards(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))

    stored = Moment().process_bind_param(moment, DIALECT)

    assert stored is not None
    assert Moment().process_result_value(stored.replace(tzinfo=None), DIALECT) == moment


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Moment().process_bind_param(datetime(2026, 11, 23, 12, 0), DIALECT)  # noqa: DTZ001  (that is the point)
