"""What is done by the clock."""

from datetime import datetime

from sqlmodel import Field

from mailgate.store.columns import Moment, Words
from mailgate.store.tables.row import Row, table_of


class JobRow(Row, table=True):
    """A job, and its last run."""

    __tablename__ = "job"

    name: str = Field(primary_key=True, sa_type=Words)
    # When it was first heard of: what was due before is none of its business.
    known_at: datetime = Field(sa_type=Moment)
    # None: it has never run.
    began_at: datetime | None = Field(sa_type=Moment)
    # None: it runs, or was killed.
    ended_at: datetime | None = Field(sa_type=Moment)
    # "done", "failed", or "later": trouble that passes. None as long as it runs.
    result: str | None = Field(sa_type=Words)
    # What it did, or what was wrong, one sentence.
    said: str | None = Field(sa_type=Words)
    # "schedule", or the operator who began it.
    began_by: str | None = Field(sa_type=Words)
    # When a run was last done.
    done_at: datetime | None = Field(sa_type=Moment)


jobs = table_of(JobRow)
