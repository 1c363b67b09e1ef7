"""The secret: it keys the Message-IDs of our letters and seals the audit trail."""

import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mailgate.config import Config
from mailgate.trouble import Permanent

_SECRET_BYTES = 32


def secret_of(config: Config) -> Callable[[], bytes]:
    """What gives the secret of the configuration, when it is needed; see `read_secret`."""
    return partial(read_secret, config.path(config.letters.secret_file))


def read_secret(file: Path) -> bytes:
    """The secret that keys our Message-IDs, made when it is not there yet; several processes agree on one.

    Raises:
        Permanent: the file cannot be read or written, or is too short to be a secret.
    """
    try:
        if not file.exists():
            _make_secret(file)
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not hold hexadecimal digits"
        raise Permanent(f"the secret {file} cannot be used ({why}); remove it, and a new one is made") from None
    if len(secret) < _SECRET_BYTES:
        raise Permanent(f"the secret {file} is too short; remove it, and a new one is made")
    return secret


def _make_secret(file: Path) -> None:
    """Write it beside and link it: nobody ever reads half of it, and the first one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as written:  # noqa: PTH123  (a Path cannot be opened with a mode)
        written.write(f"{secrets.token_hex(_SECRET_BYTES)}\n")
        written.flush()
        os.fsync(written.fileno())
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
