"""Verify mode: we have asked DNS ourselves, and what we found is kept beside the message.

The bytes of a message stay as they were sent, so our header cannot be mixed up with one that a sender has put in: no
header of the mail counts, and whatever in it bears our name is a look-alike.
"""

from collections.abc import Iterator

from mailgate.core.identity.policy import IdentityPolicy
from mailgate.core.identity.relay import Report
from mailgate.core.identity.results import Results, read_authserv_id, read_results
from mailgate.core.mail import Mail


def own_report(mail: Mail, results: str | None, policy: IdentityPolicy) -> Report:
    """What we found out ourselves, and what an operator should know of it."""
    names = {read_authserv_id(value).lower() for name, value in mail.headers if name == "authentication-results"}
    remarks = tuple(
        f"look-alike: results of {name} came with the mail, and are not believed"
        for name in sorted(filter(policy.names, names))
    )
    if results is None:
        return Report(results=None, missing="nobody has asked DNS about it", remarks=remarks)
    found = read_results(results)
    return Report(results=found, missing="", remarks=(*remarks, *_faults(found)))


def _faults(found: Results) -> Iterator[str]:
    """What is wrong with the sender's records and signatures, or with DNS."""
    for result in found.results:
        about = result.property("header.d") or result.property("smtp.mailfrom") or result.property("header.from")
        concerns = f"{result.method}={result.result}" + (f" for {ascii(about)[1:-1]}" if about else "")
        if result.result in {"permerror", "temperror"}:
            whose = "the sender's records or signature are at fault" if result.result == "permerror" else "DNS trouble"
            yield f"{concerns}, {whose}" + (f": {result.reason}" if result.reason else "")
        if weak := result.property("policy.weak"):
            yield f"{concerns} counts for nothing: {ascii(weak)[1:-1]}"
