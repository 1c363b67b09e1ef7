"""What is shown of a real daemon, and the alert rules that stand on it."""

import json
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.house import Installation, sample, until

DOCS = Path(__file__).parents[2] / "docs"


# A mailbox whose server is away.
MAILBOX = """
[[imap]]
name = "desk"
host = "127.0.0.1"
port = {port}
security = "none"
user = "desk"
password_file = "password"
"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def metrics(text: str) -> dict[str, float]:
    """Every sample as "name{label=value}"."""
    return {
        f"{each.name}{{{','.join(f'{k}={v}' for k, v in sorted(each.labels.items()))}}}": each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def test_a_daemon_shows_what_it_has_done_and_again_after_a_restart(tmp_path: Path) -> None:
    port = free_port()
    installation = Installation.make(tmp_path, config=f"[web]\nport = {port}\n{MAILBOX.format(port=free_port())}")
    (tmp_path / "password").write_text("s3cret")
    installation.upgrade_with_people()
    with installation.daemon() as daemon:
        assert get(port, "/health") == (200, '{"alive": true}\n')
        assert json.loads(get(port, "/ready")[1]) == {"ready": True, "reasons": []}
        daemon.settled(*daemon.send(sample("01-sent100-odrzucone.eml")))
        assert daemon.stop() == 0
    with installation.daemon():
        balanced = until(lambda: counted(port), "everything to be counted")
    found = metrics(balanced)
    assert found["mailgate_kept_total{duplicate=no,source=smtp}"] == 1
    assert found["mailgate_settled_total{outcome=ticket,reason=service}"] == 1
    assert found["mailgate_outbox{channel=mail,state=due}"] == 0
    assert found["mailgate_oldest_unsettled_seconds{}"] == 0
    assert found["mailgate_workers{}"] == found["mailgate_workers_wanted{}"] == 1
    assert found["mailgate_balance_missing{}"] == 0
    assert "@" not in balanced
    assert found["mailgate_recognition_score_bucket{le=+Inf}"] == 1
    assert found["mailgate_service_asked_total{service=relay}"] == 1
    assert found["mailgate_mailbox_trouble{mailbox=desk}"] == 1
    named = {name for rule in alerts() for name in re.findall(r"mailgate_\w+", rule["expr"])}
    named |= set(re.findall(r"`(mailgate_\w+)", (DOCS / "watching.md").read_text()))
    assert named <= {key.partition("{")[0] for key in found}


def counted(port: int) -> str | None:
    """The metrics, once the balance is among them."""
    try:
        text = get(port, "/metrics")[1]
    except urllib.error.URLError:
        return None
    return text if "mailgate_balance_missing" in text else None


def alerts() -> list[dict[str, str]]:
    """The alert rules."""
    document = yaml.safe_load((DOCS / "alerts.yml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def test_every_alert_says_what_to_do() -> None:
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in alerts())


def test_a_daemon_with_tables_of_another_version_is_not_ready_and_says_why(tmp_path: Path) -> None:
    port = free_port()
    installation = Installation.make(tmp_path, config=f"[web]\nport = {port}\nbalance_every_minutes = 0\n")
    installation.upgrade_with_people()
    with installation.daemon():
        with installation.store() as store, store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        status, said = get(port, "/ready")
    assert status == 503
    assert json.loads(said) == {
        "ready": False,
        "reasons": ["the tables are not those of this version: run `mailgate db upgrade`"],
    }
