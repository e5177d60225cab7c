"""Addresses of the room ``results``."""

from __future__ import annotations

SEEN = {("standing", "get"): frozenset({"office"}), ("standing-unit", "get"): frozenset({"office"})}
PATHS = {"standing-unit": lambda world: "/standing/east/"}
NOTHING = {"standing-unit": "/standing/nobody/"}
