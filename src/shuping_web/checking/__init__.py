"""Accepting, returning and asking; sampling plans; completeness; freezing, and correcting what is frozen."""
