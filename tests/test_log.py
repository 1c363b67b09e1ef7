"""The log: one line a happening, whole in a pipe, harmless everywhere."""

import io
import json
from pathlib import Path

from mailgate.config.house import LogSection
from mailgate.log import make_log


def written(section: LogSection, event: str, **fields: object) -> str:
    stream = io.StringIO()
    make_log(section, stream).error(event, **fields)
    return stream.getvalue()


def test_in_a_pipe_each_line_is_one_json_object_that_begins_alike() -> None:
    line = written(LogSection(), "settled", id=7, outcome="ticket")

    assert line.count("\n") == 1
    assert list(json.loads(line)) == ["timestamp", "level", "event", "id", "outcome"]
    assert json.loads(line)["timestamp"].endswith("Z")


def test_what_a_client_said_cannot_begin_a_line_of_its_own() -> None:
    for form in ("json", "text"):
        line = written(LogSection(format=form), "refused", helo='x\n{"event":"ready"}\x1b[2J\u202e')

        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
        assert "\u202e" not in line


def test_a_traceback_is_whole_and_harmless() -> None:
    try:
        int("\x1b[31m red")
    except ValueError as error:
        line = written(LogSection(), "failed", exc_info=error)

    told = json.loads(line)["exception"]
    assert "\x1b" not in told
    assert "test_log.py" in told


def test_what_is_not_known_is_left_out() -> None:
    assert "service" not in json.loads(written(LogSection(), "settled", service=None))


def test_a_very_long_value_is_cut() -> None:
    assert len(written(LogSection(), "refused", answer="x" * 100_000)) < 1000


def test_below_its_level_nothing_is_said() -> None:
    stream = io.StringIO()
    log = make_log(LogSection(level="warning"), stream)

    log.info("settled")
    log.warning("postponed")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["postponed"]


def test_a_personal_number_is_masked_wherever_it_stands() -> None:
    try:
        int("PESEL 44051401359")
    except ValueError as error:
        for form in ("json", "text"):
            line = written(LogSection(format=form), "failed", said="44051401359", exc_info=error)

            assert "44051401359" not in line
            assert line.count("44*******59") == 3


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        log = make_log(LogSection(), io.TextIOWrapper(full, write_through=True))

        log.error("the disk is full")
        log.error("and so is that of the log")
