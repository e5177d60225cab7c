"""The room ``checking``."""

from django.apps import AppConfig


class CheckingConfig(AppConfig):
    """Sampling plans, questions and corrections."""

    name = "shuping_web.checking"
    label = "checking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's, and its work in the background."""
        from shuping_web.checking.freeze_actions import FREEZE, freeze_cycle, told_of_freezing
        from shuping_web.checking.words import WORDS
        from shuping_web.ledger.words import say
        from shuping_web.notices.job_actions import can_do

        say(WORDS)
        can_do(FREEZE, freeze_cycle, told_of_freezing)
