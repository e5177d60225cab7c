"""Reminders of what is still to be filed, and the dates of the cycles as a calendar."""
