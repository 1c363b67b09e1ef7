"""LMTP (RFC 2033): what differs from SMTP. It is the language in which a mail server hands mail to its last station."""

from mailgate.core.mail import Source
from mailgate.smtp import answers
from mailgate.smtp.connection import Action
from mailgate.smtp.conversation import Conversation


class LmtpConversation(Conversation):
    """LHLO takes the place of HELO and EHLO, and after DATA there is one answer for each recipient."""

    source: Source = "lmtp"
    language = "LMTP"

    def _actions(self) -> dict[str, Action]:
        actions = super()._actions()
        actions["LHLO"] = actions.pop("EHLO")
        del actions["HELO"]
        return actions

    async def _give_receipt(self, answer: str, recipients: int) -> None:
        """RFC 2033 section 4.2. The message is kept once, for all of them or for none."""
        for _ in range(recipients):
            await self.push(answer)

    def _why_no_data(self, arg: str) -> str:
        """With no valid recipient DATA must be answered with 503 (RFC 2033 section 4.2)."""
        refusal = super()._why_no_data(arg)
        return answers.NO_LMTP_RECIPIENT if refusal == answers.NO_RECIPIENT else refusal
