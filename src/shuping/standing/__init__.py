"""Totals to ranks and grades."""
