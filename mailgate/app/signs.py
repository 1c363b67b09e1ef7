"""What a daemon and its workers say to each other, a byte at a time."""

# From the daemon: mail has come; no more will come, settle what waits and end.
MAIL, LAST = b".", b"q"
# From a worker: ready to settle; letters are due.
READY, LETTERS = b"+", b"."
