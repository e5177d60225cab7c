"""What was done at the door, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "signed_in": _("signed in"),
    "sign_in_locked": _("locked signing in for a while, after failures"),
    "sessions_ended": _("ended sessions"),
    "password_changed": _("changed the password"),
    "second_factor_on": _("switched the second factor on"),
    "second_factor_off": _("switched the second factor off"),
    "recovery_codes_made": _("made new recovery codes"),
    "recovery_code_used": _("signed in with a recovery code"),
    "slip_made": _("made a slip to set the password"),
    "slip_used": _("set the password with a slip"),
    "invitation_made": _("made an invitation"),
    "invitation_used": _("set the password with an invitation"),
}
