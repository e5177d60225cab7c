"""Addresses of the room ``folders``."""

from __future__ import annotations

OFFICE = frozenset({"office"})
SEEN = {
    ("take-in-folder", "get"): OFFICE,
    ("take-in-folder", "post"): OFFICE,
    ("cycle-tables", "get"): OFFICE,
    ("cycle-table", "get"): OFFICE,
    ("cycle-table", "post"): OFFICE,
    ("take-out-table", "post"): OFFICE,
    ("export-cycle", "post"): OFFICE,
}
PATHS = {
    "cycle-tables": lambda world: f"/cycles/{world.cycle.pk}/tables/",
    "cycle-table": lambda world: f"/cycles/{world.cycle.pk}/tables/targets/targets/",
    "take-out-table": lambda world: f"/cycles/{world.cycle.pk}/tables/targets/targets/take-out/",
    "export-cycle": lambda world: f"/cycles/{world.cycle.pk}/folder/",
}
NOTHING = {
    "cycle-tables": "/cycles/999999/tables/",
    "cycle-table": "/cycles/999999/tables/targets/targets/",
    "take-out-table": "/cycles/999999/tables/targets/targets/take-out/",
    "export-cycle": "/cycles/999999/folder/",
}
