"""Rank intervals by simulation: what another sample would have given, and what another choice would have given."""
