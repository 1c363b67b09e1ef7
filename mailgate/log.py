"""The log on stderr: text on a terminal, one JSON object a line in a pipe.

A message leaves exactly one line, when it is settled. Of the people who write, nothing stands in a line but the
sender's address; a personal number that gets into one all the same is masked; what outsiders chose
(host names, answers of relays) can move no cursor and begin no line.
"""

import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Protocol, TextIO

import structlog

from mailgate.config.house import LogSection
from mailgate.core.identifiers import mask
from mailgate.core.shown import shown, shown_line

# Characters of one value; a traceback has a field of its own and stays whole.
_LONGEST = 500
_FIRST = ("timestamp", "level", "event")
_PAD_EVENT = 20


class Log(Protocol):
    """What the rooms of the shell say, and how loud. `exc_info` is an exception of which the traceback matters."""

    def debug(self, event: str, **fields: Any) -> Any:  # noqa: ANN401  (whatever can be shown)
        """For whoever looks for a fault in mailgate."""

    def info(self, event: str, **fields: Any) -> Any:  # noqa: ANN401  (as above)
        """What happens in the ordinary way."""

    def warning(self, event: str, **fields: Any) -> Any:  # noqa: ANN401  (as above)
        """What an operator should know of."""

    def error(self, event: str, **fields: Any) -> Any:  # noqa: ANN401  (as above)
        """What an operator has to mend."""


def make_log(section: LogSection, stream: TextIO | None = None) -> Log:
    """The log, as configured.

    Args:
        section: `[log]` of the configuration.
        stream: where it is written; None is stderr.
    """
    stream = stream or sys.stderr
    is_text = section.format == "text" or (section.format == "auto" and stream.isatty())
    log: Log = structlog.wrap_logger(
        structlog.WriteLogger(_Pen(stream)),  # type: ignore[arg-type]  # all that it uses of a stream
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if is_text else "iso", utc=not is_text),
            _neutralise,
            structlog.processors.format_exc_info,
            _show_exception,
            *_renderers(is_text=is_text, colours=stream.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(section.level),
    )
    return log


class _Pen:
    """Writes lines. One that cannot be written, to a full disk or a pipe without a reader, is lost and stops nobody."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write it, or not."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush it, or not."""
        with suppress(OSError):
            self._stream.flush()


def _renderers(*, is_text: bool, colours: bool) -> list[Any]:
    if is_text:
        return [
            structlog.dev.ConsoleRenderer(
                colors=colours,
                pad_event_to=_PAD_EVENT,
                sort_keys=False,
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    return [_put_in_order, structlog.processors.JSONRenderer()]


def _neutralise(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """Every text as one harmless line; what is None is left out."""
    return {
        key: shown_line(mask(value[: 4 * _LONGEST]), _LONGEST) if isinstance(value, str) else value
        for key, value in event.items()
        if value is not None
    }


def _show_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """A traceback may quote a mail."""
    if "exception" in event:
        event["exception"] = shown(mask(event["exception"]))
    return event


def _put_in_order(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """What every line has stands first."""
    return {**{key: event[key] for key in _FIRST if key in event}, **event}
