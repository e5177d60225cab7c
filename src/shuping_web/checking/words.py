"""What was asked, drawn, frozen and corrected, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "sampling_stated": _("stated a sampling plan"),
    "sample_drawn": _("drew records by lot"),
    "rest_accepted": _("accepted what was not drawn"),
    "evidence_checked": _("judged a file of evidence"),
    "question_asked": _("asked a question"),
    "question_answered": _("answered a question"),
    "records_kept": _("kept the records as they stood"),
    "set_superseded": _("put a record set in the place of the last"),
    "correction_proposed": _("proposed a correction"),
    "correction_confirmed": _("confirmed the correction"),
    "correction_refused": _("refused the correction"),
    "correction_taken_back": _("took the correction back"),
    "record_superseded": _("put another row in the place of this one"),
    "record_corrected": _("made this row by a correction"),
}
