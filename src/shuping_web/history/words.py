"""What this room's actions say in the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {"head_published": _("published the head of a day")}
