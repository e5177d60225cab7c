"""What this room's actions say in the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "cycle_dates_set": _("changed the days"),
    "cycle_moved": _("moved the cycle to another stage"),
    "later_deadline_given": _("allowed a later deadline"),
    "later_deadline_ended": _("ended a later deadline"),
    "calendar_set": _("chose the calendar of a country"),
    "day_declared": _("declared a day free or a working day"),
    "day_taken_back": _("took back what was declared of a day"),
}
