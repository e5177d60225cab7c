"""The room ``results``."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """Standing and explanations."""

    name = "shuping_web.results"
    label = "results"
