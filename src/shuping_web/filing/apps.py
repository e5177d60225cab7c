"""The room ``filing``."""

from django.apps import AppConfig


class FilingConfig(AppConfig):
    """Records and freezes."""

    name = "shuping_web.filing"
    label = "filing"
    default_auto_field = "django.db.models.BigAutoField"
