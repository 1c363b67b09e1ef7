"""How mail programs write an answer to our letter: the whole mail, with the letter quoted as each of them quotes it."""

from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage
from quopri import encodestring

from tests.choosing.house import ANNA, DESK, text_of


def marked(letter: EmailMessage) -> str:
    """The letter with "> " before each line."""
    return "\n".join(f"> {line}".rstrip() for line in text_of(letter).splitlines())


def headers(letter: EmailMessage, prefix: str, program: str, *, names: bool = True) -> str:
    subject = str(letter["Subject"]).removeprefix("Re: ")
    encoded = f"=?utf-8?B?{b64encode(f'{prefix} {subject}'.encode()).decode()}?="
    thread = f"In-Reply-To: {letter['Message-ID']}\nReferences: {letter['Message-ID']}\n" if names else ""
    return (
        f"From: Anna Kowalska <{ANNA}>\nTo: Help Desk SISC <{DESK}>\nSubject: {encoded}\n"
        f"Date: Mon, 23 Nov 2026 13:07:21 +0100\nMessage-ID: <{program}@spedycja.example>\n{thread}MIME-Version: 1.0\n"
    )


def plain(text: str) -> str:
    quoted = encodestring(text.encode()).decode()
    return f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}\n"


def gmail(letter: EmailMessage, said: str) -> str:
    intro = f"pon., 23 lis 2026 o 12:00 Help Desk SISC <{DESK}> napisał(a):"
    return headers(letter, "Re:", "gmail") + plain(f"{said}\n\n{intro}\n\n{marked(letter)}\n")


def gmail_html(letter: EmailMessage, said: str) -> str:
    """Gmail in a browser: HTML with the quotation in a container of its own, and no plain part."""
    own = "".join(f"<div>{line or '<br>'}</div>" for line in said.splitlines())
    body = "<br>".join(text_of(letter).splitlines())
    html = (
        f'<div dir="ltr">{own}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">pon., 23 lis 2026 o '
        f'12:00 Help Desk SISC &lt;<a href="mailto:{DESK}">{DESK}</a>&gt; napisał(a):<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{body}</blockquote></div>'
    )
    encoded = b64encode(html.encode()).decode()
    kind = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    return headers(letter, "Re:", "gmail-html") + kind + encoded + "\n"


def outlook(letter: EmailMessage, said: str) -> str:
    intro = (
        f"From: Help Desk SISC <{DESK}>\nSent: Monday, November 23, 2026 12:00 PM\nTo: Anna Kowalska <{ANNA}>\n"
        f"Subject: {letter['Subject']}"
    )
    return headers(letter, "RE:", "outlook") + plain(f"{said}\n\n{intro}\n\n{text_of(letter)}\n")


def outlook_pl(letter: EmailMessage, said: str) -> str:
    intro = (
        f"________________________________\nOd: Help Desk SISC <{DESK}>\n"
        "Wysłane: poniedziałek, 23 listopada 2026 12:00\n"
        f"Do: Anna Kowalska <{ANNA}>\nTemat: {letter['Subject']}"
    )
    return headers(letter, "Odp:", "owa") + plain(f"{said}\n\n{intro}\n\n{text_of(letter)}\n")


def iphone(letter: EmailMessage, said: str) -> str:
    intro = f"Wiadomość napisana przez Help Desk SISC <{DESK}> w dniu 23 lis 2026, o godz. 12:00:"
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    return headers(letter, "Re:", "iphone") + plain(f"{said}\n\nWysłane z iPhone'a\n\n> {intro}\n> \n{quoted}\n")


def iphone_en(letter: EmailMessage, said: str) -> str:
    intro = f"On 23 Nov 2026, at 12:00, Help Desk SISC <{DESK}> wrote:"
    return headers(letter, "Re:", "iphone-en") + plain(
        f"{said}\n\nSent from my iPhone\n\n{intro}\n\n{marked(letter)}\n"
    )


def thunderbird(letter: EmailMessage, said: str) -> str:
    """Thunderbird as it comes: the answer stands under the quotation."""
    return headers(letter, "Re:", "thunderbird") + plain(
        f"W dniu 23.11.2026 o 12:00, Help Desk SISC pisze:\n{marked(letter)}\n\n{said}\n\n"
        "-- \nAnna Kowalska\ntel. 600 100 200\n"
    )


def wp(letter: EmailMessage, said: str) -> str:
    intro = f"Dnia 23 listopada 2026 12:00 Help Desk SISC <{DESK}> napisał(a):"
    return headers(letter, "Odp:", "wp") + plain(f"{said}\n\n{intro}\n\n{marked(letter)}\n")


def onet(letter: EmailMessage, said: str) -> str:
    intro = f"W dniu 2026-11-23 12:00:00 użytkownik Help Desk SISC <{DESK}> napisał:"
    return headers(letter, "Odp:", "onet") + plain(f"{said}\n\n{intro}\n{marked(letter)}\n")


def bare(letter: EmailMessage, said: str) -> str:
    """A ticket system or an old phone: no quotation, and no message named; the subject stays."""
    return headers(letter, "Re:", "bare", names=False) + plain(f"{said}\n")


CLIENTS: tuple[Callable[[EmailMessage, str], str], ...] = (
    gmail, gmail_html, outlook, outlook_pl, iphone, iphone_en, thunderbird, wp, onet, bare,
)  # fmt: skip
