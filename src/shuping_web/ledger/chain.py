"""The hash of an event, made from its content and the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIRST = "0" * 64
"""What stands before the first event."""


def hash_of(previous: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an event: canonical JSON of its content, after the hash of the event before it."""
    return hash_of_text(previous, canonical(content))


def hash_of_text(previous: str, text: str) -> str:
    """Return the SHA-256 of an event whose content is canonical JSON already."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def canonical(content: Any) -> str:
    """Return the one JSON text of a value."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def joined(parts: Mapping[str, str]) -> str:
    """Return the canonical JSON of an object whose values are canonical JSON already, so that what is known of many
    events before their turn is not written again in it.
    """
    return "{" + ",".join(f"{canonical(name)}:{parts[name]}" for name in sorted(parts)) + "}"
