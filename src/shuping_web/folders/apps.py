"""The room ``folders``."""

from django.apps import AppConfig


class FoldersConfig(AppConfig):
    """Folders in and out."""

    name = "shuping_web.folders"
    label = "folders"

    def ready(self) -> None:
        """Add the words of this room's actions to the ledger's, and its work in the background."""
        from shuping_web.folders.hand_out_actions import HAND_OUT, folder_hand_out, may_have_folder, told_of_folder
        from shuping_web.folders.upload_actions import TAKE_IN, folder_take_in, told_of_taking_in
        from shuping_web.folders.words import WORDS
        from shuping_web.ledger.words import say
        from shuping_web.notices.job_actions import can_do

        say(WORDS)
        can_do(TAKE_IN, folder_take_in, told_of_taking_in)
        can_do(HAND_OUT, folder_hand_out, told_of_folder, may_have_folder)
