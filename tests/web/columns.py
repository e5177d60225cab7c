"""The columns that hold no personal data, table by table. With the models' ``PERSONAL`` they are all there are: a
new one has to be declared here or there, after thinking about it (``test_columns.py``)."""

from __future__ import annotations

NOT_PERSONAL: dict[str, str] = {
    "auth.Group": "id name",
    "auth.Group_permissions": "id group permission",
    "auth.Permission": "id name content_type codename",
    "axes.AccessAttempt": "id attempt_time failures_since_start",
    "axes.AccessAttemptExpiration": "expires_at",
    "axes.AccessFailureLog": "id attempt_time locked_out",
    "axes.AccessLog": "id attempt_time logout_time",
    "checking.Correction": (
        "id cycle kind record dataset unit period values reason submission proposed_at decision decided_at "
        "answer old_set new_set new_record"
    ),
    "checking.Draw": "id plan number population population_sha256 chosen drawn_at rest_at",
    "checking.Question": "id record asked_at answered_at",
    "checking.SamplingPlan": (
        "id cycle dataset share number least_each accept_rest most_returned seed seed_sha256 reason stated_at ended_at"
    ),
    "claims.Claim": (
        "id cycle kind dataset unit period values document issuer reason document_key matter_key state version "
        "submission proposed_at checked_at decided_at answer reply replied_at record"
    ),
    "contenttypes.ContentType": "id app_label model",
    "cycles.Cycle": "id rulebook period name stage step filing_until opened_at",
    "cycles.LaterDeadline": "id cycle unit until reason given_at ended_at",
    "cycles.RulebookVersion": "id book version title title_en text sha256 reason added_at",
    "cycles.SpecialDay": "id day works reason added_at",
    "cycles.StageDates": "id cycle step first_day last_day",
    "cycles.Table": "id cycle room name rows added_at",
    "cycles.WorkCalendar": "id country",
    "evidence.File": "id sha256 kind bytes pages removed received_at",
    "evidence.Upload": "id file submission received_at",
    "filing.Batch": "id cycle dataset sha256 rows submission looked_at filed_at",
    "filing.Draft": "id place dataset unit record grid submission kept_at",
    "filing.Evidence": (
        "id record file name title number issuer dated holds_from holds_to internal received_at added_at removed_at "
        "proof reason checked_at"
    ),
    "filing.Record": "id dataset unit period values state reason version filed_at checked_at submission filer cycle "
    "timed day",
    "filing.RecordSet": "id cycle number name interim supersedes reason content sha256 frozen_at",
    "ledger.ActorName": "id",
    "ledger.Event": "id number at action unit previous hash",
    "notices.Batch": "id kind title state made_at decided_at",
    "notices.CalendarLink": "id made_at",
    "notices.Job": "id key kind given made_at state done total message worker tries lease_until ended_at",
    "notices.Message": "id key batch why by_mail state tries next_try claimed_at sent_at",
    "notices.Refusal": "id",
    "people.Account": "id is_active erased_at",
    "people.Membership": "id",
    "people.StartToken": "id digest used",
    "people.Successor": "id before after day share",
    "people.Unit": "id code name name_en kind parent valid_from valid_to attributes",
    "people.UnitName": "id unit name name_en valid_from valid_to",
    "people.UnitPath": "id above below depth valid_from valid_to",
    "people.UnitPlace": "id unit parent valid_from valid_to",
    "sessions.Session": "expire_date",
    "sign_in.Factor": "id last_step",
    "sign_in.Pass": "id kind expires_at withdrawn_at",
    "sign_in.RecoveryCode": "id",
    "sign_in.Visit": "id",
}
