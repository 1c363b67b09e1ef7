"""Look at a mailbox from outside: can it be read, and what is in it?"""

from dataclasses import dataclass
from pathlib import Path

from mailgate.app.parts import now
from mailgate.config.imap import ImapSection
from mailgate.imap.access import log_in
from mailgate.imap.bell import Pulse
from mailgate.imap.client import TROUBLES, close, connect, reason_of
from mailgate.imap.folder import Folder
from mailgate.imap.token import Tokens
from mailgate.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found."""

    is_good: bool
    # One sentence.
    text: str
    uidvalidity: int = 0
    uids: tuple[int, ...] = ()


def look(section: ImapSection, root: Path) -> Look:
    """Log in and list the folder; nothing is fetched or changed there."""
    try:
        client = connect(section, root)
    except Trouble as trouble:
        return Look(is_good=False, text=str(trouble))
    try:
        log_in(client, section, root, None if section.password_file else Tokens(section=section, root=root, now=now))
        folder = Folder(client, section, Pulse())
        uids = tuple(uid for page in folder.uids(0) for uid in page)
    except Trouble as trouble:
        return Look(is_good=False, text=str(trouble))
    except TROUBLES as error:
        return Look(is_good=False, text=f"the connection to {section.host} broke ({reason_of(error)})")
    finally:
        close(client)
    if not folder.is_writable and section.after != "leave":
        said = f'"{section.folder}" is read-only, so after = "{section.after}" cannot be done'
        return Look(is_good=False, text=said, uidvalidity=folder.uidvalidity, uids=uids)
    said = f'"{section.folder}" of {section.user} can be read, {len(uids)} mails are in it'
    return Look(is_good=True, text=said, uidvalidity=folder.uidvalidity, uids=uids)
