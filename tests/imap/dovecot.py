"""A real IMAP server: Dovecot, on loopback, with mailboxes of its own in a folder of its own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path
from tempfile import TemporaryDirectory

CERTIFICATE = Path(__file__).parent.parent / "smtp" / "certificate.pem"
KEY = CERTIFICATE.with_name("key.pem")
DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") or "dovecot"
PASSWORD = "s3cret"

# As root Dovecot insists on giving its rights away; mail belongs to somebody who is not root.
_ME = pwd.getpwuid(os.getuid())
_OWNER = pwd.getpwnam("mail") if _ME.pw_uid == 0 else _ME

CONFIG = """\
base_dir = {run}
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
mail_uid = {uid}
mail_gid = {gid}
mail_location = maildir:{home}/mail/%u:CONTROL={home}/control/%u:INDEX={home}/index/%u
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = 100
imap_idle_notify_interval = 2 mins
mail_plugins = {plugins}
passdb {{
  driver = static
  args = password={password}
}}
{passdb}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
service anvil {{
  chroot =
}}
{extra}
"""


@dataclass(slots=True)
class Dovecot:
    """One server."""

    home: Path
    port: int
    tls_port: int
    process: subprocess.Popen[bytes] | None = None
    # Whose mailbox is used; every name has one.
    user: str = "desk"

    @property
    def maildir(self) -> Path:
        return self.home / "mail" / self.user

    def start(self) -> None:
        """Start, and come back when it greets."""
        self.process = subprocess.Popen([DOVECOT, "-F", "-c", str(self.home / "dovecot.conf")])  # noqa: S603  (our own)
        for _ in range(10_000):
            assert self.process.poll() is None, (self.home / "dovecot.log").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                if probe.recv(1):
                    return
        raise AssertionError("dovecot does not listen")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
        self.process = None

    @contextmanager
    def client(self, folder: str | None = "INBOX") -> Iterator[IMAP4]:
        """A mail program of a person, with the folder open."""
        client = IMAP4("127.0.0.1", self.port, timeout=30)
        try:
            client.login(self.user, PASSWORD)
            if folder:
                assert client.select(folder)[0] == "OK"
            yield client
        finally:
            with suppress(OSError, IMAP4.error):
                client.logout()

    def put(self, *mails: bytes, folder: str = "INBOX", flags: str | None = None) -> None:
        """Lay mails into a folder."""
        with self.client(None) as client:
            for mail in mails:
                typ, said = client.append(folder, flags, None, mail)
                assert typ == "OK", said

    def fill(self, mails: Iterator[bytes]) -> int:
        """Lay many mails into the Maildir, as a mail server does; says how many."""
        # Dovecot makes the Maildir of whoever logs in for the first time.
        with self.client():
            new = self.maildir / "new"
        number = 0
        for number, mail in enumerate(mails, start=1):
            path = new / f"1700000000.M{number:06}P1.test"
            path.write_bytes(mail)
            os.chown(path, _OWNER.pw_uid, _OWNER.pw_gid)
        return number

    def flags(self, folder: str = "INBOX") -> dict[int, set[str]]:
        """The flags of every mail in a folder, by UID."""
        with self.client(folder) as client:
            _, said = client.uid("FETCH", "1:*", "(FLAGS)")
        found = {}
        for line in said:
            if isinstance(line, bytes) and b"UID" in line:
                uid = int(line.partition(b"UID ")[2].split()[0].rstrip(b")"))
                found[uid] = set(line.partition(b"FLAGS (")[2].partition(b")")[0].decode().split())
        return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(
    *, passdb: str = "", mechanisms: str = "", plugins: str = "", extra: str = "", oauth2: str = ""
) -> Iterator[Dovecot]:
    """A server with empty mailboxes; `oauth2` is what stands in oauth2.conf."""
    # Not in the folder of pytest, which lets nobody but us pass; nor with a long name, which sockets cannot have.
    with TemporaryDirectory(prefix="dovecot-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        for name in ("mail", "control", "index", "home"):
            (home / name).mkdir()
            os.chown(home / name, _OWNER.pw_uid, _OWNER.pw_gid)
        (home / "oauth2.conf").write_text(oauth2, encoding="utf-8")
        yield from _serve(home, passdb=passdb.format(home=home), mechanisms=mechanisms, plugins=plugins, extra=extra)


def _serve(home: Path, **settings: str) -> Iterator[Dovecot]:
    server = Dovecot(home, free_port(), free_port())
    is_root = _ME.pw_uid == 0
    (home / "dovecot.conf").write_text(
        CONFIG.format(
            home=home,
            run=home / "run",
            login="dovenull" if is_root else _ME.pw_name,
            internal="dovecot" if is_root else _ME.pw_name,
            group="dovecot" if is_root else _ME.pw_gid,
            uid=_OWNER.pw_uid,
            gid=_OWNER.pw_gid,
            certificate=CERTIFICATE,
            key=KEY,
            password=PASSWORD,
            port=server.port,
            tls_port=server.tls_port,
            **settings,
        ),
        encoding="utf-8",
    )
    server.start()
    try:
        with server.client():
            pass
        yield server
    finally:
        server.stop()
