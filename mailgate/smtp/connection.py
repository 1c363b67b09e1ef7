"""One client at the door: how it is let in, heard, answered, and seen off.

aiosmtpd brings the connection, the STARTTLS upgrade and the reset that must follow it. Its reading and its answers are
replaced, because of what version 1.4.6 does: it tells the client an exception, as a permanent 500; its time-out closes
without 421 and runs on while a message is being stored; the end of the client's input cancels a message in the middle
of its commit; it logs each line a client sends, unescaped; it reads addresses with `email`'s header parser, which
raises IndexError on `<` and takes 130 us; it awaits every line of a message, which takes 7 ms for 280 KB.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import AnyStr

from aiosmtpd.smtp import SMTP, TLSSetupException

from mailgate.smtp import answers
from mailgate.smtp.commands import read_command
from mailgate.smtp.limits import origin, plain_address
from mailgate.smtp.lobby import Lobby
from mailgate.smtp.wire import CHUNK, LineTooLong, Wire

_BEFORE_TLS = frozenset({"EHLO", "HELO", "HELP", "LHLO", "NOOP", "QUIT", "RSET", "STARTTLS"})
# A web page can make a browser post mail to a port on its reader's machine; a browser says one of these first.
_HTTP = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
# Commands without a mail, beside those that name its recipients, before a client must go.
_IDLE_COMMANDS = 100
_HELO_LIMIT = 255
# How it shows that the client has left: its last word, a broken connection.
_GONE = (EOFError, OSError)

Action = Callable[[str], Awaitable[None]]


class Connection(SMTP):
    """What holds for every command: who may speak, how long, how much, and how it ends."""

    # What the greeting says that we speak.
    language = "ESMTP"
    # aiosmtpd gives it to its StreamReader, which holds up to twice as much before the client must wait.
    line_length_limit = CHUNK

    def __init__(self, lobby: Lobby, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            None,
            data_size_limit=lobby.section.size_limit,
            enable_SMTPUTF8=True,
            hostname=lobby.section.hostname,
            tls_context=lobby.tls,
            timeout=lobby.section.command_timeout,
            loop=loop,
        )
        self._lobby = lobby
        self._act = self._actions()
        # IP address of the client, and who it counts for.
        self._client = ""
        self._origin = ""
        # HELO or EHLO name; "" before it.
        self._helo = ""
        self._secure = False
        # True while a message is being stored: its sender is not sent away before it has the answer.
        self._answer_owed = False
        self._over = False
        # Answers that wait for the next one.
        self._unsent = ""
        # The command that is being answered, for the log; of AUTH no more than its name.
        self._heard = ""
        # Since the last message that was kept.
        self._errors = 0
        self._commands = 0

    def __dir__(self) -> tuple[str, ...]:
        """Nothing: aiosmtpd looks here for commands, each time a client comes, and takes 300 us for it."""
        return ()

    def _actions(self) -> dict[str, Action]:
        """What we do at which command."""
        return {
            "EHLO": self._say_what_we_can,
            "HELO": self._greet_back,
            "HELP": self._help,
            "NOOP": self._do_nothing,
            "QUIT": self._say_goodbye,
            "RSET": self._reset,
            "STARTTLS": self._start_tls,
            "VRFY": self._verify_nobody,
        }

    # How a client comes and goes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a client in, or turn it away; called again when TLS is up."""
        if self.transport is not None:
            super().connection_made(transport)
            self._secure = True
            return
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what asyncio makes for a TCP server
        answer = self._why_not_in(transport.get_extra_info("peername"))
        if answer is not None:
            transport.set_protocol(asyncio.Protocol())
            _part(transport, answer)
            self._free()
            return
        super().connection_made(transport)
        assert self._handler_coroutine is not None  # noqa: S101  aiosmtpd has just made it
        self._lobby.guests[self._handler_coroutine] = self
        self._handler_coroutine.add_done_callback(lambda task: self._lobby.see_off(task, self._origin))

    def _why_not_in(self, peer: tuple[str, int] | str | None) -> str | None:
        """The answer that turns a client away, or None. One that has left already is no peer any more."""
        if peer is None:
            return answers.BYE
        if isinstance(peer, str):
            # A Unix socket: who may come there, its mode says.
            return self._lobby.let_in(self._client, self._origin)
        self._client, self._origin = plain_address(peer[0]), origin(peer[0])
        return self._lobby.let_in(self._client, self._origin)

    def eof_received(self) -> bool:
        """The client has said its last word; what it said before is still done, and answered."""
        asyncio.StreamReaderProtocol.eof_received(self)
        return not self._secure

    # How time is kept

    def _timeout_cb(self) -> None:
        self._lobby.log("client sent away", client=self._client, why="too slow")
        self.dismiss(answers.TOO_SLOW)

    def dismiss(self, answer: str) -> None:
        """Send the client away with a 421; when it is owed an answer, that comes first and `_listen` ends it."""
        if self._answer_owed:
            return
        self._over = True
        if isinstance(self.transport, asyncio.Transport):
            _part(self.transport, answer)
        if isinstance(self._original_transport, asyncio.Transport):
            # TLS would wait for the client's own goodbye.
            self._original_transport.close()

    @contextmanager
    def _taking_our_time(self) -> Iterator[None]:
        """While we work, the client's clock stands still."""
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        try:
            yield
        finally:
            self._reset_timeout()

    # How a client is heard and answered

    async def _handle_client(self) -> None:
        self._wire = Wire(self._reader)
        try:
            await self.push(answers.greet(self.hostname, self.language))
            while not self._over:
                await self._listen()
        except (*_GONE, asyncio.CancelledError):
            # Nothing to say, and nobody to say it to. aiosmtpd cancels this task when the connection is lost.
            pass
        finally:
            self._clean_up()

    def _clean_up(self) -> None:
        """Close everything, and free what only this conversation needs."""
        self._over = True
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.Transport):
                _close(transport)
        self._free()

    def _free(self) -> None:
        """Cut the circles of references, which the garbage collector may be long in finding: TLS has 300 KB in them."""
        self._act.clear()
        self._client_connected_cb = None
        self._tls_protocol = None
        self._stream_writer = None
        self.__dict__.pop("_writer", None)

    async def _listen(self) -> None:
        """One command and its answer, and whether there will be another."""
        self._reset_timeout()
        self._heard = ""
        try:
            await self._obey(await self._wire.line())
        except LineTooLong:
            await self.push(answers.LONG_LINE)
        self._commands += 1
        section = self._lobby.section
        if self._lobby.stopping:
            await self._hang_up(answers.STOPPING)
        elif self._errors >= section.max_errors:
            await self._hang_up(answers.TOO_MANY_ERRORS)
        elif self._commands >= _IDLE_COMMANDS + section.max_recipients:
            await self._hang_up(answers.TOO_MANY_COMMANDS)

    async def _obey(self, line: bytes) -> None:
        command = read_command(line)
        if command is None:
            await self.push(answers.BAD_LINE)
            return
        self._heard = command.shown
        if command.verb in _HTTP:
            await self._hang_up(answers.NOT_HTTP)
        elif command.verb not in self._act:
            await self.push(answers.UNKNOWN)
        elif self._lobby.section.require_tls and not self._secure and command.verb not in _BEFORE_TLS:
            await self.push(answers.TLS_FIRST)
        else:
            try:
                await self._act[command.verb](command.argument)
            except (*_GONE, LineTooLong):
                raise
            except Exception as error:  # noqa: BLE001  a bug of ours; the sender keeps the mail and comes again
                self._lobby.log("smtp command failed", client=self._client, verb=command.verb, exc_info=error)
                await self.push(answers.OURS)

    async def push(self, status: AnyStr) -> None:
        """Send one answer, behind those that have been held back."""
        self._note(status if isinstance(status, str) else status.decode())
        await self._send()

    async def push_with_next(self, answer: str) -> None:
        """Answer a command that clients send in groups; answers to a group leave together (RFC 2920 section 3.2).

        Only while the next command is here already: it is heard without waiting, and sends what is held back.
        """
        self._note(answer)
        if not self._wire.has_line:
            await self._send()

    def _note(self, answer: str) -> None:
        """Hold one answer back. A refusal is logged, and counted where the client has earned it."""
        if answer.startswith(("4", "5")):
            self._errors += answer.startswith("5")
            self._lobby.log("command refused", client=self._client, command=self._heard, answer=answer)
        self._unsent += f"{answer}\r\n"

    async def _send(self) -> None:
        self._writer.write(self._unsent.encode())
        self._unsent = ""
        await self._writer.drain()

    async def _hang_up(self, answer: str) -> None:
        if not self._over:
            self._over = True
            await self.push(answer)

    # Commands that carry no mail

    async def _greet_back(self, hostname: str) -> None:
        """HELO (RFC 5321 section 4.1.1.1)."""
        if self._introduced(hostname):
            await self.push(f"250 {self.hostname}")
        else:
            await self.push(answers.SAY_WHO)

    async def _say_what_we_can(self, hostname: str) -> None:
        """EHLO (RFC 5321 section 4.1.1.1), with what may be asked for at this moment."""
        if not self._introduced(hostname):
            await self.push(answers.SAY_WHO)
            return
        tls = ("STARTTLS",) if self._lobby.tls and not self._secure else ()
        auth = ("AUTH PLAIN LOGIN",) if self._lobby.guard and self._secure else ()
        await self.push(answers.welcome(self.hostname, self._lobby.section.size_limit, tls + auth))

    def _introduced(self, hostname: str) -> bool:
        if not hostname or len(hostname) > _HELO_LIMIT:
            return False
        self._forget_message()
        self._helo = hostname
        return True

    async def _do_nothing(self, _argument: str) -> None:
        """NOOP (RFC 5321 section 4.1.1.9)."""
        await self.push(answers.OK)

    async def _help(self, _argument: str) -> None:
        """HELP (RFC 5321 section 4.1.1.8)."""
        await self.push(answers.HELP)

    async def _verify_nobody(self, _argument: str) -> None:
        """VRFY: whoever asks learns nothing (RFC 5321 section 3.5.3)."""
        await self.push(answers.VRFY)

    async def _reset(self, arg: str) -> None:
        """RSET (RFC 5321 section 4.1.1.5)."""
        if arg:
            await self.push(answers.NO_ARGUMENT)
            return
        self._forget_message()
        await self.push_with_next(answers.OK)

    async def _say_goodbye(self, arg: str) -> None:
        """QUIT (RFC 5321 section 4.1.1.10)."""
        if arg:
            await self.push(answers.NO_ARGUMENT)
            return
        self._over = True
        await self.push(answers.BYE)

    async def _start_tls(self, arg: str) -> None:
        """STARTTLS (RFC 3207). Whatever was said before is forgotten, and nothing said before TLS is heard after it."""
        if self._lobby.tls is None:
            await self.push(answers.NOT_OFFERED)
        elif self._secure:
            await self.push(answers.TLS_ALREADY)
        elif arg:
            await self.push(answers.NO_ARGUMENT)
        elif self._wire.pending:
            # Somebody between us and the client may have put it there (CVE-2011-0411).
            await self._hang_up(answers.EARLY_TLS)
        else:
            self._forget_message()
            self._helo = ""
            await self._shake_hands()

    async def _shake_hands(self) -> None:
        """Let aiosmtpd upgrade the connection.

        Raises:
            ConnectionResetError: it came to nothing, and the connection is closed.
        """
        try:
            await self.smtp_STARTTLS("")
        except TLSSetupException as error:
            # The failed future would keep this object alive through the frames of its traceback.
            if error.__cause__ is not None:
                error.__cause__.__traceback__ = None
        if not self._secure:
            # When the client left during the handshake, aiosmtpd takes that for success.
            raise ConnectionResetError

    def _forget_message(self) -> None:
        """Drop the message under way, if there is one."""


def _part(transport: asyncio.Transport, answer: str) -> None:
    """Say a last word, if the client has read the ones before, and close."""
    if not transport.is_closing() and not transport.get_write_buffer_size():
        transport.write(answer.encode() + b"\r\n")
    _close(transport)


def _close(transport: asyncio.Transport) -> None:
    """Close, and wait for nobody: what fits into no socket buffer is for a client that does not read.

    What is closing is left alone: Python 3.11.2 cannot abort a TLS connection that is gone already.
    """
    if transport.is_closing():
        return
    if transport.get_write_buffer_size():
        transport.abort()
    else:
        transport.close()
