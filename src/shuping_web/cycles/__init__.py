"""A cycle: one version of a rule book, one period, and what stage it has come to."""
