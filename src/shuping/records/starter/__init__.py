"""The texts of a new folder (package data)."""
