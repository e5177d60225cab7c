"""The room ``ledger``."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Events."""

    name = "shuping_web.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every migration end with events that the database itself keeps from being changed."""
        from shuping_web.ledger.protection import after_migrate

        post_migrate.connect(after_migrate, sender=self)
