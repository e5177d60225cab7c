"""The room ``reminding``."""

from django.apps import AppConfig


class RemindingConfig(AppConfig):
    """Reminders and the calendar feed."""

    name = "shuping_web.reminding"
    label = "reminding"
