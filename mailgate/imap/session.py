"""One connection to one mailbox, from the opening of the folder until something breaks.

The order of steps is what makes every crash harmless:

1. list      the UIDs are written down
2. fetch     the bytes are in memory only
3. keep      message and UID, in one transaction: from here on the mail is safe
4. dispose   the mailbox is told: flag, move or delete
5. done      that it was told is written down

Before 3 the mail is fetched again; between 3 and 5 the mailbox is told again, which changes nothing there.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailgate.config.imap import ImapSection
from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mailbox import MailboxState, Reason
from mailgate.imap.bell import Bell, Pulse
from mailgate.imap.client import TROUBLES, Client, reason_of
from mailgate.imap.complaints import Complaints
from mailgate.imap.folder import PIECE, Folder, TooLarge, Unreadable
from mailgate.imap.ports import Ledger, Log
from mailgate.imap.token import Tokens
from mailgate.trouble import Temporary

# Mails, and bytes of them, that are fetched and committed together.
_MAILS, _BYTES = 100, 4 * 1024 * 1024
# UIDs in one command: command lines of servers are limited to 8,000 bytes.
_UIDS = 200
# How long a token that could not be renewed is let be.
_TOKEN_REST = timedelta(minutes=1)
# A mail that could not be read so often is a matter for an operator.
_OFTEN = 3


@dataclass(slots=True, kw_only=True)
class Session:
    """Fetches what is there and waits for more."""

    section: ImapSection
    client: Client
    folder: Folder
    ledger: Ledger
    # None: a password was used.
    tokens: Tokens | None
    bell: Bell
    pulse: Pulse
    complaints: Complaints
    # Called with the number of mails that were kept.
    tell: Callable[[int], object]
    now: Callable[[], datetime]
    log: Log
    # Fetch mail by mail: on the last connection something broke.
    careful: bool
    _renew_at: datetime | None = field(default=None)

    def run(self) -> None:
        """Fetch and wait until the bell stops or the token is renewed.

        Raises:
            Temporary, TROUBLES: the connection or the store is ill; begin anew.
        """
        self._renew_at = self.tokens.current().renew_at if self.tokens else None
        self._begin()
        while not self.bell.is_stopped():
            self._fetch()
            self.careful = False
            self._dispose()
            self._say(MailboxState.WAITING)
            self._wait()
            if self._is_token_new():
                return
            self.folder.refresh()
            self._list(self.ledger.listed)

    def _begin(self) -> None:
        """Write down everything that is in the folder, and tell it what a crash may have left untold."""
        section = self.section
        if not self.ledger.open(section.place, self.folder.uidvalidity, section.size_limit, self.now()):
            self.log.warning(
                "mailbox numbered anew",
                mailbox=section.name,
                why="another UIDVALIDITY or folder: everything is fetched again; what is here already is recognised",
            )
        self._say(MailboxState.READING)
        self._list(0)
        self._dispose()

    def _list(self, above: int) -> None:
        for uids in self.folder.uids(above):
            self.ledger.list(uids, self.now())

    def _fetch(self) -> None:
        """Fetch what is due, oldest first."""
        while not self.bell.is_stopped() and (due := self.ledger.due(_MAILS, self.now())):
            self._say(MailboxState.READING)
            sizes = self._sizes(due)
            due = self._without_large(due, sizes)
            for group in _groups(due, sizes, alone=self.careful):
                if self.bell.is_stopped():
                    return
                if len(group) > 1:
                    self._take_together({uid: sizes[uid] for uid in group})
                else:
                    self._take(group[0], sizes.get(group[0], 0))

    def _sizes(self, due: Sequence[int]) -> dict[int, int]:
        """Sizes first, as far as the server tells them."""
        try:
            return self.folder.sizes(due)
        except (Client.AbortError, OSError):
            raise
        except TROUBLES:
            # Some servers answer NO as soon as one of the mails is gone.
            return {}

    def _without_large(self, due: Sequence[int], sizes: dict[int, int]) -> tuple[int, ...]:
        """What is too large is reported and left."""
        large = [uid for uid in due if sizes.get(uid, 0) > self.section.size_limit]
        for uid in large:
            self._leave_large(uid, sizes[uid])
        return tuple(uid for uid in due if uid not in large)

    def _take_together(self, sizes: dict[int, int]) -> None:
        """Small mails, in one answer and one commit; what did not come is asked for by itself."""
        try:
            found = self.folder.read_small(sizes)
        except (Client.AbortError, OSError):
            raise
        except TROUBLES:
            found = {}
        if found:
            self._keep(found)
        for uid in sizes.keys() - found.keys():
            self._take(uid, sizes[uid])

    def _take(self, uid: int, size: int) -> None:
        """One mail. Whatever is wrong with it stays with it: it is written down, and the rest goes on.

        Raises:
            Temporary, OSError, AbortError: the connection is broken, or the store is ill.
        """
        try:
            content = self.folder.read(uid, size, self.section.size_limit)
        except TooLarge:
            self._leave_large(uid, None)
        except (Client.AbortError, OSError) as error:
            # It may be this mail that makes the server hang up: the others come before it is tried again.
            self._fail(uid, f"the connection broke while it was read: {reason_of(error)}")
            raise
        except (Unreadable, *TROUBLES) as error:
            if self.folder.has(uid):
                self._fail(uid, reason_of(error))
            else:
                self.ledger.leave(uid, Reason.GONE, "somebody took it away before it was read", size or None)
        else:
            self._keep({uid: content})

    def _keep(self, found: dict[int, bytes]) -> None:
        """Keep mails; who reads them by the time of receipt reads them in the order of the folder."""
        envelope, now = Envelope(source="imap"), self.now()
        mails = [
            (uid, RawMessage(content=found[uid], envelope=envelope, received_at=now + timedelta(microseconds=place)))
            for place, uid in enumerate(sorted(found))
        ]
        self.ledger.keep(mails, is_done=self.section.after == "leave")
        self.tell(len(mails))

    def _leave_large(self, uid: int, size: int | None) -> None:
        limit = self.section.size_limit
        why = f"it has {size or f'more than {limit}'} bytes, and size_limit is {limit}"
        self.ledger.leave(uid, Reason.TOO_LARGE, why, size)
        self.log.warning("mail left in mailbox", mailbox=self.section.name, uid=uid, reason=Reason.TOO_LARGE, why=why)

    def _fail(self, uid: int, why: str) -> None:
        attempts = self.ledger.fail(uid, why, self.now())
        say = self.log.error if attempts >= _OFTEN else self.log.warning
        say("mail not read", mailbox=self.section.name, uid=uid, attempts=attempts, why=why)

    def _dispose(self) -> None:
        """Tell the mailbox about what is safe. Where it does not listen, fetching goes on, and it is told later."""
        if self.section.after == "leave":
            return
        while uids := self.ledger.kept(_UIDS):
            if not self.folder.is_writable:
                self.complaints.make(
                    "dispose", f'the folder "{self.section.folder}" is read-only: its mail stays as it is'
                )
                return
            try:
                self.folder.dispose(uids)
            except Temporary as trouble:
                self.complaints.make("dispose", str(trouble))
                return
            self.ledger.done(uids)
        self.complaints.settle("dispose")

    def _wait(self) -> None:
        """Until the server tells of something, the bell rings, or it is time to look all the same."""
        seconds = self.section.poll
        if self._renew_at is not None:
            seconds = min(seconds, max(0.0, (self._renew_at - self.now()).total_seconds()))
        if not self.client.has_capability("IDLE"):
            self.bell.wait(seconds)
            return
        # The end of IDLE is asked for and must be answered: a connection that only looks alive is noticed here.
        with self.pulse.within(seconds + 2 * self.section.timeout):
            self.client.idle()
            if not self.client.has_unread():
                self.bell.wait(seconds, self.client.socket().fileno())
            self.client.idle_done()

    def _is_token_new(self) -> bool:
        """Whether there is a new token, in time: then a new connection is made before the server ends this one."""
        if self.tokens is None or self._renew_at is None or self.now() < self._renew_at:
            return False
        try:
            self.tokens.renew()
        except Temporary as trouble:
            self.complaints.make("token", str(trouble))
            self._renew_at = self.now() + _TOKEN_REST
            return False
        return True

    def _say(self, state: MailboxState) -> None:
        with suppress(Temporary):  # what operators see is not worth a connection
            self.ledger.say(state, self.complaints.text, self.now(), heard=True)


def _groups(due: Sequence[int], sizes: dict[int, int], *, alone: bool) -> list[list[int]]:
    """The mails in order, small ones in groups that are fetched and committed together.

    A mail whose size nobody knows stands alone.
    """
    groups: list[list[int]] = []
    weight = 0
    for uid in due:
        size = sizes.get(uid, PIECE)
        is_joined = bool(groups) and weight + size <= _BYTES and size < PIECE and not alone
        if is_joined and sizes.get(groups[-1][0], PIECE) < PIECE:
            groups[-1].append(uid)
            weight += size
        else:
            groups.append([uid])
            weight = size
    return groups
