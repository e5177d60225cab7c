"""What this room's actions say in the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "records_filed": _("filed many records at once"),
    "evidence_described": _("said what a file of evidence is"),
    "upload_confirmed": _("confirmed a spreadsheet"),
}
