"""What is said at the door: who sends, for whom, the message, and the receipt for it."""

import asyncio
from contextlib import ExitStack

from mailgate.core.mail import Envelope, RawMessage, Source
from mailgate.smtp import answers
from mailgate.smtp.body import Body, has_long_line
from mailgate.smtp.commands import Path, read_path
from mailgate.smtp.connection import Action, Connection
from mailgate.smtp.limits import Share
from mailgate.smtp.lobby import Lobby
from mailgate.smtp.login import Credentials, Guard, credentials, read_base64, read_plain

# The challenges of LOGIN, "Username:" and "Password:" in base64.
_ASK_LOGIN, _ASK_PASSWORD = "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"


class Conversation(Connection):
    """Mail transactions (RFC 5321 section 3.3) and AUTH."""

    source: Source = "smtp"

    def __init__(self, lobby: Lobby, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(lobby, loop)
        self._mail_from: str | None = None
        self._utf8 = False
        self._recipients: list[str] = []
        self._login: str | None = None
        self._wrong_passwords = 0

    def _actions(self) -> dict[str, Action]:
        mail = {
            "MAIL": self._take_sender,
            "RCPT": self._take_recipient,
            "DATA": self._take_data,
            "AUTH": self._take_login,
        }
        return super()._actions() | mail

    def _forget_message(self) -> None:
        self._mail_from = None
        self._utf8 = False
        self._recipients = []

    async def _take_sender(self, arg: str) -> None:
        """MAIL (RFC 5321 section 4.1.1.2) with SIZE (RFC 1870), BODY (6152), SMTPUTF8 (6531) and AUTH (4954)."""
        path = read_path("FROM", arg)
        if not self._helo:
            answer = answers.HELO_FIRST
        elif self._mail_from is not None:
            answer = answers.MAIL_ALREADY
        elif path is None or (path.address and "@" not in path.address):
            answer = answers.MAIL_SYNTAX
        else:
            answer = self._why_not_from(path)
            if not answer:
                self._mail_from = path.address
                self._utf8 = "SMTPUTF8" in path.parameters
                answer = answers.SENDER_OK
        await self.push_with_next(answer)

    def _why_not_from(self, path: Path) -> str:
        """What speaks against this sender and its parameters, or ""."""
        given = path.parameters
        if given.keys() - {"SIZE", "BODY", "SMTPUTF8", "AUTH"}:
            return answers.BAD_PARAMETER
        if given.get("SMTPUTF8"):
            return answers.BAD_SMTPUTF8
        if "BODY" in given and (given["BODY"] or "").upper() not in {"7BIT", "8BITMIME"}:
            return answers.BAD_BODY
        if not path.address.isascii() and "SMTPUTF8" not in given:
            return answers.NEEDS_SMTPUTF8
        return self._why_not_size(given["SIZE"] or "") if "SIZE" in given else ""

    def _why_not_size(self, size: str) -> str:
        # RFC 1870 section 6.1 gives SIZE twenty digits.
        if not size.isdecimal() or len(size) > 20:
            return answers.BAD_SIZE
        if int(size) > self._lobby.section.size_limit:
            return answers.TOO_LARGE
        return "" if self._lobby.memory.has(int(size)) else answers.NO_MEMORY

    async def _take_recipient(self, arg: str) -> None:
        """RCPT (RFC 5321 section 4.1.1.3)."""
        path = read_path("TO", arg)
        if self._mail_from is None:
            answer = answers.MAIL_FIRST
        elif path is None or not path.address:
            answer = answers.RCPT_SYNTAX
        else:
            answer = self._why_not_to(path)
            if not answer:
                self._recipients.append(path.address)
                answer = answers.RECIPIENT_OK
        await self.push_with_next(answer)

    def _why_not_to(self, path: Path) -> str:
        """What speaks against this recipient, or ""."""
        if path.parameters:
            return answers.BAD_PARAMETER
        if not path.address.isascii() and not self._utf8:
            return answers.NEEDS_SMTPUTF8
        if not self._lobby.recipients.include(path.address):
            return answers.NOT_OURS
        if len(self._recipients) >= self._lobby.section.max_recipients:
            return answers.TOO_MANY_RECIPIENTS
        return ""

    async def _take_data(self, arg: str) -> None:
        """DATA (RFC 5321 section 4.1.1.4). The receipt is given when the message is durable, and not before."""
        refusal = self._why_no_data(arg)
        if not refusal:
            await self.push(answers.SEND_MESSAGE)
            answer = await self._take_message()
            recipients = len(self._recipients)
            self._forget_message()
            await self._give_receipt(answer, recipients)
        elif self._wire.pending:
            # A message may follow that nobody has asked for, and its lines would be taken for commands.
            await self._hang_up(answers.BODY_WITHOUT_DATA)
        else:
            await self.push(refusal)

    async def _give_receipt(self, answer: str, recipients: int) -> None:
        """One answer for the message, however many recipients it has."""
        del recipients
        await self.push(answer)

    def _why_no_data(self, arg: str) -> str:
        if arg:
            return answers.NO_ARGUMENT
        if self._mail_from is None:
            return answers.MAIL_FIRST
        return "" if self._recipients else answers.NO_RECIPIENT

    async def _take_message(self) -> str:
        """Receive and store one message; the answer to it."""
        with ExitStack() as stack:
            share = Share(self._lobby.memory)
            stack.callback(share.release)
            message = await self._receive(share)
            if isinstance(message, str):
                return message
            stack.pop_all()
            receipt = self._lobby.hand_over(message, share)
        return await self._await_receipt(receipt)

    async def _receive(self, share: Share) -> RawMessage | str:
        """The message, or why it is refused. A refused one is read to its end, but never held."""
        section = self._lobby.section
        body = Body(section.size_limit)
        deadline = self.loop.time() + section.data_timeout
        short_of_memory = False
        rest = None
        while rest is None:
            self._reset_timeout(max(0.001, min(section.command_timeout, deadline - self.loop.time())))
            chunk = await self._wire.chunk()
            if body.dropped:
                share.release()
            elif not share.grow(len(chunk)):
                short_of_memory = True
                body.drop()
            try:
                rest = body.feed(chunk)
            except MemoryError:
                # The machine has less than `memory_limit`. The text is read to its end all the same: before that no
                # client listens for an answer, and its lines would be taken for commands.
                short_of_memory = True
                body.drop()
                rest = body.feed(chunk)
            if body.taken > 2 * section.size_limit + len(chunk):
                await self._hang_up(answers.TOO_LARGE)
                raise ConnectionAbortedError
        self._wire.put_back(rest)
        content = None if short_of_memory else body.content()
        if short_of_memory:
            return answers.NO_MEMORY
        if content is None:
            return answers.TOO_LARGE
        if has_long_line(content, section.line_limit):
            return answers.LONG_TEXT_LINE
        return self._sealed(content)

    def _sealed(self, content: bytes) -> RawMessage:
        envelope = Envelope(
            source=self.source,
            mail_from=self._mail_from,
            recipients=tuple(self._recipients),
            client=self._client or None,
            helo=self._helo,
            login=self._login,
        )
        return RawMessage(content=content, envelope=envelope, received_at=self._lobby.now())

    async def _await_receipt(self, receipt: asyncio.Task[str]) -> str:
        """What the store says, or that it takes too long; it may finish later, and a second copy is then no harm."""
        self._answer_owed = True
        with self._taking_our_time():
            await asyncio.wait({receipt}, timeout=self._lobby.section.keep_timeout)
        self._answer_owed = False
        if not receipt.done():
            self._lobby.log("message not kept", client=self._client, why="storing it takes longer than keep_timeout")
            return answers.OURS
        answer = answers.OURS if receipt.cancelled() else receipt.result()
        if answer == answers.KEPT:
            self._errors = self._commands = 0
        return answer

    async def _take_login(self, arg: str) -> None:
        """AUTH (RFC 4954), only under TLS."""
        guard = self._lobby.guard
        refusal = self._why_no_login() if guard else answers.NOT_OFFERED
        if refusal or guard is None:
            await self.push(refusal)
            return
        mechanism, _, initial = arg.partition(" ")
        if mechanism.upper() == "PLAIN":
            claim = read_plain(initial or await self._ask("334 "))
        elif mechanism.upper() == "LOGIN":
            claim = await self._ask_login_and_password(initial)
        else:
            await self.push(answers.AUTH_UNKNOWN)
            return
        if claim is None:
            await self.push(answers.AUTH_SYNTAX)
        else:
            await self._log_in(guard, claim)

    def _why_no_login(self) -> str:
        if not self._secure:
            return answers.AUTH_NEEDS_TLS
        if not self._helo:
            return answers.HELO_FIRST
        return answers.AUTH_ALREADY if self._login or self._mail_from is not None else ""

    async def _ask(self, challenge: str) -> str:
        """What the client answers; "*", by which it gives up (RFC 4954 section 4), is no base64 and ends it too."""
        await self.push(challenge)
        return (await self._wire.line()).decode("latin-1").strip()

    async def _ask_login_and_password(self, initial: str) -> Credentials | None:
        login = read_base64(initial or await self._ask(_ASK_LOGIN))
        if login is None:
            return None
        password = read_base64(await self._ask(_ASK_PASSWORD))
        return None if password is None else credentials(login, password)

    async def _log_in(self, guard: Guard, claim: Credentials) -> None:
        with self._taking_our_time():
            login = await guard.admit(claim, self._origin)
        if login is not None:
            self._login = login
            await self.push(answers.LOGGED_IN)
            return
        self._wrong_passwords += 1
        if self._wrong_passwords >= self._lobby.section.auth_failures or guard.refuses(self._origin):
            await self._hang_up(answers.TOO_MANY_FAILURES)
        else:
            await self.push(answers.WRONG_PASSWORD)
