"""The room ``claims``."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Claims for bonus, judged deductions and vetoes."""

    name = "shuping_web.claims"
    label = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's, and let what waits here hold a freeze."""
        from shuping_web.claims.queries import why_not_freeze
        from shuping_web.claims.words import WORDS
        from shuping_web.filing.claimed_actions import HOLDS
        from shuping_web.ledger.words import say

        say(WORDS)
        HOLDS.append(why_not_freeze)
