"""Files of evidence handed out, said what they are, and listed by unit to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.cycles.adapters import Rulebook, language
from shuping_web.evidence.keeping import Unreadable, read
from shuping_web.evidence.kinds import MIME, name_to_hand_out
from shuping_web.exports.table import export_of
from shuping_web.filing.actions import Stale
from shuping_web.filing.adapters import criteria_of
from shuping_web.filing.attached_actions import COPIED
from shuping_web.filing.evidence_actions import describe_evidence
from shuping_web.filing.evidence_forms import DescribeForm
from shuping_web.filing.evidence_queries import in_use, listed
from shuping_web.filing.models import Evidence, Proof
from shuping_web.filing.queries import editable
from shuping_web.filing.reading import asked_in, cycle_and_book, readable, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang, semicolon
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import reach

ROWS = 200
ON_PAPER = (0, 1, 2, 3, 6, 9, 12, 14, 15, 16)
"""The columns of the file that have one of their own on a sheet; the others stand below these or in the file alone."""
READERS = (Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def hand_out(request: HttpRequest, number: int) -> HttpResponse:
    """Hand a file out to who may read its record: to be saved, never to be shown or run as a page of the site."""
    seen = Evidence.objects.filter(record__in=readable(request).order_by().values("pk")).select_related("file")
    one = get_object_or_404(seen, pk=number)
    try:
        content = read(one.file.sha256)
    except Unreadable:
        messages.error(request, _("This file is missing or damaged on the site. Tell who looks after the site."))
        return redirect("record", number=one.record_id)
    answer = HttpResponse(content, content_type=MIME[one.file.kind])
    answer["Content-Disposition"] = content_disposition_header(True, name_to_hand_out(one.name, one.file.kind)) or ""
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def describe(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a file is: its title, its document, the days in which it is in force."""
    mine = editable(account_of(request), timezone.localdate()).order_by().values("pk")
    one = get_object_or_404(in_use().filter(record__in=mine).select_related("record"), pk=number)
    cycle, _book = asked_in(one.record)
    initial = {name: getattr(one, name) for name in COPIED} | {"version": one.record.version}
    form = DescribeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        what = {name: form.cleaned_data[name] for name in COPIED}
        try:
            describe_evidence(
                cycle=cycle, evidence=one, what=what, version=form.cleaned_data["version"], by=account_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except Stale as stale:
            form.add_error(None, _("The record was changed in the meantime; look at it again."))
            form.data = {**request.POST.dict(), "version": stale.now.version}
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It waits to be checked again."))
            return redirect("record", number=one.record_id)
    return render(request, "filing/evidence_form.html", {"form": form, "one": one})


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def checklist(request: HttpRequest, code: str) -> HttpResponseBase:
    """List the evidence of a unit, dataset by dataset, to be printed or handed on."""
    cycle, book = cycle_and_book()
    found = listed(readable(request), code, list(book.datasets))
    account, today = account_of(request), timezone.localdate()
    unit = Unit.objects.filter(code=code).first()
    if unit is None or not any(reach(account, permission, today).has(unit.pk) for permission in READERS):
        raise Http404
    columns = [
        _("No."), _("Records"), _("Criteria"), _("Title"), _("Document number"), _("Issued by"), _("Date"),
        _("In force from"), _("In force until"), _("Number of pages"), _("Kind"), _("Bytes"), "SHA-256", _("Received"),
        _("Used before"), _("Confidentiality"), _("Checked"), _("Why not"),
    ]  # fmt: skip
    lang = language(page_lang())
    title = f"{_('Evidence')} {(unit.name_en if lang == 'en' else '') or unit.name}"
    titles = criteria_of(book, lang)
    if (file := export_of(request, title, columns, lambda: _lines(found, book, titles))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    lines = _lines(page.object_list, book, titles, page.start_index())
    shown = {
        "unit": unit,
        "cycle": cycle,
        "page": page,
        "rows": list(zip(page, lines, strict=True)),
        "columns": columns,
    }
    return render(request, "filing/evidence_list.html", shown)


def _lines(
    found: Iterable[Any], book: Rulebook, titles: Mapping[str, list[str]], start: int = 1
) -> Iterator[list[object]]:
    for number, one in enumerate(found, start):
        before = f"{_('record')} {one.first_record}" if one.first_record != one.record_id else ""
        yield [
            number, title_of(book, one.record.dataset), semicolon().join(titles.get(one.record.dataset, ())), one.shown,
            one.number, one.issuer, one.dated, one.holds_from, one.holds_to, one.file.pages,
            one.file.get_kind_display(), one.file.bytes, one.file.sha256, one.received_at, before,
            _("internal") if one.internal else "", Proof(one.proof).label, one.reason,
        ]  # fmt: skip
