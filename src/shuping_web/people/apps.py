"""The room ``people``."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Units and accounts."""

    name = "shuping_web.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's."""
        from shuping_web.ledger.words import say
        from shuping_web.people.words import WORDS

        say(WORDS)
