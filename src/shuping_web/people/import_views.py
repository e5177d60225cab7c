"""Accounts from a spreadsheet on screen: uploaded, looked at, confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.exports.table import write_table
from shuping_web.people.access import account_of, needs
from shuping_web.people.account_actions import import_accounts
from shuping_web.people.account_import import HEADINGS, MAX_BYTES, Looked, heading_of, look, sealed, unsealed
from shuping_web.people.adapters import Unreadable, grid_of
from shuping_web.people.forms import UploadForm
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

SHOWN = 200


def _gives(request: HttpRequest) -> bool:
    return may(account_of(request), Permission.GIVE_ROLES, timezone.localdate())


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet and show what would be made of it; nothing is made yet."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MAX_BYTES:
            form.add_error("file", _("The file is larger than 5 MB; a list of 1,000 accounts is far smaller."))
        else:
            lang = page_lang()
            try:
                looked = look(
                    grid_of(file.read(), file.name, "en" if lang == "en" else "zh"), gives_roles=_gives(request)
                )
            except Unreadable as error:
                for message in error.messages:
                    form.add_error("file", message)
            else:
                return _show(request, looked)
    return render(request, "people/import.html", {
        "form": form, "headings": [heading_of(column) for column in HEADINGS], "gives": _gives(request),
    })  # fmt: skip


def _show(request: HttpRequest, looked: Looked) -> HttpResponse:
    rows = sorted(looked.rows, key=lambda row: (not row.wrong, row.number))[:SHOWN]
    return render(request, "people/import_looked.html", {
        "looked": looked, "headings": [heading_of(column) for column in looked.columns],
        "rows": [(row.number, row.shown(looked.columns)) for row in rows], "left": max(0, len(looked.rows) - SHOWN),
        "sealed": sealed(looked, account_of(request)) if looked.ready else "",
    })  # fmt: skip


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def confirm(request: HttpRequest) -> HttpResponse:
    """Make the accounts of a list that was looked at; where it is not sound any more, show why."""
    account, gives = account_of(request), _gives(request)
    try:
        looked = unsealed(request.POST.get("list", ""), account, gives_roles=gives)
        if not looked.ready:
            return _show(request, looked)
        rows = [row.account for row in looked.rows if row.account is not None]
        made = import_accounts(rows=rows, gives_roles=gives, by=account, at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
        return redirect("import-accounts")
    messages.success(request, _("%d accounts made. Nobody can sign in with them before a password is set.") % len(made))
    return redirect("accounts")


@require_safe
@needs(Permission.MANAGE_ACCOUNTS)
def template(request: HttpRequest) -> HttpResponseBase:
    """Hand out an empty list with the headings in the language of the page."""
    return write_table("accounts", [heading_of(column) for column in HEADINGS], [], "csv")
