"""Tables that come as files, and whole folders, on screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.adapters import known_period, language, parsed, periods_to_score, say
from shuping_web.cycles.cycle_views import refused
from shuping_web.cycles.middleware import KEY
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.queries import register
from shuping_web.folders.actions import hand_out, put_table, remove_table, take_in
from shuping_web.folders.adapters import UPLOAD_BYTES, FolderRead, ShupingError, TableKind, read_table, unpacked
from shuping_web.folders.forms import FolderForm, TableForm
from shuping_web.folders.hand_out_actions import is_long, start_handing_out
from shuping_web.folders.queries import kind_of, table_texts, tables_with_state
from shuping_web.folders.upload_actions import AT_ONCE, start_taking_in
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.permissions import Permission

SHOWN = 200


def _cycle(number: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("rulebook"), pk=number)


def _table(number: int, room: str, name: str) -> tuple[Cycle, TableKind]:
    cycle = _cycle(number)
    kind = kind_of(cycle, room, name)
    if kind is None:
        raise Http404
    return cycle, kind


def _too_large(form: Any) -> bool:
    """Say beside the field that an uploaded file is too large; tell whether it is."""
    if form.cleaned_data["file"].size <= UPLOAD_BYTES:
        return False
    form.add_error("file", _("The file is larger than %d MB.") % (UPLOAD_BYTES // 1_000_000))
    return True


@require_safe
@needs(Permission.OPEN_CYCLE)
def tables(request: HttpRequest, number: int) -> HttpResponse:
    """List the tables that come as files, with what is there."""
    cycle = _cycle(number)
    return render(request, "folders/tables.html", {"cycle": cycle, "rows": tables_with_state(cycle)})


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def table(request: HttpRequest, number: int, room: str, name: str) -> HttpResponse:
    """Put a table in place of the one before it, once nothing is wrong with it."""
    cycle, kind = _table(number, room, name)
    form = TableForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"cycle": cycle, "kind": kind, "form": form}
    if request.method == "POST" and form.is_valid() and not _too_large(form):
        file = form.cleaned_data["file"]
        try:
            others = table_texts(cycle)
            text, rows = read_table(file.read(), file.name, kind, book_of(cycle), register(), others)
            put_table(cycle=cycle, kind=kind, text=text, rows=rows, by=account_of(request), at=timezone.now())
        except ShupingError as error:
            shown |= {"problems": say(error.problems[:SHOWN], page_lang()), "number": len(error.problems)}
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("%(file)s is in place, %(rows)d rows.") % {"file": file.name, "rows": rows})
            return redirect("cycle-tables", number=number)
    return render(request, "folders/table.html", shown)


@require_POST
@needs(Permission.OPEN_CYCLE)
def take_out(request: HttpRequest, number: int, room: str, name: str) -> HttpResponse:
    """Take a table out."""
    cycle, kind = _table(number, room, name)
    try:
        remove_table(cycle=cycle, kind=kind, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    return redirect("cycle-tables", number=number)


@require_POST
@needs(Permission.OPEN_CYCLE)
def export(request: HttpRequest, number: int) -> HttpResponse:
    """Hand a cycle out as a folder in a ZIP archive; one of many records is made in the background."""
    cycle = _cycle(number)
    evidence = request.POST.get("evidence") != "no"
    if is_long(cycle, evidence):
        job = start_handing_out(cycle=cycle, evidence=evidence, by=account_of(request), at=timezone.now())
        return redirect("job", key=job.key)
    try:
        content = hand_out(cycle=cycle, by=account_of(request), at=timezone.now(), evidence=evidence)
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
        return redirect("cycle", number=number)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{cycle.rulebook.book}-{cycle.period}.zip"'
    return answer


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def take_in_folder(request: HttpRequest) -> HttpResponse:
    """Make a cycle of a folder in a ZIP archive; one of many records in the background."""
    form = FolderForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid() and not _too_large(form):
        file, given = form.cleaned_data["file"], form.cleaned_data
        try:
            raw = file.read()
            folder = unpacked(raw, file.name)
            period = _period(form, folder)
            if period and len(folder.records) > AT_ONCE:
                terms = {
                    "file": file.name, "period": period, "until": given["until"].isoformat(), "name": given["name"],
                    "waiting": 1 if given["checked"] == "no" else 0, "reason": given["reason"],
                }  # fmt: skip
                by, at = account_of(request), timezone.now()
                job = start_taking_in(raw=raw, records=len(folder.records), terms=terms, by=by, at=at)
                return redirect("job", key=job.key)
            if period:
                cycle = take_in(
                    folder=folder, period=period, until=given["until"], name=given["name"],
                    waiting=1 if given["checked"] == "no" else 0, reason=given["reason"], by=account_of(request),
                    at=timezone.now(),
                )  # fmt: skip
                request.session[KEY] = cycle.pk
                messages.success(request, _("The folder is a cycle now."))
                return redirect("cycle", number=cycle.pk)
        except ShupingError as error:
            shown |= {"problems": say(error.problems[:SHOWN], page_lang()), "number": len(error.problems)}
        except ValidationError as error:
            refused(form, error)
    return render(request, "folders/take_in.html", shown)


def _period(form: FolderForm, folder: FolderRead) -> str:
    """Return the period to score, by default the last one of the rule book; nothing, with the reason beside the field,
    where it is none.
    """
    book = parsed(folder.text)
    own = list(periods_to_score(book))
    period: str = form.cleaned_data["period"].strip() or (own[-1] if own else "")
    if not period:
        form.add_error("period", _("The rule book names no period; give one."))
    for problem in known_period(book, period) if period else ():
        form.add_error("period", problem.message(language(page_lang())))
    return period if not form.errors else ""
