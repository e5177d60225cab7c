"""What was done to units, accounts and roles, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "unit_added": _("added the unit"),
    "unit_renamed": _("renamed the unit"),
    "unit_moved": _("moved the unit"),
    "unit_ended": _("ended the unit"),
    "units_merged": _("merged units"),
    "unit_split": _("split the unit"),
    "account_changed": _("changed the account"),
    "account_closed": _("closed the account"),
    "account_opened": _("opened the account again"),
    "account_erased": _("erased the person"),
    "accounts_imported": _("imported accounts"),
    "role_ended": _("took a role away"),
    "deputy_appointed": _("appointed a deputy"),
    "role_handed_over": _("handed a role over"),
    "role_taken_over": _("handed a role over to this account"),
}
