"""Replay the past under other rules. `replay.Replay` judges stored mail by two rulebooks, `tally.Tally` counts."""
