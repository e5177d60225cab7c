"""The room ``ledger``."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Events."""

    name = "shuping_web.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
