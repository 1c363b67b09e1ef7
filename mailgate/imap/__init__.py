"""The IMAP way in: mail is fetched from mailboxes. `mailbox.Mailbox` is the way in; the rest serves it."""
