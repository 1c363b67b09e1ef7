"""Our questions and their answers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from mailgate.store.columns import Document, Moment, Words
from mailgate.store.tables.row import Row, table_of


class QuestionState(StrEnum):
    """The states of a question; the values are those of `KnownQuestion.state`."""

    # It waits for an answer.
    OPEN = "open"
    # It could not be answered by letters; an operator decides.
    HELD = "held"
    # What it asked for is known.
    SETTLED = "settled"
    # Nobody answered in time.
    EXPIRED = "expired"


class QuestionRow(Row, table=True):
    """A question of ours: which service is this kept message about? One for each message that was asked about."""

    __tablename__ = "question"
    __table_args__ = (Index(None, "state", "asked_at"),)

    message: int = Field(primary_key=True, foreign_key="message.id")
    # The reference in the subject of our letters, keyed with our secret.
    token: str = Field(sa_type=Words, unique=True)
    # The author of the message; nobody else may answer.
    author: str = Field(sa_type=Words)
    # Of the message, ISO 639-1; "" when unsure.
    language: str = Field(sa_type=Words)
    # Service ids in the order shown.
    offers: list[str] = Field(sa_type=Document)
    # The reason of the decision that asked.
    reason: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    # How many times it was asked, the reminder not counted.
    asked: int
    # When it was asked last.
    asked_at: datetime = Field(sa_type=Moment)
    reminded_at: datetime | None = Field(sa_type=Moment)
    # When it left the state "open".
    closed_at: datetime | None = Field(sa_type=Moment)


class AnswerRow(Row, table=True):
    """A message that answered a question; when the question is settled, it is added to the ticket."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "question"),)

    message: int = Field(primary_key=True, foreign_key="message.id")
    question: int = Field(foreign_key="question.message")


questions = table_of(QuestionRow)
answers = table_of(AnswerRow)
