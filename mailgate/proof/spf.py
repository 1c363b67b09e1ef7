"""SPF (RFC 7208), evaluated by pyspf.

pyspf knows the records, the macros and the limits (10 terms that ask, 2 void answers, 10 names of an MX or PTR), and
its authors wrote the standard's test suite. It is mended where it must fit in here:

- It asks through us: our resolver, our time-outs, our cache. Nothing global of the library is touched.
- Explanations (exp=) are not fetched: nobody reads them here, and they are a stranger's text.
- A PTR record that cannot be looked up matches nothing (section 5.5); pyspf would call it a temporary error.
"""

import re
from ipaddress import ip_address

import spf

from mailgate.core.identity.results import Result
from mailgate.proof.inquiry import Inquiry
from mailgate.proof.resolver import Kind, Unanswered

_KINDS: dict[str, Kind] = {"A": "A", "AAAA": "AAAA", "MX": "MX", "PTR": "PTR", "TXT": "TXT"}
_VERDICTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})
# What a name of DNS cannot be: no dot, an empty label, a label of more than 63 characters (section 4.3).
_NAME = re.compile(r"(?=.{1,253}$)[^.]{1,63}(?:\.[^.]{1,63})+", re.DOTALL)


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """One evaluation that asks our way."""

    def __init__(self, inquiry: Inquiry, *, client: str, sender: str, helo: str) -> None:
        super().__init__(i=client, s=sender, h=helo, strict=True)
        self._inquiry = inquiry

    def dns(
        self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False
    ) -> list[str] | list[tuple[bytes]] | list[tuple[int, str]]:
        """Ask as pyspf does: records as it knows them, and an empty list for nothing."""
        del cnames
        name = str(name).rstrip(".")
        if not _NAME.fullmatch(name):
            return []
        try:
            answer = self._inquiry.ask(name, _KINDS[qtype])
        except Unanswered as trouble:
            if qtype == "PTR":
                return []
            raise spf.TempError(str(trouble)) from None
        if answer.void and not ignore_void:
            self._count_void()
        if qtype == "TXT":
            return [(text,) for text in answer.texts]
        if qtype == "MX":
            return [(place, value) for place, value in enumerate(answer.values) if value]
        return list(answer.values)

    def get_explanation(self, spec: str) -> None:
        """Nobody reads it."""
        del spec

    def _count_void(self) -> None:
        self.void_lookups += 1
        if self.void_lookups > spf.MAX_VOID_LOOKUPS:
            raise spf.PermError(f"more than {spf.MAX_VOID_LOOKUPS} lookups were void")


def check_spf(inquiry: Inquiry, *, client: str | None, helo: str | None, mail_from: str | None) -> Result | None:
    """Say whether the client may send in the name of the envelope sender; of its HELO name where there is no sender.

    The null sender is judged by HELO (RFC 7208 section 2.4). None when it is not known who brought the message or in
    whose name: nothing can be asked then.
    """
    if client is None or not _is_address(client):
        return None
    sender = (mail_from or "").strip("<>")
    if sender:
        concerns = ("smtp.mailfrom", sender)
    elif helo:
        concerns = ("smtp.helo", helo)
    else:
        return None
    domain = sender.rpartition("@")[2] if sender else helo or ""
    if not _NAME.fullmatch(domain.removesuffix(".")):
        return Result(method="spf", result="none", properties=(concerns,))
    query = _Query(inquiry, client=client, sender=sender, helo=helo or "")
    try:
        verdict, _, _ = query.check()
    except (UnicodeError, ValueError, RecursionError):
        # What the library trips over is in the sender's record.
        verdict = "permerror"
    return Result(method="spf", result=verdict if verdict in _VERDICTS else "permerror", properties=(concerns,))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
