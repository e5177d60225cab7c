"""Who may open a page: stated at each view, checked before it runs. Whatever may not be seen does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(*permissions: Permission) -> Callable[[View[P]], View[P]]:
    """Open a page to those who have one of the permissions; everybody signed in where none is named. To all others the
    page does not exist.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            account = account_of(request)
            today = timezone.localdate()
            if permissions and not any(may(account, permission, today) for permission in permissions):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]  # the permission matrix reads it
        return cast("View[P]", guarded)

    return decorate


def account_of(request: HttpRequest) -> Account:
    """Return who is signed in. Raises Http404 when nobody is."""
    user: Any = request.user
    if not isinstance(user, Account):
        raise Http404
    return user
