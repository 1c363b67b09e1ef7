"""PostgreSQL: how we connect to it, and what its troubles mean. Version 14 or newer; see docs/several-machines.md."""

import os
import socket
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import URL

# Milliseconds a transaction waits for a lock that another one has; SQLite's writers wait as long.
LOCK_MILLISECONDS = 10_000
# Milliseconds one statement may take, but for those that count everything, copy or migrate.
STATEMENT_MILLISECONDS = 30_000
# Milliseconds that a transaction may idle. A process that was stopped in the middle of one holds locks of others.
IDLE_MILLISECONDS = 20_000
# Seconds until a silent connection is asked for a sign of life, between two asks, and asks without an answer.
KEEPALIVE = {"idle": 3, "interval": 2, "count": 2}
# Milliseconds until a connection is given up that takes nothing.
UNANSWERED_MILLISECONDS = 8_000
# Seconds until a server that does not answer is given up, for each of those that the URL names.
CONNECT_SECONDS = 5

# What a session is told at its start. The signs of life are asked for in both directions: a node that vanishes without
# a word (power, network) loses its locks in as many seconds as it takes the server to miss it.
SESSION = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "client_encoding": "UTF8",
    "statement_timeout": STATEMENT_MILLISECONDS,
    "lock_timeout": LOCK_MILLISECONDS,
    "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
    "client_connection_check_interval": 2_000,
    "tcp_keepalives_idle": KEEPALIVE["idle"],
    "tcp_keepalives_interval": KEEPALIVE["interval"],
    "tcp_keepalives_count": KEEPALIVE["count"],
    "tcp_user_timeout": UNANSWERED_MILLISECONDS,
}

# SQLSTATE of what an operator has to mend, and what they have to do (PostgreSQL documentation, appendix A).
_UNDEFINED_TABLE = "42P01"
_MENDABLE = {
    _UNDEFINED_TABLE: "has no tables yet: run `mailgate db upgrade`",
    "42703": "is of another version: run `mailgate db upgrade`",
    "42501": "does not let us: give our user the rights to these tables",
    "25006": "only reads: let database.url name the primary server, or all of them",
}


def connecting(url: URL) -> dict[str, Any]:
    """What libpq is told beside the URL; what the URL says itself stays."""
    session = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    said = url.query.get("options", "")
    wishes: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": f"mailgate {socket.gethostname()} {os.getpid()}"[:63],
        # Of several servers: the one that takes writes.
        "target_session_attrs": "read-write",
        "keepalives_idle": KEEPALIVE["idle"],
        "keepalives_interval": KEEPALIVE["interval"],
        "keepalives_count": KEEPALIVE["count"],
        "tcp_user_timeout": UNANSWERED_MILLISECONDS,
    }
    rest = {name: value for name, value in wishes.items() if name not in url.query}
    return rest | {"options": " ".join([session, *([said] if isinstance(said, str) else said)]).strip()}


def mendable(error: BaseException) -> str | None:
    """What an operator has to do about an error of the driver, or None when it is not for them."""
    return _MENDABLE.get(getattr(error, "sqlstate", None) or "")


def engine_options(url: URL) -> Mapping[str, Any]:
    """How SQLAlchemy pools connections. Each is tried before it is used, since the server may have changed."""
    return {
        "connect_args": connecting(url),
        "pool_pre_ping": True,
        "pool_size": 4,
        "max_overflow": 4,
        "pool_timeout": LOCK_MILLISECONDS / 1000,
        "pool_recycle": 1800,
    }
