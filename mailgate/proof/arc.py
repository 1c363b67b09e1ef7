"""ARC (RFC 8617): what each handler found before it changed a mail, sealed so that the next can see who says so."""

from dataclasses import dataclass
from typing import Literal

from mailgate.core.identity.results import Results, read_results
from mailgate.proof.inquiry import Inquiry
from mailgate.proof.key import NoKey, find_key
from mailgate.proof.message import Field, Message
from mailgate.proof.resolver import Unanswered
from mailgate.proof.signature import Signature, body_agrees, header_agrees, read_signature, selected, weakness
from mailgate.proof.tags import Malformed, read_tags

# Sets of one chain (section 5.1.1.1).
MOST_SETS = 50
_SEAL, _SIGNATURE, _RESULTS = "arc-seal", "arc-message-signature", "arc-authentication-results"
_CLEAR = frozenset({"h", "bh", "l", "q", "c"})


class Broken(Exception):
    """The chain does not hold; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcSet:
    """What one handler has added."""

    instance: int
    results: Field
    signature: Signature
    seal: Signature

    def read(self) -> Results:
        """What the handler found, as its own header says."""
        _, _, found = self.results.value.decode("utf-8", "replace").partition(";")
        return read_results(found.replace("\r\n", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The chain of a message, checked."""

    result: Literal["none", "pass", "fail", "temperror"]
    # Why it is not pass, one phrase; "" otherwise.
    reason: str = ""
    # The sets from the first handler to the last; only of a chain that holds.
    sets: tuple[ArcSet, ...] = ()


def check_arc(inquiry: Inquiry, message: Message) -> Chain:
    """Validate the chain (RFC 8617 section 5.2)."""
    if not any(field.name in {_SEAL, _SIGNATURE, _RESULTS} for field in message.fields):
        return Chain(result="none")
    try:
        sets = _sets(message)
        # Only the last handler's signature need still agree: those before it are broken by what was changed since.
        _check_signature(inquiry, message, sets[-1])
        for place in range(len(sets), 0, -1):
            _check_seal(inquiry, sets[:place])
    except Unanswered as trouble:
        return Chain(result="temperror", reason=str(trouble))
    except (Broken, Malformed, NoKey) as trouble:
        return Chain(result="fail", reason=str(trouble))
    return Chain(result="pass", sets=sets)


def _sets(message: Message) -> tuple[ArcSet, ...]:
    """The sets in order, each whole, none missing, none twice."""
    found: dict[str, dict[int, Field]] = {_SEAL: {}, _SIGNATURE: {}, _RESULTS: {}}
    for field in message.fields:
        if field.name not in found:
            continue
        instance = _instance(field)
        if instance in found[field.name]:
            raise Broken(f"{field.name} of instance {instance} stands there twice")
        found[field.name][instance] = field
    count = len(found[_SEAL])
    if not 1 <= count <= MOST_SETS or any(set(fields) != set(range(1, count + 1)) for fields in found.values()):
        raise Broken("a set is missing or not whole")
    sets = tuple(
        ArcSet(
            instance=instance,
            results=found[_RESULTS][instance],
            signature=read_signature(found[_SIGNATURE][instance], ("a", "b", "bh", "d", "h", "s")),
            seal=read_signature(found[_SEAL][instance], ("a", "b", "cv", "d", "s")),
        )
        for instance in range(1, count + 1)
    )
    for each in sets:
        _inspect(each)
    return sets


def _instance(field: Field) -> int:
    """The number of the set."""
    text = read_tags(field.value).get("i", "") if field.name != _RESULTS else _leading_instance(field)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= MOST_SETS and len(text) <= 2):
        raise Broken(f"{field.name} has no instance")
    return int(text)


def _leading_instance(field: Field) -> str:
    """i= of ARC-Authentication-Results, which stands before everything else and may have blanks around it."""
    name, _, value = field.value.partition(b";")[0].partition(b"=")
    return value.decode("ascii", "replace").strip() if name.strip() == b"i" else ""


def _inspect(each: ArcSet) -> None:
    """What can be said without a key."""
    claimed = each.seal.tags["cv"].lower()
    if claimed != ("none" if each.instance == 1 else "pass"):
        raise Broken(f"seal {each.instance} says cv={claimed!a}")
    if _CLEAR & set(each.seal.tags):
        raise Broken(f"seal {each.instance} has tags that no seal has")
    if _SEAL in each.signature.signed:
        raise Broken(f"signature {each.instance} covers a seal")


def _check_signature(inquiry: Inquiry, message: Message, each: ArcSet) -> None:
    signature = each.signature
    key = find_key(inquiry, domain=signature.domain, selector=signature.selector, algorithm=signature.algorithm)
    agrees = body_agrees(signature, message) and header_agrees(signature, key, selected(message, signature.signed))
    if not agrees or weakness(signature, message):
        raise Broken(f"signature {each.instance} does not agree")


def _check_seal(inquiry: Inquiry, sets: tuple[ArcSet, ...]) -> None:
    """The seal of the last of these sets covers all sets, in the order in which they were added (section 5.1.1)."""
    seal = sets[-1].seal
    relaxed = Signature(
        field=seal.field,
        tags=seal.tags | {"c": "relaxed/relaxed"},
        algorithm=seal.algorithm,
        domain=seal.domain,
        selector=seal.selector,
        octets=seal.octets,
    )
    key = find_key(inquiry, domain=seal.domain, selector=seal.selector, algorithm=seal.algorithm)
    covered = [field for each in sets for field in (each.results, each.signature.field, each.seal.field)][:-1]
    if not header_agrees(relaxed, key, covered):
        raise Broken(f"seal {len(sets)} does not agree")
