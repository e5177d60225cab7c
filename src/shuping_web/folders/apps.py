"""The room ``folders``."""

from django.apps import AppConfig


class FoldersConfig(AppConfig):
    """Folders in and out."""

    name = "shuping_web.folders"
    label = "folders"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's."""
        from shuping_web.folders.words import WORDS
        from shuping_web.ledger.words import say

        say(WORDS)
