"""Settings of what is done by the clock."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mailgate.config.section import Section
from mailgate.core.crontab import mistake_in
from mailgate.core.outcome import Outcome


def _crontab(value: str) -> str:
    if value and (mistake := mistake_in(value)):
        raise ValueError(mistake)
    return value


Crontab = Annotated[str, AfterValidator(_crontab)]


class ScheduleSection(Section):
    """What the daemon does by the clock: crontab lines in the time zone of [desk]; "": never. See docs/schedule.md."""

    # Remind whoever has not answered our question, and let questions expire.
    reminders: Crontab = "*/15 * * * *"
    # Erase what is older than [retention] says.
    retention: Crontab = "15 3 * * *"
    # The digest for [operators] by mail; weekdays are 0 to 7, Sunday is 0 and 7.
    digest: Crontab = "0 7 * * 1-5"
    # Decide again what was decided, with the rules and the directory as they are by then.
    reprocess: Crontab = ""
    # reprocess: mails with these outcomes, received in the last days, and how many changes and letters at most.
    reprocess_outcomes: tuple[Outcome, ...] = (Outcome.REJECT,)
    reprocess_days: int = Field(default=30, ge=1)
    reprocess_limit: int = Field(default=500, ge=1)
    reprocess_letters: int = Field(default=50, ge=0)
