"""The room ``history``."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """History in words, and the heads of days."""

    name = "shuping_web.history"
    label = "history"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's."""
        from shuping_web.history.words import WORDS
        from shuping_web.ledger.words import say

        say(WORDS)
