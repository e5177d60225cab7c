"""What was typed into a form while the session ended: kept for half an hour, given back to the same person once.

It waits in the new session of the same browser, on the server. A signed cookie, set at sign-in and removed at sign-out,
tells whose browser it was: without it nothing is kept, and what is kept is given back to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from shuping_web.people.models import Account

P = ParamSpec("P")
Answer = TypeVar("Answer")
KEY: Final = "typed"
SECONDS: Final = 30 * 60
OWNER: Final = "owner"
OWNER_SECONDS: Final = 3 * 24 * 3600
SALT: Final = "shuping.sign_in.typed"
MOST_CHARACTERS: Final = 300_000
NEVER: Final = ("password", "csrfmiddlewaretoken")
"""Parts of names of fields whose content is never kept, also where a view was not marked with ``keeps_nothing``."""


def keeps_nothing(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Mark a view whose forms must never be kept: a change of password, a secret ballot."""
    view.keeps_nothing = True  # type: ignore[attr-defined]
    return view


def mark(response: HttpResponse, account: Account) -> None:
    """Note in a browser whose it is. The session's own cookie does not tell: it goes with the first answer after the
    session has ended, be it to a picture.
    """
    response.set_signed_cookie(
        OWNER, str(account.pk), salt=SALT, max_age=OWNER_SECONDS, httponly=True, samesite="Lax", secure=settings.SECURE
    )


def owner_of(request: HttpRequest) -> int | None:
    """Return the id of the account that signed in with this browser and did not sign out, None where there is none."""
    found = request.get_signed_cookie(OWNER, None, salt=SALT, max_age=OWNER_SECONDS)
    return int(found) if found else None


def keep(request: HttpRequest, owner: int, view: Callable[..., Any], at: datetime) -> bool:
    """Keep what a form sent, in the session; return whether it was kept."""
    by_script = "application/json" in (request.content_type or "", request.headers.get("accept", ""))
    if by_script or getattr(view, "keeps_nothing", False):
        return False
    pairs = [
        [name, value]
        for name, values in request.POST.lists()
        if not any(part in name.lower() for part in NEVER)
        for value in values
    ]
    if not pairs or sum(len(name) + len(str(value)) for name, value in pairs) > MOST_CHARACTERS:
        return False
    request.session[KEY] = {
        "path": request.get_full_path(), "pairs": pairs, "owner": owner, "at": at.timestamp(),
        "files": bool(request.FILES),
    }  # fmt: skip
    return True


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Return what waits in the session, None where nothing does or for too long."""
    found: dict[str, Any] | None = request.session.get(KEY)
    if found is None or timezone.now().timestamp() - found["at"] > SECONDS:
        return None
    return found


def give_back(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the person who is signed in had typed on this page, and forget it; None where nothing."""
    found = waiting(request)
    account = request.user
    if KEY in request.session and (found is None or not isinstance(account, Account) or account.pk != found["owner"]):
        del request.session[KEY]
        return None
    if found is None or found["path"] != request.get_full_path():
        return None
    del request.session[KEY]
    return found


def as_posted(found: dict[str, Any]) -> QueryDict:
    """Return what was typed as a form would have sent it."""
    data = QueryDict(mutable=True)
    for name, value in found["pairs"]:
        data.appendlist(name, value)
    return data
