"""What the door says. Every sentence is written here, so nothing of our inside and nothing of the client's is in any.

Codes are those of RFC 5321, enhanced codes those of RFC 3463, 4954 and 6531.
"""

BYE = "221 2.0.0 Bye"
OK = "250 2.0.0 OK"
SENDER_OK = "250 2.1.0 Sender OK"
RECIPIENT_OK = "250 2.1.5 Recipient OK"
KEPT = "250 2.6.0 Message kept"
VRFY = "252 2.1.5 Not told; send mail and see"
HELP = "214 2.0.0 RFC 5321"
SEND_MESSAGE = "354 End data with <CR><LF>.<CR><LF>"
LOGGED_IN = "235 2.7.0 Logged in"

# The connection ends after these.
STOPPING = "421 4.3.2 This service is stopping; come again in a minute"
TOO_SLOW = "421 4.4.2 Too slow; come again"
TOO_MANY_CONNECTIONS = "421 4.7.0 Too many connections; come again later"
TOO_MANY_ERRORS = "421 4.7.0 Too many refused commands"
TOO_MANY_COMMANDS = "421 4.7.0 Too many commands without a mail"
TOO_MANY_FAILURES = "421 4.7.0 Too many wrong passwords; come again later"
NOT_HTTP = "421 4.7.0 This is SMTP"
BODY_WITHOUT_DATA = "421 4.7.0 Do not send a message before 354"
EARLY_TLS = "554 5.5.1 Nothing may follow STARTTLS before TLS is up"

# Ours is the trouble; the client shall come again.
OURS = "451 4.3.0 Trouble on our side; come again later"
NO_MEMORY = "452 4.3.1 Too many messages at once; come again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients; send the rest in another message"

BAD_LINE = "500 5.5.2 Not a command: send UTF-8 text that ends in CR LF and holds no control characters"
LONG_LINE = "500 5.5.2 Command line too long"
UNKNOWN = "500 5.5.1 Command unknown"
NOT_OFFERED = "502 5.5.1 Command not offered here"
NO_ARGUMENT = "501 5.5.4 This command takes no argument"
SAY_WHO = "501 5.5.4 Say your host name after HELO or EHLO"
MAIL_SYNTAX = "501 5.1.7 Bad sender: MAIL FROM:<local@domain>"
RCPT_SYNTAX = "501 5.1.3 Bad recipient: RCPT TO:<local@domain>"
BAD_SIZE = "501 5.5.4 SIZE is a number of bytes"
BAD_BODY = "501 5.5.4 BODY is 7BIT or 8BITMIME"
BAD_SMTPUTF8 = "501 5.5.4 SMTPUTF8 takes no value"
BAD_PARAMETER = "555 5.5.4 Parameter not known"
NEEDS_SMTPUTF8 = "553 5.6.7 An address beyond ASCII needs SMTPUTF8"
HELO_FIRST = "503 5.5.1 Send EHLO first"
MAIL_FIRST = "503 5.5.1 Send MAIL first"
MAIL_ALREADY = "503 5.5.1 A message is under way; send RSET to drop it"
NO_LMTP_RECIPIENT = "503 5.5.1 No valid recipient"
NO_RECIPIENT = "554 5.5.1 No valid recipient"
TLS_FIRST = "530 5.7.0 Must issue a STARTTLS command first"
TLS_ALREADY = "503 5.5.1 TLS is up already"
AUTH_ALREADY = "503 5.5.1 Not now"
AUTH_NEEDS_TLS = "538 5.7.11 Encryption required; send STARTTLS first"
AUTH_UNKNOWN = "504 5.5.4 Mechanism not known; PLAIN and LOGIN are"
AUTH_SYNTAX = "501 5.5.2 Not the base64 that this mechanism asks for"
WRONG_PASSWORD = "535 5.7.8 Login or password wrong"  # noqa: S105  an answer, no password
NOT_OURS = "550 5.1.1 No such mailbox here"
TOO_LARGE = "552 5.3.4 Message larger than the announced SIZE"
LONG_TEXT_LINE = "552 5.6.0 A line of the message is too long"


def greet(hostname: str, language: str) -> str:
    """The first line: us, "ESMTP" or "LMTP", and no software."""
    return f"220 {hostname} {language}"


def welcome(hostname: str, size_limit: int, extensions: tuple[str, ...]) -> str:
    """The answer to EHLO: what we can (RFC 5321 section 4.1.1.1), one extension a line."""
    lines = (hostname, "PIPELINING", f"SIZE {size_limit}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", *extensions)
    return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
