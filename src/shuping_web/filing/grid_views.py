"""Many records typed into a grid, pasted from a spreadsheet, or taken over from the period before."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.cycles.adapters import Rulebook, claimed_as
from shuping_web.cycles.models import Cycle
from shuping_web.filing.adapters import days_of, period_before, period_names
from shuping_web.filing.grid import BLANK, Grid
from shuping_web.filing.models import Draft, Record, State
from shuping_web.filing.queries import drafts_of, files, units_to_file_for, visible
from shuping_web.filing.reading import cycle_and_book, draft_asked_for, labelled, title_of, titled
from shuping_web.filing.table_actions import file_rows
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission

ROWS = 50
STANDS = (State.FILED, State.ACCEPTED)


def filed_here(request: HttpRequest, dataset: str) -> tuple[Cycle, Rulebook, str, QuerySet[Unit]]:
    """Return cycle, rule book, title and units of a dataset that the person who is signed in files. Raises Http404."""
    cycle, book = cycle_and_book()
    title, account, today = title_of(book, dataset), account_of(request), timezone.localdate()
    if dataset in claimed_as(cycle.rulebook.text) or not files(account, today, book, dataset):
        raise Http404  # what is claimed is claimed one by one, each with its document
    return cycle, book, title, units_to_file_for(account, today, book, dataset)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def grid(request: HttpRequest, dataset: str) -> HttpResponse:
    """Type or paste many records; all of them are filed, or none."""
    cycle, book, title, units = filed_here(request, dataset)
    table = Grid(book, dataset, units, page_lang())
    errors: list[str] = []
    if request.method == "POST":
        table.submission = _submission(request, table)
        adds = "more" in request.POST
        table.read(request.POST.dict(), BLANK if adds else 0)
        if not adds:
            done, errors = _file(request, cycle, table)
            if done is not None:
                return done
    draft = draft_asked_for(request, dataset, grid=True) if request.method == "GET" else None
    if request.method == "GET" and request.POST:  # what was typed before the session ended is given back
        table.submission = _submission(request, table)
        table.read(request.POST.dict())
    elif request.method == "GET":
        _begin(request, table, draft)
    account = account_of(request)
    fresh = request.method == "GET" and not request.GET
    shown = {
        "title": title, "dataset": dataset, "grid": table, "errors": errors, "most": table.most, "cycle": cycle,
        "draft": draft,
        "drafts": titled(drafts_of(account, dataset).filter(grid=True), book) if fresh else [],
    }  # fmt: skip
    return render(request, "filing/grid.html", shown)


def _submission(request: HttpRequest, table: Grid) -> UUID:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        return table.submission


def _begin(request: HttpRequest, table: Grid, draft: Draft | None) -> None:
    """Fill a new grid: from a draft, from rows of the period before, or with blank lines."""
    if draft is not None:
        table.submission = draft.submission
        table.read({name: str(text) for name, text in draft.content.items()})
        return
    chosen = [int(text) for text in request.GET.getlist("take")[: table.most] if text.isdecimal() and len(text) < 16]
    found = visible(account_of(request), timezone.localdate()).filter(
        pk__in=chosen, dataset=table.dataset, unit__in=table.units.values("pk"), state__in=STANDS
    )
    period = request.GET.get("period", "")[:16]
    typed = [{**one.values, "unit": one.unit.code, "period": period} for one in found.order_by("unit__code", "pk")]
    table.fill(typed, 0 if typed else BLANK)


def _file(request: HttpRequest, cycle: Cycle, table: Grid) -> tuple[HttpResponse | None, list[str]]:
    judged = table.judge()
    if table.left_out:
        return None, [
            _("More lines were sent than a grid takes (%d). Nothing is filed; take a spreadsheet.") % table.most
        ]
    if not judged.rows:
        return None, [_("Nothing is filled in yet: type into a line, or paste from a spreadsheet.")]
    if not judged.sound:
        return None, [*judged.problems, _wrong(judged.wrong)]
    try:
        number = file_rows(
            cycle=cycle, dataset=table.dataset, rows=judged.new_rows(), submission=table.submission,
            by=account_of(request), at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        return None, error.messages
    except IntegrityError:  # sent twice at the same moment: the other one filed the rows
        number = len(judged.rows)
    messages.success(request, filed_message(number))
    return redirect("dataset", dataset=table.dataset), []


def _wrong(number: int) -> str:
    text = ngettext(
        "%d row is to be put right. Nothing is filed yet.", "%d rows are to be put right. Nothing is filed yet.", number
    )
    return text % number


def filed_message(number: int) -> str:
    """Return the sentence that says that many records were filed."""
    return ngettext(
        "%d record filed. It waits to be checked.", "%d records filed. They wait to be checked.", number
    ) % (number)


@require_safe
@needs(Permission.FILE_OWN_RECORDS)
def again(request: HttpRequest, dataset: str) -> HttpResponse:
    """Offer the answers of the period before, to be taken over into the grid; nothing is filed by that."""
    _cycle, book, title, units = filed_here(request, dataset)
    periods = period_names(book, dataset)
    if not periods:
        raise Http404
    period = request.GET.get("period", "")
    period = period if period in periods else _latest(book, periods)
    before = period_before(book, period)
    mine = visible(account_of(request), timezone.localdate()).filter(
        dataset=dataset, unit__in=units.values("pk"), state__in=STANDS
    )
    there = {_key(book, one) for one in mine.filter(period=period)}
    page = Paginator(mine.filter(period=before).order_by("unit__code", "pk"), ROWS).get_page(request.GET.get("page"))
    rows = [(one, [text for _name, text in labelled(book, one)], _key(book, one) in there) for one in page]
    fields = book.datasets[dataset].fields.items()
    lang = page_lang()
    shown = {
        "title": title, "dataset": dataset, "periods": periods, "period": period, "before": before, "page": page,
        "rows": rows, "heads": [field.title.get(lang) if field.title else name for name, field in fields],
        "address": f"period={period}",
    }  # fmt: skip
    return render(request, "filing/again.html", shown)


def _latest(book: Rulebook, periods: list[str]) -> str:
    """The last period that has begun; the first where none has."""
    today = timezone.localdate().isoformat()
    begun = [name for name in periods if (days_of(book, name) or ("9999", ""))[0] <= today]
    return begun[-1] if begun else periods[0]


def _key(book: Rulebook, record: Record) -> tuple[str, ...]:
    """What makes two rows of one period the same: the fields of ``unique``, else every field."""
    spec = book.datasets[record.dataset]
    names = [name for name in spec.unique if name in spec.fields] if spec.unique else sorted(spec.fields)
    return (record.unit.code, *(str(record.values.get(name, "")) for name in names))
