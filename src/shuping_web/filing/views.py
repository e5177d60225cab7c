"""Records on screen: lists and forms; a record's page is in ``checking``. Each view calls one query or one action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.adapters import Rulebook, claimed_as, language
from shuping_web.cycles.models import Cycle
from shuping_web.exports.table import export_of
from shuping_web.filing.actions import Stale, change_record, file_record, withdraw_record
from shuping_web.filing.adapters import period_names
from shuping_web.filing.attached_actions import most_files
from shuping_web.filing.conflict import as_chosen, side_by_side
from shuping_web.filing.evidence_forms import EvidenceForm, submission_of
from shuping_web.filing.forms import RecordForm, initial_of, initial_of_draft
from shuping_web.filing.listing import SHOWN, Asked, asked_for, units_of
from shuping_web.filing.lists import record_columns, record_rows
from shuping_web.filing.models import Draft, Record, State
from shuping_web.filing.of_cycle import belongs
from shuping_web.filing.queries import (
    counts,
    drafts_of,
    editable,
    filer_of,
    files,
    misfits,
    register,
    units_to_file_for,
)
from shuping_web.filing.reading import (
    asked_in,
    cycle_and_book,
    draft_asked_for,
    labelled,
    names_in,
    readable,
    title_of,
    titled,
)
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission

ROWS = 50


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def records(request: HttpRequest) -> HttpResponse:
    """List the datasets, with how many records stand where."""
    cycle, book = cycle_and_book()
    numbers = counts(readable(request).filter(belongs(cycle)))
    rows = [(name, title_of(book, name), numbers.get(name, {})) for name in book.datasets]
    return render(
        request, "records.html", {"cycle": cycle, "rows": rows, "drafts": titled(drafts_of(account_of(request)), book)}
    )


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def dataset(request: HttpRequest, dataset: str) -> HttpResponseBase:
    """List the records of one dataset."""
    cycle, book = cycle_and_book()
    title, lang = title_of(book, dataset), page_lang()
    asked = Asked.of(request.GET)
    here = belongs(cycle)
    seen = readable(request) if asked.period else readable(request).filter(here)
    listed = asked_for(seen, book, dataset, asked, lang)
    columns = record_columns(book, dataset)
    if (file := export_of(request, title, columns, lambda: record_rows(book, dataset, listed))) is not None:
        return file
    account, today = account_of(request), timezone.localdate()
    page = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    wrong, names = misfits(book, dataset), names_in(book, page)
    claimed, states = dataset in claimed_as(cycle.rulebook.text), {state.value: str(state.label) for state in State}
    rows = [
        ListedRow(
            one, [value for _name, value in labelled(book, one, lang, names)][:SHOWN], _source(one, cycle, lang),
            [problem.message(language(lang)) for problem in wrong.get(one.pk, ())], states[one.state],
        )
        for one in page
    ]  # fmt: skip
    fields = list(book.datasets[dataset].fields.items())[:SHOWN]
    heads = [("unit", _("Unit")), *([("period", _("Period"))] if book.datasets[dataset].period else [])]
    heads += [(f"f_{name}", field.title.get(language(lang)) if field.title else name) for name, field in fields]
    heads += [("state", _("State")), ("filed", _("Filed"))]
    own = readable(request).filter(dataset=dataset)
    shown = {
        "cycle": cycle, "title": title, "dataset": dataset, "page": page, "rows": rows, "states": State.choices,
        "asked": asked, "heads": [_head(asked, name, text) for name, text in heads],
        "address": asked.address(), "periods": period_names(book, dataset),
        "units": units_of(own), "lang": lang,
        "files": not claimed and files(account, today, book, dataset), "claimed": claimed, "wrong": len(wrong),
        "once": own.filter(here, cycle__isnull=False).exclude(cycle=cycle).count(),
        "drafts": titled(drafts_of(account, dataset), book), "filer": filer_of(book, dataset),
    }  # fmt: skip
    return render(request, "filing/dataset.html", shown)


@dataclass(frozen=True)
class ListedRow:
    """A record in a list: its first fields in words, for which other cycle it was filed, why it does not fit here, and
    its state in words.
    """

    record: Record
    values: list[str]
    source: str
    misfit: list[str]
    state: str


def _source(record: Record, cycle: Cycle, lang: str) -> str:
    if record.cycle is None or record.cycle_id == cycle.pk:
        return ""
    version = record.cycle.rulebook
    title = (version.title_en if lang == "en" else "") or version.title
    return f"{title} {version.version} · {record.cycle.period}"


def _head(asked: Asked, name: str, text: str) -> tuple[str, str, str]:
    down = asked.order == name
    sort = "descending" if asked.order == f"-{name}" else "ascending" if down else ""
    return text, asked.address(order=f"-{name}" if down else name), sort


def _units(request: HttpRequest, book: Rulebook, dataset: str) -> QuerySet[Unit]:
    return units_to_file_for(account_of(request), timezone.localdate(), book, dataset).order_by("code")


def _form(
    request: HttpRequest, book: Rulebook, dataset: str, given: QueryDict | None = None, **kwargs: Any
) -> RecordForm:
    units = _units(request, book, dataset)
    return RecordForm(
        given or request.POST or None, rulebook=book, dataset=dataset, units=units, lang=page_lang(),
        register=register(), **kwargs,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def new_record(request: HttpRequest, dataset: str) -> HttpResponse:
    """File a record; a dataset that a bureau files does not exist for others."""
    cycle, book = cycle_and_book()
    title = title_of(book, dataset)
    account = account_of(request)
    if dataset in claimed_as(cycle.rulebook.text):
        return redirect("new-claim", dataset)
    if not files(account, timezone.localdate(), book, dataset):
        raise Http404
    draft = draft_asked_for(request, dataset)
    form = _form(request, book, dataset, initial=initial_of_draft(draft) if draft is not None else {})
    attached = _evidence(request, book, dataset, form, draft=draft)
    if request.method == "POST" and all([form.is_valid(), attached.is_valid()]):  # both speak
        try:
            filed = file_record(
                cycle=cycle, dataset=dataset, unit=form.cleaned_data["unit"],
                period=form.cleaned_data.get("period", ""), values=form.values(),
                submission=form.cleaned_data["submission"], by=account, at=timezone.now(),
                evidence=attached.chosen() or (),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Filed. It waits to be checked."))
            return redirect("record", number=filed.pk)
    others = (
        []
        if request.method == "POST" or draft is not None
        else titled(drafts_of(account, dataset).filter(grid=False, record=None), book)
    )
    shown = {"form": form, "title": title, "dataset": dataset, "draft": draft, "drafts": others, "evidence": attached}
    return render(request, "record_form.html", shown)


def _evidence(
    request: HttpRequest, book: Rulebook, dataset: str, form: RecordForm, record: Record | None = None,
    draft: Draft | None = None,
) -> EvidenceForm:  # fmt: skip
    return EvidenceForm(
        request, most=most_files(book, dataset), record=record, submission=submission_of(request, form),
        draft=draft.content if draft is not None else None,
    )  # fmt: skip


def _mine(request: HttpRequest, number: int) -> Record:
    return get_object_or_404(editable(account_of(request), timezone.localdate()), pk=number)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a record; it waits to be checked again."""
    found, account = _mine(request, number), account_of(request)
    if request.method == "GET" and found.state in (State.WITHDRAWN, State.SUPERSEDED):
        messages.error(request, _("This record stays as it was and cannot be changed."))
        return redirect("record", number=number)
    cycle, book = asked_in(found)
    title = title_of(book, found.dataset)
    draft = draft_asked_for(request, found.dataset, found)
    initial = {**initial_of(found), **(initial_of_draft(draft) if draft is not None else {}), "unit": found.unit}
    given = as_chosen(request.POST, found)
    form = _form(request, book, found.dataset, given, initial=initial, number=found.pk)
    attached = _evidence(request, book, found.dataset, form, found, draft)
    now: Record | None = None
    form.fields["unit"].disabled = True
    if request.method == "POST" and all([form.is_valid(), attached.is_valid()]):
        try:
            change_record(
                cycle=cycle, record=found, period=form.cleaned_data.get("period", ""), values=form.values(),
                version=form.cleaned_data["version"] or 0, by=account_of(request), at=timezone.now(),
                evidence=attached.chosen(),
            )  # fmt: skip
        except Stale as stale:
            now = stale.now
            form.add_error(None, _("Somebody else changed this record while you were writing. Your text is still here, "
                                   "beside what stands now; choose for each field, and file it again."))  # fmt: skip
            form.data = {**given.dict(), "version": now.version}  # filed again, it goes knowingly over this one
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It waits to be checked again."))
            return redirect("record", number=number)
    both = side_by_side(book, now, form) if now is not None else []
    fresh = request.method == "GET" and draft is None
    others = titled(drafts_of(account).filter(record=found), book) if fresh else []
    shown = {
        "form": form, "title": title, "dataset": found.dataset, "record": found, "both": both, "now": now,
        "draft": draft, "drafts": others, "evidence": attached,
        "changed": history(f"record:{found.pk}").last() if now is not None else None,
    }  # fmt: skip
    return render(request, "record_form.html", shown)


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a record back."""
    found = _mine(request, number)
    cycle, _book = asked_in(found)
    try:
        withdraw_record(
            cycle=cycle, record=found, version=int(request.POST.get("version") or 0), by=account_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    return redirect("record", number=number)
