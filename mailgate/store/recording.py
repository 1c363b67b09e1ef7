"""Record what follows from decisions: decision, ticket, letter and status, a whole batch in one transaction.

The transaction is short on purpose, since with SQLite everybody who keeps mail waits for it. So:

1. Before it, ticket numbers are drawn and letters written with the number in them. This costs time, and nobody waits.
2. In it, first, the recorders' lock: two workers never count letters or compare mails at the same time. (With SQLite
   every writer has that lock anyway; elsewhere it is the row of the ticket counter.)
3. Who no longer holds his claim adds nothing: somebody else has recorded the message, or is about to.
4. A mail that is here already, along another way, becomes `ignore`, `duplicate`.
5. Who answers our question, reminds of it or closes it counts only while the question is as he saw it; otherwise he
   adds nothing, and an answer goes back into the queue to be considered again with what is true now. Likewise, who
   decides anew what is decided counts only while the decision stands that he has seen.
6. A decision that says what the one before it said adds nothing.
7. The brake looks at each letter. Then ticket, decision, letter and status are written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from mailgate.core.automatic import sounds_automatic
from mailgate.core.decision import Outcome
from mailgate.core.identity import Trust
from mailgate.core.letter import as_written
from mailgate.core.outcome import CRASHED, DUPLICATE
from mailgate.store.audit import Deed, write_down
from mailgate.store.bounces import add_bounces, hold_back, is_sign_of_life, lift_all, suppressed_among, told_by
from mailgate.store.brake import Brake, Leave, Request
from mailgate.store.claims import StoredMessage
from mailgate.store.database import Database
from mailgate.store.decisions import current, evidence, is_same, park, row_of, row_without_rules, score
from mailgate.store.fingerprint import fingerprint
from mailgate.store.incidents import open_incidents
from mailgate.store.pages import Draft, Pages, messages_of
from mailgate.store.pushes import draft_of, told_of
from mailgate.store.questions import lay_back, save_questions, void_steps
from mailgate.store.standing import newest_decisions
from mailgate.store.tables import MessageState, counters, fingerprints, messages, outbox
from mailgate.store.tickets import COUNTER, Tickets, opened_by
from mailgate.store.verdicts import Crash, Postponed, Recorded, Verdict, Writer, trace_of

NO_LETTER = Leave(state=None, note="none")
HAD_LETTER = Leave(state=None, note="withheld: this message has had this letter")


class Recorder:
    """Records batches in one database."""

    def __init__(self, database: Database, numbers: Tickets) -> None:
        self._database = database
        self._numbers = numbers

    def record(self, batch: Sequence[Verdict | Crash | Postponed], writer: Writer, now: datetime) -> list[Recorded]:
        """Record a batch in one transaction; each message stands in it once. Doing it twice adds nothing.

        Raises:
            Temporary: the database did not answer; nothing was recorded.
        """
        drafts, crashes = self._prepare([v for v in batch if isinstance(v, Verdict)], writer, now)
        crashes += [v for v in batch if isinstance(v, Crash)]
        postponed = [v for v in batch if isinstance(v, Postponed)]
        with self._database.writing() as connection:
            held = _lock(connection, [*(v.message for v in batch), *(d.verdict.message for d in drafts)])
            opened = opened_by(connection, messages_of(drafts))
            numbers = {d.verdict.message.id: d.number for d in drafts if not d.adds}
            held -= {message for message, number in opened.items() if numbers.get(message, number) != number}
            held -= _overtaken(connection, drafts)
            late = void_steps(connection, [d for d in drafts if d.verdict.message.id in held])
            late |= {d.verdict.message.id for d in drafts if d.with_ids - held}
            lay_back(connection, late & held)
            held -= late | {each for d in drafts if d.verdict.message.id in late for each in d.with_ids}
            return [
                *(_lost(v.message, late) for v in batch if v.message.id not in held),
                *_postpone(connection, [v for v in postponed if v.message.id in held]),
                *_park(connection, [v for v in crashes if v.message.id in held], now),
                *self._write(connection, [d for d in drafts if d.verdict.message.id in held], set(opened), writer, now),
            ]

    def _prepare(self, verdicts: Sequence[Verdict], writer: Writer, now: datetime) -> tuple[list[Draft], list[Crash]]:
        """Draw numbers and write letters. A letter that cannot be written parks its message."""
        every = [each for verdict in verdicts for each in (verdict, *verdict.along)]
        with self._database.reading() as connection:
            numbers = opened_by(connection, [v.message.id for v in every])
        opening = [v for v in every if v.decision.outcome is Outcome.TICKET and v.message.id not in numbers]
        drawn = self._numbers.draw(len(opening))
        numbers |= {v.message.id: number for v, number in zip(opening, drawn, strict=True)}
        drafts: list[Draft] = []
        crashes: list[Crash] = []
        fresh = frozenset(drawn) if writer.number_wait else frozenset()
        for verdict in verdicts:
            try:
                drafts.extend(_drafts(verdict, numbers, writer, now, fresh))
            except Exception as error:  # whatever it is, it parks this message and no other
                if verdict.instead_of is not None:
                    # What is decided stays decided, and whoever wanted it otherwise is told.
                    raise
                crashes.append(Crash(message=verdict.message, trace=trace_of(error)))
        return drafts, crashes

    def _write(
        self, connection: Connection, drafts: Sequence[Draft], opened: set[int], writer: Writer, now: datetime
    ) -> list[Recorded]:
        """Write what is new."""
        ids = messages_of(drafts)
        originals = self._originals(connection, drafts)
        # A copy decides nothing along: the first one has.
        copies = {message for message, original in originals.items() if message != original}
        passed_over = {each for d in drafts if d.verdict.message.id in copies for each in d.with_ids}
        drafts = [draft for draft in drafts if draft.verdict.message.id not in passed_over]
        former = current(connection, ids)
        had = _letters_of(connection, ids)
        self._take_bounces(connection, drafts, now)
        requests = {d.verdict.message.id: r for d in drafts if (r := _request(d.verdict))}
        brake = Brake(connection, requests.values(), writer.limits, now)
        numbers = {draft.number for draft in drafts if draft.number}
        pages = Pages(
            told=told_of(connection, numbers),
            tells=writer.number_wait is not None,
            incidents=open_incidents(connection) if numbers else (),
        )
        asked: list[Draft] = []
        recorded = []
        for draft in drafts:
            message = draft.verdict.message.id
            original = originals.get(message, message)
            row = _row(draft, None if original == message else original, now)
            is_new = not is_same(row, former.get(message))
            leave = NO_LETTER
            if is_new and original == message:
                leave = _leave(draft.verdict, requests.get(message), had, brake)
                pages.add_ticket(draft, is_open=message in opened, now=now)
                asked.append(draft)
                if leave.state:
                    pages.add_letter(draft, leave, leave.state, now)
            if is_new:
                pages.decisions.append(row | {"letter": leave.note})
            if is_new or draft.verdict.message.claim:
                pages.add_status(draft.verdict, row["outcome"], row["reason"], now)
            recorded.append(_recorded(draft, row, leave, is_new=is_new))
        pages.save(self._database, connection)
        bounced = {each["recipient_key"] for draft in drafts for each in _told(draft)}
        if silenced := suppressed_among(connection, bounced, writer.limits.bounces):
            hold_back(connection, silenced)
        save_questions(self._database, connection, asked, now)
        write_down(self._database, connection, _deeds(drafts, recorded), now)
        return recorded

    def _take_bounces(self, connection: Connection, drafts: Sequence[Draft], now: datetime) -> None:
        """Write down which letters came back, and forget it of whoever has written since."""
        add_bounces(self._database, connection, [row for draft in drafts for row in _told(draft)])
        signs: dict[str, tuple[datetime, int]] = {}
        for draft in drafts:
            facts, message = draft.verdict.facts, draft.verdict.message
            if is_sign_of_life(facts) and facts.identity.address:
                sign = message.raw.received_at, message.id
                signs[facts.identity.address] = max(sign, signs.get(facts.identity.address, sign))
        lift_all(connection, signs, now)

    def _originals(self, connection: Connection, drafts: Sequence[Draft]) -> dict[int, int]:
        """For each message that has a fingerprint: the message that had it first, mostly itself."""
        values = {d.verdict.message.id: d.fingerprint for d in drafts if d.fingerprint is not None}
        if not values:
            return {}
        connection.execute(
            self._database.insert(fingerprints).on_conflict_do_nothing(index_elements=["value"]),
            [{"value": value, "message": message} for message, value in values.items()],
        )
        found = connection.execute(
            select(fingerprints.c.value, fingerprints.c.message).where(fingerprints.c.value.in_(set(values.values())))
        )
        first = {row.value: row.message for row in found}
        return {message: first[value] for message, value in values.items()}


def _drafts(
    verdict: Verdict, numbers: Mapping[int, str], writer: Writer, now: datetime, fresh: Collection[str]
) -> list[Draft]:
    """The drafts of a verdict: those of the messages that it decides along, then its own.

    Where the kept mail opens a ticket, everything else is added to that one. Letters about tickets with `fresh` numbers
    wait for those of the ticket system.
    """
    number = numbers.get(verdict.along[0].message.id) if verdict.along else None
    along = [_draft(each, numbers.get(each.message.id, number), writer, now, fresh) for each in verdict.along]
    own = _draft(verdict, numbers.get(verdict.message.id, number), writer, now, fresh)
    return [*along, replace(own, with_ids=frozenset(messages_of(along)))]


def _draft(verdict: Verdict, number: str | None, writer: Writer, now: datetime, fresh: Collection[str]) -> Draft:
    """Write the letter, with the number of the ticket in it, and whatever else takes time."""
    if verdict.decision.outcome is Outcome.APPEND:
        number = verdict.decision.ticket or number
        verdict = replace(verdict, decision=replace(verdict.decision, ticket=number))
    number = number or verdict.decision.ticket
    letter_id, letter, token, draft = "", b"", "", None
    if reply := verdict.reply:
        letter_id = writer.letter_id(verdict.message.digest, reply.template)
        token = writer.token(reply.question) if reply.question else ""
        written = reply.referring(token)
        draft = draft_of(written) if number in fresh else None
        letter = writer.compose(written.numbered(number) if number else written, letter_id, now)
    return Draft(
        verdict=verdict,
        number=number,
        token=token,
        letter_id=letter_id,
        letter=letter,
        draft=draft,
        number_wait=(writer.number_wait if draft else None) or timedelta(0),
        fingerprint=fingerprint(verdict.facts.mail),
        evidence=evidence(verdict.facts, verdict.decision),
    )


def _lock(connection: Connection, batch: Sequence[StoredMessage]) -> set[int]:
    """Take the recorders' lock, and say which messages are ours to record."""
    connection.execute(select(counters.c.value).where(counters.c.name == COUNTER).with_for_update(key_share=True))
    found = connection.execute(
        select(messages.c.id, messages.c.state, messages.c.claimed_by, messages.c.claims)
        .where(messages.c.id.in_([message.id for message in batch]))
        .with_for_update(key_share=True)
    )
    rows = {row.id: row for row in found}
    return {message.id for message in batch if message.id in rows and _holds(message, rows[message.id])}


