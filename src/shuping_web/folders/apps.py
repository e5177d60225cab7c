"""The room ``folders``."""

from django.apps import AppConfig


class FoldersConfig(AppConfig):
    """Folders in and out."""

    name = "shuping_web.folders"
    label = "folders"
