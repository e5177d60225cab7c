"""Append-only, hash-chained events: who did what, when, to what, and what it was before."""
