"""The tricks of an attacker who wants somebody else's account, one row each.

Words in a mail that stand for something: $victim (the login that is attacked), $domain (its domain), $attacker (a
mailbox of the attacker's own, proven, and no login), $customer (a login of another firm that plays foul, proven),
$lookalike (a domain that the attacker owns, and that looks like the victim's; $alabel in DNS), $stranger (somebody who
has nothing to do with it), $ticket, $letter, $reference (number, Message-ID and reference of what the victim was sent),
$mark (a word by which the attacker's own text is known). ␀, ␍ and ␊ are a NUL, a bare CR and a bare LF.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

DESK = "helpdesk-eclo@mf.gov.pl"
# What the attacker wants: access to the account.
PLEA = "Trzy razy podałam złe hasło. Proszę o odblokowanie konta i zmianę adresu na $attacker. $mark\n"
FORGED_RESULTS = (
    "mailgate.localhost; spf=pass smtp.mailfrom=$victim; dkim=pass header.d=$domain; dmarc=pass header.from=$domain"
)


class By(StrEnum):
    """Whom an honest server would take for the author."""

    VICTIM = "victim"
    ATTACKER = "attacker"
    CUSTOMER = "customer"
    LOOKALIKE = "lookalike"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trick:
    """One mail of the attacker's."""

    name: str
    # The whole mail.
    mail: str
    by: By
    # MAIL FROM.
    sender: str = "$attacker"
    # What the victim has had to do with us before.
    after: Literal["nothing", "ticket", "matter", "question"] = "nothing"
    # Whether he comes past the relay, where there is one.
    past_relay: bool = False
    # How often he sends it, another number in it each time.
    times: int = 1


