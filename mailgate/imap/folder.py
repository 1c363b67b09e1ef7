"""One folder of a mailbox: what is in it, the bytes of a mail piece by piece, and what becomes of a mail there."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

from mailgate.config.imap import ImapSection
from mailgate.imap.bell import Pulse
from mailgate.imap.client import REFUSED, Client, reason_of
from mailgate.trouble import Temporary

# Bytes of a mail that are asked for at once.
PIECE = 256 * 1024
# UIDs that are asked for at once: a longer answer does not fit into the longest line that imaplib reads.
_PAGE = 50_000
# One answer may take so many time-outs: the time-out itself counts from byte to byte.
_PATIENCE = 10.0
_DELETED = rb"\Deleted"


class Unreadable(Exception):
    """The server does not give this mail; its text is one sentence."""


class TooLarge(Exception):
    """The mail is larger than it may be, whatever the server said of it."""


class Folder:
    """An open folder. Its methods raise `client.TROUBLES`."""

    def __init__(self, client: Client, section: ImapSection, pulse: Pulse) -> None:
        """Open it.

        Raises:
            Temporary: it is not there, or cannot be opened.
        """
        self._client = client
        self._section = section
        self._pulse = pulse
        with self._answer():
            found = self._select()
        self.uidvalidity = int(found.get(b"UIDVALIDITY", 0))
        self._count = int(found.get(b"EXISTS", 0))
        self._uidnext = int(found.get(b"UIDNEXT", 0))
        if not self.uidvalidity:
            raise Temporary(
                f'the server gives the folder "{section.folder}" no UIDVALIDITY: its mail cannot be told apart'
            )

    def _select(self) -> dict[bytes, Any]:
        """Open it for writing, or only for reading where nothing else is allowed."""
        # Whether mails can be flagged, moved or deleted there.
        self.is_writable = True
        folder = self._section.folder
        try:
            try:
                return dict(self._client.select_folder(folder))
            except Client.ReadOnlyError:
                self.is_writable = False
                return dict(self._client.select_folder(folder, readonly=True))
        except Client.AbortError:
            raise
        except REFUSED as error:
            if not self._client.folder_exists(folder):
                raise Temporary(f'there is no folder "{folder}": make it, or look at imap.folder') from None
            raise Temporary(f'the folder "{folder}" cannot be opened ({reason_of(error)})') from None

    def refresh(self) -> None:
        """Let the server tell what has changed, and hear whether it is still there."""
        with self._answer():
            self._client.noop()
        self._client.forget_news()

    def uids(self, above: int) -> Iterator[list[int]]:
        """All UIDs above this one, ascending, page by page."""
        low = above + 1
        if above == 0 and self._count > _PAGE:
            while low + _PAGE < self._uidnext:
                yield self._search(f"{low}:{low + _PAGE - 1}", low)
                low += _PAGE
        # "*" is the highest one, even when that is below `low` (RFC 9051 section 9, seq-range).
        yield self._search(f"{low}:*", low)

    def _search(self, span: str, low: int) -> list[int]:
        with self._answer():
            return sorted(uid for uid in self._client.search(["UID", span]) if uid >= low)

    def has(self, uid: int) -> bool:
        """Whether a mail is still there."""
        return uid in self._search(f"{uid}:{uid}", uid)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Sizes in bytes, as the server says; those that it says nothing of are left out."""
        with self._answer():
            said = self._client.fetch(uids, ["RFC822.SIZE"])
        return {
            uid: said[uid][b"RFC822.SIZE"] for uid in uids if isinstance(said.get(uid, {}).get(b"RFC822.SIZE"), int)
        }

    def read_small(self, sizes: dict[int, int]) -> dict[int, bytes]:
        """Mails of at most one piece each, all at once; one whose length is not what was said is left out."""
        with self._answer():
            said = self._client.fetch(list(sizes), [f"BODY.PEEK[]<0.{PIECE}>"])
        found = {uid: _piece(said.get(uid, {})) for uid in sizes}
        return {uid: piece for uid, piece in found.items() if piece is not None and len(piece) == sizes[uid] < PIECE}

    def read(self, uid: int, size: int, limit: int) -> bytes:
        """One mail, piece by piece.

        Some servers count wrongly: the mail ends where nothing more comes, and not where the size says.

        Raises:
            Unreadable: the server does not give it.
            TooLarge: it is larger than `limit`.
        """
        content = BytesIO()
        while True:
            offset = content.tell()
            with self._answer():
                said = self._client.fetch([uid], [f"BODY.PEEK[]<{offset}.{PIECE}>"])
            piece = _piece(said.get(uid, {}))
            if piece is None or (not piece and offset == 0):
                raise Unreadable("the server lists it and gives no content")
            content.write(piece)
            if content.tell() > limit:
                raise TooLarge
            if not piece or (len(piece) < PIECE and content.tell() >= size):
                return content.getvalue()

    def dispose(self, uids: Sequence[int]) -> None:
        """Do with mails that are safe here what the configuration says. Those that are gone already do no harm.

        Raises:
            Temporary: the server refuses it; the sentence says what.
        """
        acts = {"flag": self._flag, "move": self._move, "delete": self._delete}
        try:
            with self._answer():
                acts[self._section.after](uids)
        except Client.AbortError:
            raise
        except REFUSED as error:
            raise Temporary(f"the server does not {self._section.after} mails ({reason_of(error)})") from None

    def _flag(self, uids: Sequence[int]) -> None:
        self._client.add_flags(uids, [self._section.flag.encode()], silent=True)

    def _delete(self, uids: Sequence[int]) -> None:
        self._client.add_flags(uids, [_DELETED], silent=True)
        self._expunge(uids)

    def _move(self, uids: Sequence[int]) -> None:
        """UID MOVE (RFC 6851), or what it stands for; a crash between copy and deletion leaves a second copy there."""
        act = self._client.move if self._client.has_capability("MOVE") else self._client.copy
        try:
            act(uids, self._section.move_to)
        except Client.AbortError:
            raise
        except REFUSED:
            if self._client.folder_exists(self._section.move_to):
                raise
            self._client.create_folder(self._section.move_to)
            act(uids, self._section.move_to)
        if not self._client.has_capability("MOVE"):
            self._delete(uids)

    def _expunge(self, uids: Sequence[int]) -> None:
        """Without UIDPLUS (RFC 4315) only where nobody else has marked a mail for deletion: his is not ours to take."""
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)
        elif set(self._client.search(["DELETED"])) <= set(uids):
            self._client.expunge()

    def _answer(self) -> AbstractContextManager[None]:
        return self._pulse.within(self._section.timeout * _PATIENCE)


def _piece(said: dict[bytes, object]) -> bytes | None:
    """The content in an answer to BODY.PEEK[]<...>; None when there is none."""
    found = [value for key, value in said.items() if key.startswith(b"BODY[]")]
    return found[0] if found and isinstance(found[0], bytes) else None
