"""The room ``filing``."""

from django.apps import AppConfig


class FilingConfig(AppConfig):
    """Records and freezes."""

    name = "shuping_web.filing"
    label = "filing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the room ``people``: drafts go with the role, and are let go of with the person. Add the words of
        this room's actions to the ledger's. What was frozen never changes.
        """
        from shuping_web.filing.people_actions import let_go_of_drafts, move_drafts
        from shuping_web.people.signals import account_erased, work_handed_over

        work_handed_over.connect(move_drafts)
        account_erased.connect(let_go_of_drafts)
        from shuping_web.filing.words import WORDS
        from shuping_web.ledger.protection import append_only
        from shuping_web.ledger.words import say

        say(WORDS)
        from shuping_web.filing.upload_actions import FILE, file_upload, told_of_upload
        from shuping_web.notices.job_actions import can_do

        can_do(FILE, file_upload, told_of_upload)
        append_only("filing_recordset")
