"""What of an outside directory's answer can be believed. A directory that answers nonsense is ill, and mail waits."""

from collections.abc import Mapping

from mailgate.core.facts import Person
from mailgate.directory.person import read_person
from mailgate.trouble import Temporary


def believe(row: Mapping[str, str], login: str) -> Person:
    """The person that the directory told of.

    Args:
        row: the texts by name, as `read_person` takes them.
        login: that was asked for.

    Raises:
        Temporary: it is about somebody else, or something in it cannot be read. The sentence names no content: it is
            written to the log.
    """
    person, messages = read_person({name: " ".join(text.split()) for name, text in row.items()})
    if person is None or person.login != login:
        raise Temporary("the directory answered with another login than it was asked for")
    if messages:
        fields = ", ".join(name for name in row if any(f"the {name.replace('_', ' ')} " in each for each in messages))
        raise Temporary(f"the directory's entry of {login} cannot be read: look at its {fields or 'attributes'}")
    return person
