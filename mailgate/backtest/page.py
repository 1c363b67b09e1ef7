"""The report of a backtest as one HTML page: read on a screen, by a screen reader, on paper; it loads nothing."""

from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from mailgate.backtest.corrections import Side
from mailgate.backtest.outlook import Outlook
from mailgate.backtest.replay import Road
from mailgate.core.identifiers import mask
from mailgate.core.shown import shown_line

_LONGEST = 400


def as_page(outlook: Outlook) -> str:
    """The page. Whatever mails say is escaped, made harmless, and without personal numbers."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = _words
    environment.filters["time"] = _time
    template = environment.from_string(files("mailgate.backtest").joinpath("page.html").read_text(encoding="utf-8"))
    tally = outlook.tally
    return template.render(
        outlook=outlook,
        trial=outlook.trial,
        tally=tally,
        kinds=[(kind, number, tally.by_kind.get(kind, [])) for kind, number in tally.kinds.most_common()],
        Road=Road,
        Side=Side,
    )


def _words(text: object) -> str:
    """Words from outside, on one line."""
    return shown_line(mask(str(text)), _LONGEST)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
