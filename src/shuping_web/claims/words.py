"""What this room's actions say in the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "bonus_claimed": _("claimed a bonus"),
    "deduction_proposed": _("proposed a deduction"),
    "veto_proposed": _("proposed a veto"),
    "claim_changed": _("changed the claim"),
    "claim_checked": _("checked the claim"),
    "claim_approved": _("approved it: it counts"),
    "claim_returned": _("returned the claim"),
    "claim_refused": _("refused it"),
    "claim_revoked": _("revoked it: it counts no more"),
    "claim_withdrawn": _("withdrew it"),
    "claim_answered": _("answered in words"),
}
