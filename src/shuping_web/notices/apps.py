"""The room ``notices``."""

from typing import Any

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages and work in the background."""

    name = "shuping_web.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the words of this room's actions, its work, and what it does when a person is erased."""
        from shuping_web.exports.table import LATER
        from shuping_web.ledger.words import say
        from shuping_web.notices.actions import SEND
        from shuping_web.notices.job_actions import can_do
        from shuping_web.notices.list_actions import LIST, later, make_list, may_have_list, told_of_list
        from shuping_web.notices.sending_actions import send_batch, told_of_batch
        from shuping_web.notices.words import WORDS
        from shuping_web.people.signals import account_erased

        say(WORDS)
        can_do(SEND, send_batch, told_of_batch)
        can_do(LIST, make_list, told_of_list, may_have_list)
        LATER.make = later
        account_erased.connect(_erased, dispatch_uid="notices")


def _erased(*, account: Any, **_: Any) -> None:
    from shuping_web.notices.actions import forget
    from shuping_web.notices.made_files import let_files_of

    let_files_of(account.pk)
    forget(account)
