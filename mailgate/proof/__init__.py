"""Verify mode: mailgate is the MX, and asks DNS itself who may write in whose name. `prover.Prover` is the way in.

SPF (RFC 7208), DKIM (RFC 6376, 8301, 8463), ARC (RFC 8617) and DMARC (RFC 7489) of a message become the same `Results`
that a relay would have written. What they prove is weighed elsewhere: core/identity/verdict.py.
"""
