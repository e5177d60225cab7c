"""Addresses of the room ``site``, and of Django's own views."""

from __future__ import annotations

from tests.web.matrix import ALL

SEEN = {
    ("home", "get"): ALL,
    ("start", "get"): frozenset[str](),
    ("start", "post"): frozenset[str](),
    ("language", "get"): ALL,
    ("language", "post"): ALL,
}