def _holds(message: StoredMessage, row: Any) -> bool:  # noqa: ANN401  (a row of SQLAlchemy has no type of its own)
    """Whether the message is ours to record: our claim still holds, or it is settled and looked at again."""
    if message.claim is None:
        return row.state in (MessageState.SETTLED, MessageState.PARKED)
    return (row.state, row.claimed_by, row.claims) == (
        MessageState.CLAIMED,
        message.claim.worker,
        message.claim.turn,
    )


def _overtaken(connection: Connection, drafts: Sequence[Draft]) -> set[int]:
    """The messages that somebody else has decided since their verdict was made."""
    seen = {d.verdict.message.id: d.verdict.instead_of for d in drafts if d.verdict.instead_of is not None}
    newest = newest_decisions(connection, seen) if seen else {}
    return {message for message, decision in seen.items() if newest.get(message) != decision}


def _deeds(drafts: Sequence[Draft], recorded: Sequence[Recorded]) -> list[Deed]:
    """What is written down of the decisions that were added."""
    added = {each.message: each.ticket for each in recorded if each.is_new}
    deeds = [(d.verdict.deed, added[d.verdict.message.id]) for d in drafts if d.verdict.message.id in added]
    return [
        replace(deed, details={**deed.details, "ticket": ticket} if ticket else deed.details)
        for deed, ticket in deeds
        if deed
    ]


