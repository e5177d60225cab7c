"""The sentence of every action: who did it stands before it. A test asks for one for every action of the code.

What stands in ``%(...)s`` is found by ``names.Filled``; ``facts`` are the parts of an event's data that are listed
below the sentence, each under the heading that ``FACTS`` has for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sentence:
    """What an action says, and which parts of its data are listed below."""

    text: Promise | str
    facts: tuple[str, ...] = ()


DAYS = ("from", "until")
SET = ("sha256", "supersedes")

PEOPLE: Mapping[str, Sentence] = {
    "unit_added": Sentence(_("added the unit %(unit)s"), ("kind", "parent", "from")),
    "units_added": Sentence(_("added units to the register: %(units)s")),
    "unit_renamed": Sentence(_("gave the unit %(unit)s another name"), ("from",)),
    "unit_moved": Sentence(_("put the unit %(unit)s below another one"), ("from",)),
    "unit_ended": Sentence(_("ended the unit %(unit)s"), ("last_day",)),
    "units_merged": Sentence(_("merged units into %(after)s: %(before)s"), ("from",)),
    "unit_split": Sentence(_("split %(before)s into %(after)s"), ("from",)),
    "account_added": Sentence(_("made the account of %(account)s")),
    "account_changed": Sentence(_("changed the account of %(account)s: %(changed)s")),
    "account_closed": Sentence(_("closed the account of %(account)s")),
    "account_opened": Sentence(_("opened the account of %(account)s again")),
    "account_erased": Sentence(_("erased the person; the name that stays is %(account)s")),
    "accounts_imported": Sentence(_("imported a list of accounts: %(accounts)s")),
    "role_given": Sentence(_("gave %(account)s the role “%(role)s” in %(unit)s"), DAYS),
    "role_ended": Sentence(_("took the role “%(role)s” in %(unit)s from %(account)s")),
    "deputy_appointed": Sentence(
        _("appointed %(account)s to stand in for %(for)s in the role “%(role)s” in %(unit)s"), DAYS
    ),
    "role_handed_over": Sentence(
        _("handed the role “%(role)s” in %(unit)s over from %(account)s to %(to)s"), ("moved",)
    ),
    "role_taken_over": Sentence(_("handed the role “%(role)s” in %(unit)s over to %(account)s"), ("moved",)),
}

DOOR: Mapping[str, Sentence] = {
    "signed_in": Sentence(_("signed in"), ("second_factor",)),
    "sign_in_locked": Sentence(_("locked signing in for a while, after failures")),
    "sessions_ended": Sentence(_("ended sessions"), ("sessions",)),
    "password_changed": Sentence(_("changed the password")),
    "second_factor_on": Sentence(_("switched the second factor on")),
    "second_factor_off": Sentence(_("switched the second factor off")),
    "recovery_codes_made": Sentence(_("made new recovery codes")),
    "recovery_code_used": Sentence(_("signed in with a recovery code")),
    "slip_made": Sentence(_("made a slip to set the password"), ("days",)),
    "slip_used": Sentence(_("set the password with a slip")),
    "invitation_made": Sentence(_("made an invitation"), ("days",)),
    "invitation_used": Sentence(_("set the password with an invitation")),
}

NOTICES: Mapping[str, Sentence] = {
    "batch_planned": Sentence(_("planned messages"), ("messages",)),
    "batch_approved": Sentence(_("approved messages"), ("messages", "by_mail")),
    "batch_dropped": Sentence(_("dropped messages")),
    "messages_left_out": Sentence(_("chose which messages of a batch are left out"), ("messages",)),
    "batch_sent": Sentence(_("sent messages"), ("sent", "later", "failed", "unclear")),
    "message_again": Sentence(_("let a message be sent again")),
    "notices_chosen": Sentence(_("chose which messages come by mail"), ("by_mail",)),
    "calendar_link_made": Sentence(_("made a private address of the calendar")),
    "calendar_link_ended": Sentence(_("ended the private address of the calendar")),
    "job_started": Sentence(_("started work in the background"), ("kind",)),
    "head_published": Sentence(_("published the head of %(day)s"), ("number", "sha256")),
}

CYCLES: Mapping[str, Sentence] = {
    "rulebook_added": Sentence(_("added the rule book %(rulebook)s"), ("sha256",)),
    "cycle_opened": Sentence(_("opened the cycle %(period)s with the rule book %(rulebook)s"), ("until", "sha256")),
    "cycle_dates_set": Sentence(_("changed the days of the stages")),
    "cycle_moved": Sentence(_("moved the cycle from “%(old)s” to “%(new)s”")),
    "later_deadline_given": Sentence(_("allowed %(unit)s to file until %(until)s")),
    "later_deadline_ended": Sentence(_("ended the later deadline of %(unit)s, which was %(until)s")),
    "calendar_set": Sentence(_("chose the calendar of a country")),
    "day_declared": Sentence(_("declared %(day)s %(works)s")),
    "day_taken_back": Sentence(_("took back that %(day)s is %(works)s")),
    "table_put": Sentence(_("put the table %(table)s in place"), ("rows", "sha256", "old")),
    "table_removed": Sentence(_("took the table %(table)s out"), ("old",)),
    "folder_exported": Sentence(_("downloaded the cycle as a folder"), ("bytes", "sha256")),
    "folder_imported": Sentence(
        _("made the cycle of a folder"), ("records", "here_already", "tables", "sha256"),
    ),
    "cycle_frozen": Sentence(_("froze the records as record set %(number)s"), ("rows", *SET)),
    "records_kept": Sentence(_("kept the records as they stood, as record set %(number)s"), ("rows", *SET)),
    "set_superseded": Sentence(_("put record set %(number)s in the place of the last"), ("rows", *SET)),
}  # fmt: skip

RECORDS: Mapping[str, Sentence] = {
    "record_filed": Sentence(_("filed a record of “%(dataset)s” for %(unit)s"), ("period", "claim", "evidence_added")),
    "records_filed": Sentence(_("filed many records of “%(dataset)s” at once"), ("rows", "sha256")),
    "upload_confirmed": Sentence(_("confirmed a spreadsheet"), ("sha256",)),
    "record_changed": Sentence(_("changed the record"), ("evidence_added", "evidence_removed")),
    "evidence_described": Sentence(_("said what a file of evidence is"), ("sha256",)),
    "record_accepted": Sentence(_("accepted the record"), ("claim",)),
    "record_returned": Sentence(_("returned the record to be put right")),
    "record_withdrawn": Sentence(_("withdrew the record"), ("claim",)),
    "record_superseded": Sentence(_("put another row in the place of this one"), ("by",)),
    "record_corrected": Sentence(
        _("made this row of “%(dataset)s” for %(unit)s by a correction"), ("period", "old", "proposed_by")
    ),
}

CHECKING: Mapping[str, Sentence] = {
    "sampling_stated": Sentence(
        _("stated a sampling plan for “%(dataset)s”"),
        ("share", "number", "least_each", "accept_rest", "most_returned", "seed_sha256"),
    ),
    "sample_drawn": Sentence(
        _("drew %(chosen_count)s of %(population)s records by lot"), ("draw", "seed", "population_sha256", "chosen")
    ),
    "rest_accepted": Sentence(_("accepted what was not drawn: %(accepted_count)s"), ("draw",)),
    "question_asked": Sentence(_("asked: “%(text)s”")),
    "question_answered": Sentence(_("answered: “%(text)s”")),
    "evidence_checked": Sentence(_("judged a file of evidence: %(proof)s"), ("sha256",)),
    "correction_proposed": Sentence(
        _("proposed a correction of the frozen records: %(kind)s"), ("record", "dataset", "period")
    ),
    "correction_confirmed": Sentence(_("confirmed the correction"), ("proposed_by", "old_sha256", "sha256")),
    "correction_refused": Sentence(_("refused the correction")),
    "correction_taken_back": Sentence(_("took the correction back")),
}

CLAIMS: Mapping[str, Sentence] = {
    "bonus_claimed": Sentence(_("claimed a bonus for %(unit)s: “%(dataset)s”")),
    "deduction_proposed": Sentence(_("proposed a deduction from %(unit)s: “%(dataset)s”")),
    "veto_proposed": Sentence(_("proposed a veto against %(unit)s: “%(dataset)s”")),
    "claim_changed": Sentence(_("changed the claim")),
    "claim_checked": Sentence(_("checked the claim")),
    "claim_approved": Sentence(_("approved it: it counts")),
    "claim_returned": Sentence(_("returned the claim")),
    "claim_refused": Sentence(_("refused it")),
    "claim_revoked": Sentence(_("revoked it: it counts no more")),
    "claim_withdrawn": Sentence(_("withdrew it")),
    "claim_answered": Sentence(_("answered: “%(text)s”")),
}

SENTENCES: Mapping[str, Sentence] = {
    **PEOPLE, **DOOR, **NOTICES, **CYCLES, **RECORDS, **CHECKING, **CLAIMS,
}  # fmt: skip
"""The sentence of each action."""

FACTS: Mapping[str, Promise | str] = {
    "kind": _("Kind"), "parent": _("Below"), "from": _("From"), "until": _("Until"), "last_day": _("Last day"),
    "moved": _("Drafts handed over"), "second_factor": _("Second factor"), "sessions": _("Sessions"),
    "days": _("Valid for days"), "messages": _("Messages"), "by_mail": _("By mail"), "sent": _("Sent by mail"),
    "later": _("To be tried again"), "failed": _("Could not be sent"), "unclear": _("Perhaps sent"),
    "number": _("Number"), "sha256": _("SHA-256"), "supersedes": _("In the place of"), "rows": _("Rows"),
    "old": _("Before"), "bytes": _("Bytes"), "records": _("Records"), "here_already": _("Here already"),
    "tables": _("Tables"), "period": _("Period"), "claim": _("Claim"), "by": _("The new row"),
    "proposed_by": _("Proposed by"), "share": _("Share"), "least_each": _("Of each unit at least"),
    "accept_rest": _("What is not drawn may be accepted"), "most_returned": _("Returned at most"),
    "seed_sha256": _("SHA-256 of the seed"), "draw": _("Draw"), "seed": _("Seed"),
    "population_sha256": _("SHA-256 of the list"), "chosen": _("Drawn"), "record": _("Record"),
    "dataset": _("Records of"), "old_sha256": _("SHA-256 before"),
    "evidence_added": _("Files added"), "evidence_removed": _("Files taken off"),
}  # fmt: skip
"""The heading of each part of an event's data that is listed."""
