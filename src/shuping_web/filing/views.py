"""Records on screen: lists and forms; a record's page is in ``checking``. Each view calls one query or one action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.actions import Stale, change_record, file_record, withdraw_record
from shuping_web.filing.forms import RecordForm, initial_of, units_to_file_for
from shuping_web.filing.models import Record, State
from shuping_web.filing.queries import counts, editable, register
from shuping_web.filing.reading import cycle_and_book, labelled, page_lang, readable, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

ROWS = 50


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def records(request: HttpRequest) -> HttpResponse:
    """List the datasets, with how many records stand where."""
    cycle, book = cycle_and_book()
    found = counts(readable(request))
    rows = [(name, title_of(book, name), found.get(name, {})) for name in book.datasets]
    return render(request, "records.html", {"cycle": cycle, "rows": rows})


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def dataset(request: HttpRequest, dataset: str) -> HttpResponse:
    """List the records of one dataset."""
    cycle, book = cycle_and_book()
    title = title_of(book, dataset)
    found = readable(request).filter(dataset=dataset)
    state = request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [(one, [value for _name, value in labelled(book, one)][:4]) for one in page]
    account, today = account_of(request), timezone.localdate()
    shown = {
        "cycle": cycle, "title": title, "dataset": dataset, "page": page, "rows": rows, "states": State.choices,
        "state": state, "files": may(account, Permission.FILE_OWN_RECORDS, today),
    }  # fmt: skip
    return render(request, "dataset.html", shown)


def _form(request: HttpRequest, book: Rulebook, dataset: str, **kwargs: Any) -> RecordForm:
    units = units_to_file_for(account_of(request), timezone.localdate()).order_by("code")
    return RecordForm(
        request.POST or None, rulebook=book, dataset=dataset, units=units, lang=page_lang(), register=register(),
        **kwargs,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def new_record(request: HttpRequest, dataset: str) -> HttpResponse:
    """File a record."""
    cycle, book = cycle_and_book()
    title = title_of(book, dataset)
    form = _form(request, book, dataset)
    if request.method == "POST" and form.is_valid():
        try:
            filed = file_record(
                cycle=cycle, dataset=dataset, unit=form.cleaned_data["unit"],
                period=form.cleaned_data.get("period", ""), values=form.values(),
                submission=form.cleaned_data["submission"], by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Filed. It waits to be checked."))
            return redirect("record", number=filed.pk)
    return render(request, "record_form.html", {"form": form, "title": title, "dataset": dataset})


def _mine(request: HttpRequest, number: int) -> Record:
    return get_object_or_404(editable(account_of(request), timezone.localdate()), pk=number)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a record; it waits to be checked again."""
    cycle, book = cycle_and_book()
    found = _mine(request, number)
    form = _form(request, book, found.dataset, initial=initial_of(found))
    form.fields["unit"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            change_record(
                cycle=cycle, record=found, period=form.cleaned_data.get("period", ""), values=form.values(),
                version=form.cleaned_data["version"] or 0, by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except Stale:
            form.add_error(None, _("Somebody else changed this record while you were writing. Your text is still here; "
                                   "open the record in another window and compare."))  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It waits to be checked again."))
            return redirect("record", number=number)
    shown = {"form": form, "title": title_of(book, found.dataset), "dataset": found.dataset, "record": found}
    return render(request, "record_form.html", shown)


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a record back."""
    cycle, _book = cycle_and_book()
    found = _mine(request, number)
    try:
        withdraw_record(
            cycle=cycle, record=found, version=int(request.POST.get("version") or 0), by=account_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("record", number=number)
