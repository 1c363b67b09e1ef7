"""How a shell asks for completions: by a variable in the environment."""

# The environment variable by which a shell asks what may come next.
ASKED = "_MAILGATE_COMPLETE"
