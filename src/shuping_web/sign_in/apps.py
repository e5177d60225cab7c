"""The room ``sign_in``."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class SignInConfig(AppConfig):
    """Signing in."""

    name = "shuping_web.sign_in"
    label = "sign_in"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of lock-outs, sign-outs and erased people; add the words of this room's actions to the ledger's. Raises
        ImproperlyConfigured for a role that SHUPING_SECOND_FACTOR names and nobody knows.
        """
        from django.conf import settings

        from shuping_web.ledger.words import say
        from shuping_web.sign_in import receivers
        from shuping_web.sign_in.words import WORDS

        refuse_unknown(settings.SECOND_FACTOR_ROLES)
        say(WORDS)
        receivers.connect()


def refuse_unknown(roles: Iterable[str]) -> None:
    """Raise ImproperlyConfigured for a name that is no role: it would oblige nobody, and nobody would notice."""
    from shuping_web.people.permissions import Role

    unknown = sorted(set(roles) - {role.value for role in Role})
    if unknown:
        given, known = ", ".join(unknown), ", ".join(Role)
        raise ImproperlyConfigured(
            f"SHUPING_SECOND_FACTOR 中的角色不存在：{given}；可用的有：{known} / "
            f"SHUPING_SECOND_FACTOR names roles that are not there: {given}; there are: {known}"
        )
