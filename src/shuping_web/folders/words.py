"""What this room's actions say in the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "table_put": _("put a table in place"),
    "table_removed": _("took a table out"),
    "folder_exported": _("downloaded the cycle as a folder"),
}
