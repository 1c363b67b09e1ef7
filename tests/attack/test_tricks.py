"""No trick opens a ticket as somebody else, reads anything, or makes us write to a stranger, in both modes."""

from collections.abc import Iterator

import pytest

from tests.attack.siege import ATTACKS, STRANGER, Aftermath, Attack, Mode, besieged
from tests.attack.tricks import DESK


@pytest.fixture(scope="module", params=["relay", "verify"])
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    mode: Mode = request.param
    with besieged(tmp_path_factory.mktemp("siege"), mode) as seen:
        yield seen


def named(attack: Attack) -> str:
    return attack.id


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_nobody_gets_in_as_somebody_else(aftermath: Aftermath, attack: Attack) -> None:
    own = aftermath.own_messages.get(attack.victim)
    theirs = [ticket for ticket in aftermath.tickets if ticket.line.requester == attack.victim]
    # Where the owner of a domain says nothing of forgeries, an incident is taken in its name, and no more.
    harmless = {t.line.message for t in theirs if not attack.guarded and t.line.matter is None and not t.line.related}

    strange = [entry.message for ticket in theirs for entry in ticket.entries if entry.message != own]
    assert [message for message in strange if message not in harmless] == []
    if attack.trick.after == "question":
        assert aftermath.outcomes[attack.victim] in ("clarify", "hold")


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_a_victim_has_at_most_one_letter_and_it_is_worth_nothing(aftermath: Aftermath, attack: Attack) -> None:
    letters = [letter for letter in aftermath.letters if letter.to == attack.victim]

    # Past the relay nobody has asked what the owner of the domain wants.
    assert len(letters) <= (0 if attack.guarded and not attack.trick.past_relay else 1)
    for letter in letters:
        assert attack.mark not in letter.whole
        assert "evil.example" not in letter.whole
        # What it answers, and nothing that the mail says of a thread.
        assert letter.message["References"] == letter.message["In-Reply-To"]
    assert attack.victim not in aftermath.suppressed


@pytest.mark.parametrize("attack", ATTACKS, ids=named)
def test_nobody_else_reads_anything_of_the_victim(aftermath: Aftermath, attack: Attack) -> None:
    others = [letter for letter in aftermath.letters if letter.to != attack.victim]

    numbers = {ticket.line.number for ticket in aftermath.tickets if ticket.line.requester == attack.victim}
    for word in (attack.victim, attack.words["secret"], *numbers):
        assert [letter.to for letter in others if word in letter.whole] == []
        assert word not in aftermath.answers


def test_only_logins_and_proven_authors_are_written_to(aftermath: Aftermath) -> None:
    logins = {login for attack in ATTACKS for login in (attack.victim, attack.words["customer"])}
    attackers = {attack.words["attacker"] for attack in ATTACKS}
    lookalikes = {f"anna@{attack.lookalike}" for attack in ATTACKS} | {
        f"anna@{attack.domain}.evil.example" for attack in ATTACKS
    }

    written_to = {letter.to for letter in aftermath.letters}
    assert written_to <= logins | attackers | lookalikes
    assert written_to & attackers
    assert {STRANGER, DESK} & written_to == set()


def test_every_letter_has_one_recipient_and_nothing_of_a_subject_in_its_text(aftermath: Aftermath) -> None:
    for letter in aftermath.letters:
        assert letter.message.get_all("To") == [letter.to]
        assert letter.message.get_all("From") == [f"Help Desk SISC <{DESK}>"]
        assert "Bcc" not in letter.message
        assert "Cc" not in letter.message
        # What a template in a subject would come to; long enough not to be found in a digest by chance.
        assert "8293489644623" not in letter.whole
        assert "//evil.example" not in str(letter.message.get_body(("html",)))
