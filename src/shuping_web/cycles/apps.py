"""The room ``cycles``."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """Rule-book versions and cycles."""

    name = "shuping_web.cycles"
    label = "cycles"
    default_auto_field = "django.db.models.BigAutoField"
