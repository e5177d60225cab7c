"""The room ``checking``."""

from django.apps import AppConfig


class CheckingConfig(AppConfig):
    """Sampling plans, questions and corrections."""

    name = "shuping_web.checking"
    label = "checking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's."""
        from shuping_web.checking.words import WORDS
        from shuping_web.ledger.words import say

        say(WORDS)
