"""A dataset as a spreadsheet: the form to fill in, its upload with a dry run, and the confirmation."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.queries import book_of
from shuping_web.filing.adapters import UPLOAD_BYTES, Cells, InputError, form_of, read_cells
from shuping_web.filing.forms import UploadForm
from shuping_web.filing.grid_views import filed_here, filed_message
from shuping_web.filing.marked import marked_workbook
from shuping_web.filing.models import Batch
from shuping_web.filing.queries import batches_of, register, units_to_file_for
from shuping_web.filing.reading import title_of
from shuping_web.filing.table_actions import confirm_batch, keep_batch
from shuping_web.filing.tables import Judged, judge, located
from shuping_web.filing.upload_actions import AT_ONCE, filing_of, start_filing
from shuping_web.ledger.queries import head
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission

ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_safe
@needs(Permission.FILE_OWN_RECORDS)
def form_file(request: HttpRequest, dataset: str) -> HttpResponse:
    """Hand out the dataset's form as a workbook, with the units that one files for."""
    _cycle, book, _title, units = filed_here(request, dataset)
    codes = set(units.values_list("code", flat=True))
    return _file(form_of(book, register(), dataset, codes), dataset)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def upload(request: HttpRequest, dataset: str) -> HttpResponse:
    """Take a spreadsheet and go on to the dry run; nothing is filed yet."""
    cycle, book, title, _units = filed_here(request, dataset)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            # one byte more than is allowed is enough to refuse it: a huge file is never taken into memory
            cells = read_cells(file.read(UPLOAD_BYTES + 1), file.name, book, dataset)
        except InputError as error:
            for message in located(error.problems, page_lang()):
                form.add_error("file", message)
        else:
            batch = keep_batch(cycle=cycle, dataset=dataset, cells=cells, by=account_of(request), at=timezone.now())
            return redirect("import", number=batch.pk)
    waiting = batches_of(account_of(request)).filter(dataset=dataset, filed_at__isnull=True)
    shown = {"form": form, "title": title, "dataset": dataset, "waiting": waiting}
    return render(request, "filing/upload.html", shown)


def _judged(request: HttpRequest, batch: Batch) -> Judged:
    account, today = account_of(request), timezone.localdate()
    if batch.rows <= AT_ONCE:
        return _judge(batch, account, today)
    return _judged_once(batch.submission, account.pk, today, page_lang(), head())


def _judge(batch: Batch, account: Account, today: date) -> Judged:
    book = book_of(batch.cycle)
    units = units_to_file_for(account, today, book, batch.dataset)
    return judge(book, batch.dataset, Cells(**batch.content), units, page_lang())


@lru_cache(maxsize=2)
def _judged_once(submission: UUID, account: int, today: date, _lang: str, _head: tuple[int, str] | None) -> Judged:
    """Judge a long upload once for all pages of its dry run: until the day is over or anything is written (``_head``:
    the last event).
    """
    batch = Batch.objects.select_related("cycle__rulebook").get(submission=submission)
    return _judge(batch, Account.objects.get(pk=account), today)


@require_safe
@needs(Permission.FILE_OWN_RECORDS)
def looked(request: HttpRequest, number: int) -> HttpResponse:
    """Show the dry run of an upload: rows with something to be put right first, the wrong cells marked."""
    batch = get_object_or_404(batches_of(account_of(request)), pk=number)
    if batch.filed_at is not None:
        return redirect("dataset", dataset=batch.dataset)
    return _show(request, batch, _judged(request, batch), [])


def _show(request: HttpRequest, batch: Batch, judged: Judged, errors: list[str]) -> HttpResponse:
    only = request.GET.get("only") == "wrong"
    rows = [row for row in judged.rows if row.wrong] if only else sorted(judged.rows, key=lambda row: not row.wrong)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {
        "batch": batch, "judged": judged, "title": title_of(book_of(batch.cycle), batch.dataset), "page": page,
        "heads": list(judged.headings.values()), "errors": errors, "job": filing_of(batch),
        "encoding": batch.content.get("encoding", ""),
        "address": "only=wrong" if only else "",
        "rows": [
            (row, [(row.cells.get(name, ""), row.errors.get(name, ())) for name in judged.headings]) for row in page
        ],
        "outside": [
            (row.number, name, texts) for row in page for name, texts in row.errors.items()
            if name not in judged.headings
        ],
    }  # fmt: skip
    return render(request, "filing/looked.html", shown)


@require_safe
@needs(Permission.FILE_OWN_RECORDS)
def marked(request: HttpRequest, number: int) -> HttpResponse:
    """Hand the upload back with the wrong cells coloured and a note on each."""
    batch = get_object_or_404(batches_of(account_of(request)), pk=number, filed_at__isnull=True)
    return _file(marked_workbook(_judged(request, batch), batch.dataset), f"{batch.dataset}-marked")


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """File an upload, all of it or nothing; it is judged once more, since records may have come in between. A long one
    is filed in the background.
    """
    account = account_of(request)
    batch = get_object_or_404(batches_of(account), pk=number)
    if batch.filed_at is not None:
        messages.success(request, _("This spreadsheet is filed already; it was not filed twice."))
        return redirect("dataset", dataset=batch.dataset)
    if batch.rows > AT_ONCE:
        return redirect("job", key=start_filing(batch=batch, by=account, at=timezone.now()).key)
    judged = _judged(request, batch)
    if not judged.sound:
        return _show(request, batch, judged, [])
    try:
        filed = confirm_batch(batch=batch, rows=judged.new_rows(), by=account, at=timezone.now())
    except ValidationError as error:
        return _show(request, batch, judged, error.messages)
    messages.success(request, filed_message(filed))
    return redirect("dataset", dataset=batch.dataset)
