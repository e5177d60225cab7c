"""What was done with messages and work, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "batch_planned": _("planned messages"),
    "batch_approved": _("approved messages"),
    "batch_dropped": _("dropped messages"),
    "messages_left_out": _("chose which messages of a batch are left out"),
    "batch_sent": _("sent messages"),
    "message_again": _("let a message be sent again"),
    "notices_chosen": _("chose which messages come by mail"),
    "calendar_link_made": _("made a private address of the calendar"),
    "calendar_link_ended": _("ended the private address of the calendar"),
    "job_started": _("started work in the background"),
}
