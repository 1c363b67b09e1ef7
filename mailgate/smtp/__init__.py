"""The doors for SMTP and LMTP: mail comes in, nothing is decided. `door.Door` is the way in; the rest serves it."""
