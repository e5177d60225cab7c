"""Records: filed once, checked, frozen."""