def _lost(message: StoredMessage, late: Collection[int]) -> Recorded:
    """The answer for a message that is no longer ours to record, or was laid back because its step came too late."""
    state = MessageState.KEPT if message.id in late and message.claim else None
    return Recorded(message=message.id, digest=message.digest, state=state)


def _postpone(connection: Connection, postponed: Sequence[Postponed]) -> list[Recorded]:
    """Lay messages back until the world is better. Their claims are forgiven: nobody died of them."""
    for one in postponed:
        connection.execute(
            update(messages)
            .where(messages.c.id == one.message.id)
            .values(
                state=MessageState.KEPT,
                not_before=one.until,
                claimed_by=None,
                claims=0,
                postponed=messages.c.postponed + 1,
            )
        )
    return [Recorded(message=one.message.id, digest=one.message.digest, state=MessageState.KEPT) for one in postponed]


def _park(connection: Connection, crashes: Sequence[Crash], now: datetime) -> list[Recorded]:
    """Park messages that we could not handle."""
    park(connection, {crash.message.id: crash.trace for crash in crashes}, now)
    return [
        Recorded(
            message=crash.message.id,
            digest=crash.message.digest,
            state=MessageState.PARKED,
            outcome=Outcome.HOLD,
            reason=CRASHED,
            is_new=True,
        )
        for crash in crashes
    ]


