"""What rooms above hear of: they know what hangs on a person, this room does not. Receivers run inside the transaction
of the action, so that either all of it happens or nothing.
"""

from __future__ import annotations

from django.dispatch import Signal

work_handed_over = Signal()
"""``giver``, ``taker``, ``unit`` (None: whole organisation), ``role``, ``at``: a receiver moves what waits with
``giver`` for this role there, and returns how many things it moved.
"""
account_erased = Signal()
"""``account``, ``at``: a receiver removes what it keeps of the person and need not keep: secrets, drafts, sessions."""
data_asked_for = Signal()
"""``account``: a receiver returns a mapping of table name to rows for what a walk over the models cannot find."""
