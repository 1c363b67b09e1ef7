"""The service manager is told when we are ready, that we are alive, and when we stop."""

import asyncio
import socket
from pathlib import Path

import pytest

from mailgate.notify import make_notifier
from tests.cli.house import PATIENCE, Installation


def manager(address: str) -> socket.socket:
    """A service manager that listens."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(address)
    listening.settimeout(PATIENCE)
    return listening


def test_a_daemon_says_that_it_is_ready_alive_and_stopping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation = Installation.make(tmp_path / "house")
    with manager(str(tmp_path / "notify")) as listening:
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "200000")
        with installation.daemon() as daemon:
            assert listening.recv(100) == b"READY=1"
            assert [listening.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
            assert daemon.stop() == 0
        said = [listening.recv(100)]
        while said[-1] == b"WATCHDOG=1":
            said.append(listening.recv(100))

    assert said[-1] == b"STOPPING=1"


def test_an_abstract_socket_is_spoken_to(tmp_path: Path) -> None:
    with manager(f"\0{tmp_path}") as listening:
        make_notifier({"NOTIFY_SOCKET": f"@{tmp_path}"}, 17).tell("READY=1")

        assert listening.recv(100) == b"READY=1"


def test_a_manager_that_is_gone_or_does_not_listen_changes_nothing(tmp_path: Path) -> None:
    make_notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}, 17).tell("READY=1")
    with manager(str(tmp_path / "deaf")):
        deaf = make_notifier({"NOTIFY_SOCKET": str(tmp_path / "deaf")}, 17)
        for _ in range(5000):
            deaf.tell("WATCHDOG=1")


@pytest.mark.parametrize(
    ("environment", "patience"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "17"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "18"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_the_watchdog_is_served_when_it_is_ours(environment: dict[str, str], patience: float) -> None:
    assert make_notifier(environment, 17).patience == patience


def test_without_a_service_manager_nothing_beats() -> None:
    async def story() -> None:
        notifier = make_notifier({"WATCHDOG_USEC": "1"}, 17)
        notifier.start()
        notifier.stop()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(story())