def _letters_of(connection: Connection, ids: Sequence[int]) -> set[tuple[int, str]]:
    """Message and template of every letter that was written for these messages."""
    found = connection.execute(select(outbox.c.message, outbox.c.template).where(outbox.c.message.in_(ids)))
    return {(message, template) for message, template in found}


def _request(verdict: Verdict) -> Request | None:
    """What the brake is asked about the letter of a verdict, if there is one."""
    reply, facts = verdict.reply, verdict.facts
    if reply is None:
        return None
    return Request(
        reply=reply,
        received_at=verdict.message.raw.received_at,
        proven=facts.identity.trust is Trust.PROVEN,
        answers=tuple(map(as_written, facts.thread.answers)),
        has_answered=facts.choice is not None or facts.chosen is not None,
        doubtful=sounds_automatic(f"{facts.thread.new_text}\n\n{facts.thread.signature}"),
    )


def _leave(verdict: Verdict, request: Request | None, had: set[tuple[int, str]], brake: Brake) -> Leave:
    """Whether the letter leaves."""
    if request is None:
        return NO_LETTER
    if (verdict.message.id, request.reply.template) in had:
        return HAD_LETTER
    return brake.admit(request)


def _told(draft: Draft) -> list[dict[str, Any]]:
    """What the message says of letters that came back."""
    message = draft.verdict.message
    return told_by(message.id, message.raw.received_at, draft.verdict.facts)


def _row(draft: Draft, original: int | None, now: datetime) -> dict[str, Any]:
    """The row of the decision: what was decided, or that the mail is a copy of an original."""
    verdict = draft.verdict
    if original is None:
        row = row_of(verdict.message.id, verdict.decision, now)
        return row | draft.evidence | {"operator": verdict.operator, "score": score(verdict.facts)}
    saw = f"the same mail is message {original}"
    row = row_without_rules(verdict.message.id, Outcome.IGNORE, DUPLICATE, saw, now)
    return row | {name: draft.evidence[name] for name in ("known", "facts")}


def _recorded(draft: Draft, row: dict[str, Any], leave: Leave, *, is_new: bool) -> Recorded:
    """The answer for one message."""
    outcome = Outcome(row["outcome"])
    return Recorded(
        message=draft.verdict.message.id,
        digest=draft.verdict.message.digest,
        state=MessageState.SETTLED,
        outcome=outcome,
        reason=row["reason"],
        ticket=draft.number if outcome in (Outcome.TICKET, Outcome.APPEND) else None,
        letter=leave.note,
        is_new=is_new,
    )
