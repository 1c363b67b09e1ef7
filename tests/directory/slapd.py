"""A real LDAP server: OpenLDAP's slapd, on loopback, with people of its own."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CERTIFICATE = Path(__file__).parent.parent / "smtp" / "certificate.pem"
KEY = CERTIFICATE.with_name("key.pem")
SLAPD = shutil.which("slapd", path=f"{os.environ['PATH']}:/usr/sbin") or "slapd"
SLAPADD = shutil.which("slapadd", path=f"{os.environ['PATH']}:/usr/sbin") or "slapadd"

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/slapd.pid
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
database mdb
suffix "dc=puesc,dc=example"
rootdn "cn=admin,dc=puesc,dc=example"
rootpw secret
directory {home}/data
access to * by users read by anonymous auth
"""

PEOPLE = """\
dn: dc=puesc,dc=example
objectClass: dcObject
objectClass: organization
dc: puesc
o: PUESC

dn: uid=anna,dc=puesc,dc=example
objectClass: inetOrgPerson
uid: anna
cn: Anna Kowalska
sn: Kowalska
o: Spedycja Bałtyk
mail: Anna.Kowalska@Spedycja-Baltyk.example
mail: akowalska@spedycja-baltyk.example
description: 20240301120000Z

dn: uid=ewa,dc=puesc,dc=example
objectClass: inetOrgPerson
uid: ewa
cn: Ewa Zawada
sn: Zawada
mail: ewa@zawada.example
employeeType: locked

dn: uid=jan1,dc=puesc,dc=example
objectClass: inetOrgPerson
uid: jan1
cn: Jan Nowak
sn: Nowak
mail: jan@nowak.example

dn: uid=jan2,dc=puesc,dc=example
objectClass: inetOrgPerson
uid: jan2
cn: Jan Nowak junior
sn: Nowak
mail: jan@nowak.example

dn: uid=zly,dc=puesc,dc=example
objectClass: inetOrgPerson
uid: zly
cn: Zofia Maj
sn: Maj
mail: zofia@maj.example
description: kiedys
"""


@dataclass(slots=True)
class Slapd:
    """One server and the process that it is."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and come back when it answers."""
        self.process = subprocess.Popen(  # noqa: S603  (our own server)
            [SLAPD, "-f", str(self.home / "slapd.conf"), "-h", self.url, "-d", "0"], cwd=self.home
        )
        for _ in range(10_000):
            with socket.socket() as probe:
                probe.settimeout(0.01)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, "slapd did not start"
        raise AssertionError("slapd does not listen")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
        self.process = None

    def freeze(self) -> None:
        """Let it keep its connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def running(home: Path) -> Iterator[Slapd]:
    """A server with `PEOPLE` in it."""
    (home / "data").mkdir(parents=True)
    (home / "slapd.conf").write_text(CONFIG.format(home=home, certificate=CERTIFICATE, key=KEY), encoding="utf-8")
    subprocess.run(  # noqa: S603  (our own server)
        [SLAPADD, "-f", str(home / "slapd.conf")], input=PEOPLE.encode(), check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Slapd(home, free.getsockname()[1])
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            server.thaw()
            server.stop()
