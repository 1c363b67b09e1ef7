"""The one place where parts are wired: from a configuration to a house that can decide, and to a daemon that runs."""
