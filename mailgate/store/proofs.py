"""What DNS said about authors (verify mode): beside the message, so that DNS is never asked about it again."""

from collections.abc import Mapping

from sqlalchemy import bindparam, update

from mailgate.store.database import Database
from mailgate.store.tables import arrivals

_KEEP = (
    update(arrivals)
    .where(arrivals.c.message == bindparam("which"), arrivals.c.first)
    .values(results=bindparam("found"))
)


def keep_results(database: Database, results: Mapping[int, str]) -> None:
    """Keep the results of messages, by our numbers; later ones take the place of earlier ones.

    Raises:
        Temporary: nothing was kept.
    """
    if not results:
        return
    with database.writing() as connection:
        connection.execute(_KEEP, [{"which": number, "found": found} for number, found in results.items()])