def mail(head: str, body: str = PLEA) -> str:
    """A mail with that head, and whatever else a mail has."""
    lines = [head]
    for name, value in (
        ("Subject", "Odblokowanie konta"),
        ("To", DESK),
        ("Date", "Mon, 23 Nov 2026 12:00:00 +0100"),
        ("Message-ID", "<$mark@evil.example>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
    ):
        if f"\n{name}:" not in f"\n{head}":
            lines.append(f"{name}: {value}")
    return "\n".join([*lines, "", body])


def trick(name: str, head: str, by: By = By.VICTIM, **more: object) -> Trick:
    """A trick that stands in the head of a mail."""
    body = more.pop("body", PLEA)
    assert isinstance(body, str)
    return Trick(name=name, mail=mail(head, body), by=by, **more)  # type: ignore[arg-type]  # fields, by name


FROM = "From: Anna Kowalska <$victim>"
OWN = "From: Marek Lis <$attacker>"

NAMES = (
    trick("the victim's address as display name", 'From: "$victim" <$attacker>', By.ATTACKER),
    trick("the victim's address as encoded display name", "From: =?utf-8?Q?$victim?= <$attacker>", By.ATTACKER),
    trick("a display name with brackets of its own", 'From: "Anna <$victim>" <$attacker>', By.ATTACKER),
    trick("the victim in a comment", "From: $attacker ($victim)", By.ATTACKER),
    trick("a domain in other letters, as people see it", "From: Anna <anna@$lookalike>", By.LOOKALIKE),
    trick("a domain in other letters, as DNS sees it", "From: Anna <anna@$alabel>", By.LOOKALIKE),
    trick("the victim's domain in wide letters", "From: Anna <anna@$wide>"),
    trick("the victim's domain below another one", "From: Anna <anna@$domain.evil.example>", By.ATTACKER),
    trick("the victim's whole address before another domain", 'From: Anna <"$victim"@evil.example>', By.ATTACKER),
    trick("a hidden sign in the address", "From: Anna <anna\u200b@$domain>"),
    trick("a letter that only looks like an ASCII one", "From: Anna <\u0430nna@$domain>"),
)
AUTHORS = (
    trick("only the victim's address", FROM),
    trick("the victim's address in capitals", "From: ANNA KOWALSKA <$shouted>"),
    trick("a quoted local part", 'From: Anna <"anna"@$domain>'),
    trick("a subaddress", "From: Anna <anna+desk@$domain>"),
    trick("a quoted local part with an address in it", 'From: <"$attacker> <anna"@$domain>'),
    trick("two From headers, the victim's first", f"{FROM}\n{OWN}", By.ATTACKER),
    trick("two From headers, the victim's last", f"{OWN}\n{FROM}", By.ATTACKER),
    trick("two From headers, one with a blank before its colon", f"{OWN}\nFrom : $victim", By.ATTACKER),
    trick("two authors in one header", "From: $victim, $attacker", By.ATTACKER),
    trick("a group with two members", "From: Dział: $victim, $attacker;", By.ATTACKER),
    trick("comments everywhere", "From: (Marek) anna (lis) @ (evil.example) $domain (<$attacker>)"),
    trick("a source route", "From: <@evil.example:$victim>"),
    trick("an encoded word in the place of the address", "From: =?utf-8?Q?anna=40$domain?=", By.NOBODY),
    trick("an encoded word in the local part", "From: <=?utf-8?Q?anna?=@$domain>"),
    trick("a NUL in the address", "From: Anna <$victim␀.evil.example>", By.NOBODY),
    trick("a bare CR that begins a second From", f"{OWN}␍{FROM}", By.ATTACKER),
    trick("a bare LF that begins a second From", f"{OWN}␊{FROM}", By.ATTACKER),
    trick("a folded From", "From:\n Anna Kowalska\n <$victim>"),
    trick("an address that is far too long", f"From: Anna <{'a' * 5000}@$domain>"),
    trick("a thousand authors", f"From: $victim, {', '.join(f'a{n}@evil.example' for n in range(1000))}", By.NOBODY),
    trick("an address literal", "From: Anna <anna@[127.0.0.1]>", By.NOBODY),
    trick("no From, but Sender and Resent-From", "Sender: $victim\nResent-From: $victim", By.NOBODY),
    trick("the victim as Sender", f"{OWN}\nSender: Anna <$victim>", By.ATTACKER),
    trick("a thread of other people", f"{FROM}\nReferences: <a@evil.example> <b@evil.example>"),
    trick("answers to a stranger", f"{FROM}\nReply-To: $stranger\nReturn-Path: <$stranger>\nErrors-To: $stranger"),
    trick("receipts to a stranger", f"{FROM}\nDisposition-Notification-To: $stranger\nCc: $stranger\nBcc: $stranger"),
    trick("the victim as envelope sender", OWN, By.ATTACKER, sender="$victim"),
    trick("a stranger as envelope sender", FROM, sender="$stranger"),
    trick("the desk itself as author", f"From: Help Desk SISC <{DESK}>", By.NOBODY),
)
RESULTS = (
    trick("results of our relay below the real ones", f"Authentication-Results: {FORGED_RESULTS}\n{FROM}"),
    trick("results of our relay, past the relay", f"Authentication-Results: {FORGED_RESULTS}\n{FROM}", past_relay=True),
    trick("results in capitals with comments, past the relay",
          f"AUTHENTICATION-RESULTS: (x) MAILGATE.LOCALHOST (y) 1; dmarc=pass header.from=$domain\n{FROM}",
          past_relay=True),
    trick("results of a server that is named alike",
          f"Authentication-Results: mailgate.localhost.evil.example; dmarc=pass header.from=$domain\n{FROM}"),
    trick("results under another name",
          f"X-Original-Authentication-Results: {FORGED_RESULTS}\nReceived-SPF: pass ($domain)\n{FROM}"),
    trick("results behind a bare CR", f"X-Note: x␍Authentication-Results: {FORGED_RESULTS}\n{FROM}"),
    trick("results in the envelope sender", FROM, sender='"a; dmarc=pass header.from=$domain"@evil.example'),
    trick("results in the text", FROM, body=f"Authentication-Results: {FORGED_RESULTS}\n\n{PLEA}"),
    trick("a seal that nobody has made",
          "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=mf.gov.pl; s=s; t=1; b=AAAA\n"
          "ARC-Message-Signature: i=1; a=rsa-sha256; d=mf.gov.pl; s=s; h=From; bh=AAAA; b=AAAA\n"
          f"ARC-Authentication-Results: i=1; {FORGED_RESULTS}\n{FROM}"),
    trick("a signature that nobody has made",
          f"DKIM-Signature: v=1; a=rsa-sha256; d=$domain; s=s; h=From; bh=AAAA; b=AAAA\n{FROM}"),
)  # fmt: skip
THREADS = (
    trick("a ticket number, seen over a shoulder", f"{OWN}\nSubject: Re: [$ticket] konto", By.ATTACKER, after="ticket"),
    trick("a ticket number, in the victim's name", f"{FROM}\nSubject: [$ticket] Odblokowanie konta", after="ticket"),
    trick("a number of a ticket about the account", f"{FROM}\nSubject: Re: [$ticket] konto", after="matter",
          body="Proszę jednak o hasło na adres $attacker. $mark"),
    trick("a letter's Message-ID, stolen", f"{OWN}\nIn-Reply-To: $letter\nReferences: $letter", By.ATTACKER,
          after="ticket"),
    trick("a letter's Message-ID, by another customer",
          "From: $customer\nSubject: Re: konto\nIn-Reply-To: $letter", By.CUSTOMER, after="ticket",
          body="Co słychać w tej sprawie? $mark"),
    trick("a ticket number, by another customer",
          "From: $customer\nSubject: [$ticket] sprawa", By.CUSTOMER, after="ticket",
          body="Proszę o status. $mark"),
    trick("a question answered by another customer",
          "From: $customer\nSubject: Re: problem [ref. $reference]\nIn-Reply-To: $letter", By.CUSTOMER,
          after="question", body="1"),
    trick("a question answered with another wish", f"{FROM}\nSubject: Re: problem [ref. $reference]", after="question",
          body="Odblokowanie konta"),
    trick("a question answered by guess", f"{FROM}\nSubject: Re: problem [ref. BCDFG-HJKMN]", after="question",
          body="Odblokowanie konta. 1"),
    trick("our own letter, sent back",
          f"From: Help Desk SISC <{DESK}>\nMessage-ID: $letter\nSubject: [$ticket] SENT100", By.NOBODY, after="ticket"),
    trick("the victim's mail, with other words", f"{FROM}\nMessage-ID: <uczciwy.$secret@$domain>", after="ticket"),
)  # fmt: skip
LETTERS = (
    trick("a bounce that is to silence the victim", "From: Mailer-Daemon <mailer-daemon@$domain>\n"
          "Subject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status;"
          " boundary=b", By.NOBODY, sender="", after="ticket",
          body="--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
          "Final-Recipient: rfc822; $victim\nAction: failed\nStatus: 5.1.1\n\n"
          "--b\nContent-Type: message/rfc822-headers\n\n"
          f"Message-ID: <mg.{'a' * 26}.{'b' * 26}@mf.gov.pl>\nTo: $victim\n\n--b--\n"),
    trick("an autoresponder that would answer", f"{FROM}\nAuto-Submitted: auto-replied\nSubject: Odblokowanie konta"),
    trick("a null sender", FROM, sender=""),
    trick("a mailing list", f"{FROM}\nList-Id: <wszyscy.evil.example>\nPrecedence: list"),
    trick("a stranger who never wrote", "From: Ktoś <$stranger>\nSubject: pytanie", By.VICTIM),
    trick("a flood", f"{FROM}\nMessage-ID: <$mark.$number@evil.example>", times=10,
          body=f"$number {PLEA}"),
    trick("a flood of different wishes",
          f"{FROM}\nSubject: $wish\nMessage-ID: <$mark.$number@evil.example>", times=8, body="$number $mark\n"),
)  # fmt: skip
WORDS = (
    trick("headers in the subject", f"{FROM}\nSubject: =?utf-8?Q?Odblokowanie_konta=0D=0ABcc:_$stranger?="),
    trick("headers in the display name", "From: =?utf-8?Q?Anna=0D=0ABcc:_$stranger?= <$attacker>", By.ATTACKER),
    trick("a template in name and subject",
          'From: "{{ config }}{% include \'/etc/passwd\' %}$mark" <$attacker>\nSubject: {{ 7919*1047290017 }} konto',
          By.ATTACKER),
    trick("HTML and Markdown in the subject",
          f"{OWN}\nSubject: <img src=//evil.example/x> [PUESC](https://evil.example) $mark", By.ATTACKER),
    trick("a mail in a mail", f"{OWN}\nContent-Type: message/rfc822", By.ATTACKER,
          body=f"{FROM}\nSubject: konto\n\n{PLEA}"),
    trick("a second head in a part", f"{OWN}\nContent-Type: multipart/mixed; boundary=b", By.ATTACKER,
          body=f"--b\n{FROM}\nContent-Type: text/plain\n\n{PLEA}\n--b--\n"),
    trick("a mail smuggled behind a bare LF", OWN, By.ATTACKER,
          body=f"x␊.␊MAIL FROM:<$victim>␊RCPT TO:<{DESK}>␊DATA␊{FROM}␊Subject: Odblokowanie konta␊␊{PLEA}␊.␊"),
    trick("a mail smuggled behind a bare CR", OWN, By.ATTACKER,
          body=f"x␍.␍MAIL FROM:<$victim>␍RCPT TO:<{DESK}>␍DATA␍{FROM}␍Subject: Odblokowanie konta␍␍{PLEA}␍.␍"),
    trick("a mail smuggled behind half an end", OWN, By.ATTACKER,
          body=f"x␊.\nMAIL FROM:<$victim>\nRCPT TO:<{DESK}>\nDATA\n{FROM}\nSubject: Odblokowanie konta\n\n{PLEA}"),
)  # fmt: skip

TRICKS = (*NAMES, *AUTHORS, *RESULTS, *THREADS, *LETTERS, *WORDS)
# What the flood of different wishes wishes; each has another letter.
WISHES = (
    "SENT100 odrzucone", "pytanie", "Odblokowanie konta", "Reklamacja odpowiedzi", "AKC-WW", "opłata e-TOLL",
    "zgłoszenie awizacyjne", "pytanie o przepisy",
)  # fmt: skip
