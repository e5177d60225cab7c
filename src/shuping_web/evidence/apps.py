"""The room ``evidence``."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Files that were received."""

    name = "shuping_web.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let go of what an erased person had sent and never filed."""
        from shuping_web.evidence.actions import let_go_of_uploads
        from shuping_web.people.signals import account_erased

        account_erased.connect(let_go_of_uploads)
