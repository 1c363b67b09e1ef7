"""What a message carries besides its text: listed, measured and looked at from outside, never opened."""

from collections.abc import Iterator
from hashlib import sha256

from mailgate.core.mail.defects import Defects
from mailgate.core.mail.magic import looks_like
from mailgate.core.mail.names import distinct, part_name
from mailgate.core.mail.parts import Part, walk
from mailgate.core.mail.records import Attachment
from mailgate.core.mail.text import is_text


def list_attachments(root: Part, defects: Defects) -> tuple[Attachment, ...]:
    """Every leaf that is not shown as text, in the order of the message."""
    leaves = [part for part in walk(root) if not part.children]
    files = [(place, part) for place, part in enumerate(leaves, start=1) if not (is_text(part) or part.is_container)]
    names = distinct([part_name(part, place, defects) for place, part in files])
    return tuple(_attachment(name, part, defects) for name, (_, part) in zip(names, files, strict=True))


def list_contents(root: Part, defects: Defects) -> Iterator[tuple[str, bytes]]:
    """The content of each of them with its sha256 in hex, for whoever has to look into it."""
    for part in walk(root):
        if not (part.children or is_text(part) or part.is_container):
            content = part.content(defects)
            yield sha256(content).hexdigest(), content


def _attachment(name: str, part: Part, defects: Defects) -> Attachment:
    content = part.content(defects)
    return Attachment(
        name=name,
        type=part.type,
        looks_like=looks_like(content, part.type),
        size=len(content),
        digest=sha256(content).hexdigest(),
    )
