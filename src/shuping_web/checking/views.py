"""A record's page and the queue: accept, return, ask, answer. Each view calls one query or one action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shuping_web.checking.actions import answer, ask
from shuping_web.checking.evidence_actions import check_evidence
from shuping_web.checking.evidence_shown import evidence_of
from shuping_web.checking.models import Correction, Decision, Question
from shuping_web.checking.queries import may_check, may_propose, questions_for, questions_of
from shuping_web.checking.riskiest import Queued, ordered_queue, signs_of_record
from shuping_web.checking.signs import SENTENCES, WEIGHTS
from shuping_web.cycles.adapters import Rulebook
from shuping_web.exports.table import export_of
from shuping_web.filing.actions import Stale, check_record
from shuping_web.filing.evidence_queries import in_use
from shuping_web.filing.models import Record, State
from shuping_web.filing.queries import editable, in_queue, may_edit
from shuping_web.filing.reading import asked_in, cycle_and_book, labelled, names_in, readable, title_of
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import colon, page_lang, semicolon
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may, own_reach

ROWS = 50
SHOWN = 4
"""Fields of a record that the queue shows."""


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def record(request: HttpRequest, number: int) -> HttpResponse:
    """Show a record, its state, its questions and its history."""
    return _page(request, get_object_or_404(readable(request), pk=number), {})


def _page(request: HttpRequest, found: Record, shown: dict[str, Any]) -> HttpResponse:
    cycle, book = asked_in(found)
    account, today, now = account_of(request), timezone.localdate(), timezone.now()
    judges = may_check(account, found, now)
    checks = may(account, Permission.CHECK_RECORDS, today)
    changes = may_edit(account, found, today)
    corrections = list(Correction.objects.filter(record=found).select_related("new_record"))
    fields = labelled(book, found, None, names_in(book, [found]))
    page = {
        "record": found, "title": title_of(book, found.dataset), "fields": fields, "cycle": cycle,
        "checks": in_queue(account, found, today),
        "changes": changes and found.state not in (State.WITHDRAWN, State.SUPERSEDED),
        "asks": judges and checks and found.state in (State.FILED, State.ACCEPTED),
        "questions": found.questions.select_related("asked_by", "answered_by"), "answers": changes,
        "signs": signs_of_record(found, cycle, now, page_lang()) if judges and found.state == State.FILED else [],
        "history": history(f"record:{found.pk}"),
        "evidence": evidence_of(found, book, readable(request)),
        "proves": judges and checks and found.state in (State.FILED, State.ACCEPTED),
        "own": own_reach(account, today).has(found.unit_id),
        "corrections": corrections, "corrects": Correction.objects.filter(new_record=found).first(),
        "proposes": found.state == State.ACCEPTED and may_propose(account, found, today)
        and not any(one.decision == Decision.PROPOSED for one in corrections),
    }  # fmt: skip
    return render(request, "checking/record.html", {**page, **shown})


@require_POST
@needs(Permission.CHECK_RECORDS)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Accept a record or return it with a reason."""
    found = get_object_or_404(readable(request), pk=number)
    cycle, _book = asked_in(found)
    account, now = account_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    try:
        check_record(
            cycle=cycle, record=found, accept=request.POST.get("decision") == "accept", reason=reason,
            version=int(request.POST.get("version") or 0), by=account, at=now,
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
        return redirect("record", number=number)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        return _page(request, found, {"reason_errors": error.messages, "reason": reason})
    following = ordered_queue(account, cycle, now, timezone.localdate(), page_lang())
    return redirect("record", number=following[0].record) if following else redirect("queue")


@require_POST
@needs(Permission.CHECK_RECORDS)
def ask_question(request: HttpRequest, number: int) -> HttpResponse:
    """Put a question to the unit without returning its record."""
    found = get_object_or_404(readable(request), pk=number)
    try:
        ask(record=found, text=request.POST.get("text", ""), by=account_of(request), at=timezone.now())
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        return _page(request, found, {"text_errors": error.messages})
    messages.success(request, _("Asked. The unit sees the question beside the record and on its first page."))
    return redirect("record", number=number)


@require_POST
@needs(Permission.CHECK_RECORDS)
def check_paper(request: HttpRequest, number: int) -> HttpResponse:
    """Say whether a file proves what its record says."""
    seen = in_use().filter(record__in=readable(request).order_by().values("pk"))
    one = get_object_or_404(seen, pk=number)
    found = get_object_or_404(readable(request), pk=one.record_id)
    cycle, _book = asked_in(found)
    try:
        check_evidence(
            cycle=cycle, evidence=one, proves=request.POST.get("decision") == "proves",
            reason=request.POST.get("reason", ""), version=int(request.POST.get("version") or 0),
            by=account_of(request), at=timezone.now(),
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        return _page(request, found, {"proof_errors": error.messages, "proof_of": one.pk})
    return redirect("record", number=one.record_id)


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def answer_question(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a question about a record of the own unit."""
    account = account_of(request)
    question = get_object_or_404(
        Question.objects.select_related("record"),
        pk=number,
        record__in=editable(account, timezone.localdate()).order_by().values("pk"),
    )
    try:
        answer(question=question, text=request.POST.get("answer", ""), by=account, at=timezone.now())
    except ValidationError as error:
        found = get_object_or_404(readable(request), pk=question.record_id)
        shown = {"answer_errors": error.messages, "answered": question.pk, "typed": request.POST.get("answer", "")}
        return _page(request, found, shown)
    messages.success(request, _("Answered."))
    return redirect("record", number=question.record_id)


@require_safe
@needs(Permission.FILE_OWN_RECORDS, Permission.CHECK_RECORDS)
def questions(request: HttpRequest) -> HttpResponse:
    """List the questions that wait for an answer by the own unit; for a checker, the own ones that were answered."""
    account, today = account_of(request), timezone.localdate()
    answers = may(account, Permission.FILE_OWN_RECORDS, today)
    found = questions_for(account, today) if answers else questions_of(account)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    _cycle, book = cycle_and_book()
    rows = [(one, _title(book, one.record.dataset)) for one in page]
    return render(request, "checking/questions.html", {"page": page, "rows": rows, "answers": answers})


def _title(book: Rulebook, dataset: str) -> str:
    return title_of(book, dataset) if dataset in book.datasets else dataset


@require_safe
@needs(Permission.CHECK_RECORDS)
def check_queue(request: HttpRequest) -> HttpResponseBase:
    """List what waits to be checked by the person who is signed in: what shows signs or was drawn by lot first."""
    cycle, book = cycle_and_book()
    every = ordered_queue(account_of(request), cycle, timezone.now(), timezone.localdate(), page_lang())
    only, dataset = request.GET.get("only", ""), request.GET.get("dataset", "")
    found = [one for one in every if _wanted(one, only)]
    if dataset in book.datasets:
        found = [one for one in found if one.dataset == dataset]
    columns = [_("Unit"), _("Records"), _("Content"), _("Weight"), _("Signs"), _("Filed")]
    if (file := export_of(request, _("To check"), columns, lambda: _lines(found, book))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    records = Record.objects.select_related("unit").in_bulk([one.record for one in page])
    names = names_in(book, records.values())
    rows = [
        (records[one.record], title_of(book, one.dataset), _content(book, records[one.record], names), one)
        for one in page
        if one.record in records
    ]
    shown = {
        "page": page, "rows": rows, "only": only, "dataset": dataset, "all": len(every),
        "drawn": sum(1 for one in every if one.drawn), "signed": sum(1 for one in every if one.signs),
        "datasets": [(name, title_of(book, name)) for name in book.datasets],
        "meanings": [(WEIGHTS[kind], sentence) for kind, sentence in SENTENCES.items()],
    }  # fmt: skip
    return render(request, "checking/queue.html", shown)


def _content(book: Rulebook, record: Record, names: Mapping[str, str]) -> str:
    """Return the first fields of a record as one text."""
    said = colon()
    return " · ".join(f"{name}{said}{value or '—'}" for name, value in labelled(book, record, None, names)[:SHOWN])


def _lines(found: list[Queued], book: Rulebook) -> Iterator[list[object]]:
    records = Record.objects.select_related("unit").in_bulk([one.record for one in found])
    for one in found:
        if (waiting := records.get(one.record)) is not None:
            unit = (waiting.unit.name_en if page_lang() == "en" else "") or waiting.unit.name
            content = " · ".join(f"{name}{colon()}{value}" for name, value in labelled(book, waiting))
            signs = semicolon().join(sign.text for sign in one.signs)
            yield [unit, title_of(book, one.dataset), content, one.weight, signs, waiting.filed_at]


def _wanted(one: Queued, only: str) -> bool:
    return one.drawn if only == "drawn" else bool(one.signs) if only == "signs" else True
