"""The room ``checking``."""

from django.apps import AppConfig


class CheckingConfig(AppConfig):
    """Sampling plans, questions and corrections."""

    name = "shuping_web.checking"
    label = "checking"
    default_auto_field = "django.db.models.BigAutoField"
