"""Letters to operators: plain text that the house writes itself; words of mails in it are masked and harmless."""

from html import escape

from mailgate.core.identifiers import mask
from mailgate.core.reply import Reply
from mailgate.core.shown import shown, shown_line


def to_operator(address: str, subject: str, text: str, *, template: str, cause: str) -> Reply:
    """A letter to one operator. Words of mails may stand in the text: they are masked, and made harmless.

    Args:
        address: the operator's.
        subject: one line.
        text: lines as they are to be read.
        template: what kind of letter it is: "operators-surge". It is no file in templates/.
        cause: what it is about; with template and address it says which letter it is, so that it is sent once.
    """
    safe = shown(mask(text))
    return Reply(
        to=address,
        subject=shown_line(mask(subject), 150),
        text=safe,
        html=f'<!DOCTYPE html>\n<html lang="en">\n<body>\n<pre>{escape(safe)}</pre>\n</body>\n</html>\n',
        template=template,
        cause=cause,
        in_reply_to=None,
        references=(),
        languages=("en",),
    )
