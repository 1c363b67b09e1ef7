"""Looks at mail in full: each is written down before anything is shown."""

from mailgate.app.parts import now
from mailgate.cli.options import by
from mailgate.store.audit import Act, Deed
from mailgate.store.facade import Store


def looked(store: Store, name: str, operator: str | None) -> None:
    """Write down that somebody is about to see a message, ticket or letter with nothing masked.

    Args:
        store: has the audit trail.
        name: "message 17", "ticket ZGL0000017", "letter 3".
        operator: as it stood on the command line.

    Raises:
        Temporary, Permanent: it was not written down, and nothing may be shown.
    """
    store.audit.note(Deed(operator=by(operator), act=Act.REVEALED, object=name), now())
