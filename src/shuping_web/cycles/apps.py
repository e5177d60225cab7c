"""The room ``cycles``."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """Rule-book versions and cycles."""

    name = "shuping_web.cycles"
    label = "cycles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's. Versions of rule books never change."""
        from shuping_web.cycles.middleware import chosen_cycle
        from shuping_web.cycles.words import WORDS
        from shuping_web.ledger.protection import append_only
        from shuping_web.ledger.words import say
        from shuping_web.notices.list_actions import WITHIN

        say(WORDS)
        WITHIN.append(chosen_cycle)
        append_only("cycles_rulebookversion")
