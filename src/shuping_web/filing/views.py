"""Records on screen: lists, forms, checking, freezing. Each view calls one query or one action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of, current
from shuping_web.filing.actions import Stale, change_record, check_record, file_record, freeze, withdraw_record
from shuping_web.filing.forms import RecordForm, initial_of, units_to_file_for
from shuping_web.filing.models import Record, State
from shuping_web.filing.queries import counts, editable, frozen, queue, register, visible
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may, own_units

ROWS = 50


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _cycle() -> tuple[Cycle, Rulebook]:
    cycle = current()
    if cycle is None:
        raise Http404
    return cycle, book_of(cycle)


def _readable(request: HttpRequest) -> QuerySet[Record]:
    return visible(account_of(request), timezone.localdate())


def _labelled(book: Rulebook, record: Record) -> list[tuple[str, str]]:
    """Return the fields of a record with their titles, categories in words."""
    found = []
    for name, field in book.datasets[record.dataset].fields.items():
        value = record.values.get(name, "")
        if field.options and value in field.options:
            value = field.options[value].get(_lang())
        found.append((field.title.get(_lang()) if field.title else name, value))
    return found


def _title(book: Rulebook, dataset: str) -> str:
    if dataset not in book.datasets:
        raise Http404
    title = book.datasets[dataset].title
    return title.get(_lang()) if title else dataset


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def records(request: HttpRequest) -> HttpResponse:
    """List the datasets, with how many records stand where."""
    cycle, book = _cycle()
    found = counts(_readable(request))
    rows = [(name, _title(book, name), found.get(name, {})) for name in book.datasets]
    return render(request, "records.html", {"cycle": cycle, "rows": rows})


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def dataset(request: HttpRequest, dataset: str) -> HttpResponse:
    """List the records of one dataset."""
    cycle, book = _cycle()
    title = _title(book, dataset)
    found = _readable(request).filter(dataset=dataset)
    state = request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [(one, [value for _name, value in _labelled(book, one)][:4]) for one in page]
    account, today = account_of(request), timezone.localdate()
    shown = {
        "cycle": cycle, "title": title, "dataset": dataset, "page": page, "rows": rows, "states": State.choices,
        "state": state, "files": may(account, Permission.FILE_OWN_RECORDS, today),
    }  # fmt: skip
    return render(request, "dataset.html", shown)


def _form(request: HttpRequest, book: Rulebook, dataset: str, **kwargs: Any) -> RecordForm:
    units = units_to_file_for(account_of(request), timezone.localdate()).order_by("code")
    return RecordForm(
        request.POST or None, rulebook=book, dataset=dataset, units=units, lang=_lang(), register=register(), **kwargs
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def new_record(request: HttpRequest, dataset: str) -> HttpResponse:
    """File a record."""
    cycle, book = _cycle()
    title = _title(book, dataset)
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


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def record(request: HttpRequest, number: int) -> HttpResponse:
    """Show a record, its state, and its history."""
    cycle, book = _cycle()
    found = get_object_or_404(_readable(request), pk=number)
    account, today = account_of(request), timezone.localdate()
    checks = queue(account, today).filter(pk=number).exists()
    shown = {
        "record": found, "title": _title(book, found.dataset), "fields": _labelled(book, found), "checks": checks,
        "changes": editable(account, today).filter(pk=number).exists() and found.state != State.WITHDRAWN,
        "history": history(f"record:{found.pk}"), "cycle": cycle,
        "own": own_units(account, today).filter(pk=found.unit_id).exists(),
    }  # fmt: skip
    return render(request, "record.html", shown)


def _mine(request: HttpRequest, number: int) -> Record:
    return get_object_or_404(editable(account_of(request), timezone.localdate()), pk=number)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a record; it waits to be checked again."""
    cycle, book = _cycle()
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
    shown = {"form": form, "title": _title(book, found.dataset), "dataset": found.dataset, "record": found}
    return render(request, "record_form.html", shown)


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a record back."""
    cycle, _book = _cycle()
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


@require_safe
@needs(Permission.CHECK_RECORDS)
def check_queue(request: HttpRequest) -> HttpResponse:
    """List what waits to be checked by the person who is signed in."""
    _open, book = _cycle()
    page = Paginator(queue(account_of(request), timezone.localdate()), ROWS).get_page(request.GET.get("page"))
    rows = [(one, _title(book, one.dataset), _labelled(book, one)[:4]) for one in page if one.dataset in book.datasets]
    return render(request, "queue.html", {"page": page, "rows": rows})


@require_POST
@needs(Permission.CHECK_RECORDS)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Accept a record or return it with a reason."""
    cycle, _book = _cycle()
    found = get_object_or_404(_readable(request), pk=number)
    try:
        check_record(
            cycle=cycle, record=found, accept=request.POST.get("decision") == "accept",
            reason=request.POST.get("reason", ""), version=int(request.POST.get("version") or 0),
            by=account_of(request), at=timezone.now(),
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
        return redirect("record", number=number)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("record", number=number)
    following = queue(account_of(request), timezone.localdate()).first()
    return redirect("record", number=following.pk) if following is not None else redirect("queue")


@require_http_methods(["GET", "POST"])
@needs(Permission.FREEZE)
def freeze_cycle(request: HttpRequest) -> HttpResponse:
    """Freeze the accepted records."""
    cycle, _book = _cycle()
    if request.method == "POST":
        try:
            freeze(cycle=cycle, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Frozen. From now on the standing rests on these records."))
        return redirect("freeze")
    found = counts(_readable(request))
    waiting = sum(states.get(State.FILED, 0) for states in found.values())
    accepted = sum(states.get(State.ACCEPTED, 0) for states in found.values())
    shown = {"cycle": cycle, "waiting": waiting, "accepted": accepted, "kept": frozen(cycle.pk)}
    return render(request, "freeze.html", shown)
