"""The room ``people``."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Units and accounts."""

    name = "shuping_web.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
