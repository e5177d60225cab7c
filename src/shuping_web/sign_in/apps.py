"""The room ``sign_in``."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Signing in."""

    name = "shuping_web.sign_in"
    label = "sign_in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of lock-outs, sign-outs and erased people; add the words of this room's actions to the ledger's."""
        from shuping_web.ledger.words import say
        from shuping_web.sign_in import receivers
        from shuping_web.sign_in.words import WORDS

        say(WORDS)
        receivers.connect()
