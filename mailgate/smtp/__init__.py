"""The SMTP door: mail comes in here, and nothing is decided. `door.Door` is the way in; the rest serves it."""
