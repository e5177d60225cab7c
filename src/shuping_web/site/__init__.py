"""Wiring: settings, addresses, base template, static files."""
