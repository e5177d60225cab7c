"""Rule books on screen: looked at before they are kept, then as people read them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.cycles.actions import add_rulebook
from shuping_web.cycles.adapters import (
    MAX_BYTES,
    Problem,
    RulebookError,
    RulesDocument,
    decoded,
    in_words,
    is_paragraph,
    parsed,
    remarks,
    say,
)
from shuping_web.cycles.changes import changes, lines
from shuping_web.cycles.forms import RulebookForm
from shuping_web.cycles.models import Cycle, RulebookVersion
from shuping_web.cycles.queries import earlier_versions, last_version, versions_found
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import Lang, page_lang
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

ROWS = 50


@lru_cache(maxsize=16)
def as_read(text: str, lang: Lang) -> SafeString:
    """Return a checked rule book as people read it, as HTML: a book of many tables, and the same for everybody."""
    return render_to_string("cycles/words.html", {"sections": sections(in_words(text, lang))})


def made_ready(version: RulebookVersion, lang: Lang) -> None:
    """Make what the page of a version shows, and what it changes, before anybody asks for it."""
    as_read(version.text, lang)
    remarks(version.text, lang)
    before = earlier_versions(version).first()
    if before is not None:
        changes(before.text, version.text, lang)


def sections(document: RulesDocument) -> list[tuple[str, list[tuple[bool, Any]]]]:
    """Return the sections of a rule book in words: heading, and its blocks with whether each is a paragraph."""
    return [
        (f"{section.number}{section.title}", [(is_paragraph(block), _block(block)) for block in section.blocks])
        for section in document.sections
    ]


def _block(block: Any) -> Any:
    """Return a paragraph as it is, a table with each cell beside its column: a template cannot count."""
    if is_paragraph(block):
        return block
    rows = [
        [(cell, column) for cell, column in zip(row, block.columns, strict=True) if cell is not None]
        for row in block.rows
    ]
    return {"caption": block.caption, "columns": block.columns, "rows": rows}


@require_safe
@needs(Permission.OPEN_CYCLE)
def rulebooks(request: HttpRequest) -> HttpResponse:
    """List the versions of rule books."""
    words = request.GET.get("q", "").strip()
    page = Paginator(versions_found(words=words), ROWS).get_page(request.GET.get("page"))
    return render(request, "cycles/rulebooks.html", {"page": page, "words": words, "query": urlencode({"q": words})})


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def add(request: HttpRequest) -> HttpResponse:
    """Look at a rule book, and keep it. What was chosen as a file is shown as text, so that it can be mended here."""
    if request.method != "POST":
        return render(request, "cycles/add_rulebook.html", {"form": RulebookForm()})
    problems: list[Problem] = []
    data = request.POST.copy()
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > MAX_BYTES:
        problems.append(Problem("rulebook.too-large", {"given": file.size, "allowed": MAX_BYTES}))
    elif file is not None:
        try:
            data["text"] = decoded(file.read(), file.name or "rulebook.yaml")
        except RulebookError as error:
            problems += error.problems
    text = data.get("text", "").replace("\r\n", "\n")
    form, shown = RulebookForm(data), {"problems": say(problems, page_lang())}
    if not problems and not text.strip():
        form.add_error("text", _("Choose a file or paste its text."))
    elif not problems and form.is_valid():
        try:
            if data.get("decision") == "keep":
                kept = add_rulebook(
                    text=text, reason=form.cleaned_data["reason"], by=account_of(request), at=timezone.now()
                )
                messages.success(request, _("Kept. It never changes from now on; a cycle can be opened with it."))
                return redirect("rulebook", number=kept.pk)
            shown |= _looked_at(text)
        except RulebookError as error:
            shown["problems"] = say(error.problems, page_lang())
        except ValidationError as error:
            form.add_error(None, error)
            shown |= _looked_at(text)
    return render(request, "cycles/add_rulebook.html", {"form": form, **shown})


def _looked_at(text: str) -> dict[str, Any]:
    """Return what there is to see of a checked text before it is kept."""
    book, lang = parsed(text), page_lang()
    before = last_version(book.rulebook)
    return {
        "book": book, "title": book.title.get(lang), "remarks": remarks(text, lang),
        "words": as_read(text, lang), "before": before,
        "changes": changes(before.text, text, lang) if before is not None else [],
    }  # fmt: skip


@require_safe
@needs()
def rulebook(request: HttpRequest, number: int) -> HttpResponse:
    """Show a version as people read it. Everybody may read the rules of a cycle; the office also what the linter says,
    and versions that no cycle uses yet.
    """
    found = _readable(request, number)
    office = may(account_of(request), Permission.OPEN_CYCLE, timezone.localdate())
    lang = page_lang()
    return render(request, "cycles/rulebook.html", {
        "version": found, "title": found.title_en if lang == "en" else found.title,
        "words": as_read(found.text, lang), "remarks": remarks(found.text, lang) if office else (),
        "office": office, "before": earlier_versions(found).first(), "cycles": Cycle.objects.filter(rulebook=found),
    })  # fmt: skip


@require_safe
@needs()
def rulebook_changes(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a version changes against an earlier one: part by part, and line by line."""
    found = _readable(request, number)
    earlier = earlier_versions(found)
    asked = request.GET.get("against", "")
    against = get_object_or_404(earlier, pk=asked) if asked.isdigit() else earlier.first()
    if against is None:
        raise Http404
    lang = page_lang()
    return render(request, "cycles/changes.html", {
        "version": found, "against": against, "earlier": earlier,
        "title": found.title_en if lang == "en" else found.title,
        "changes": changes(against.text, found.text, lang), "lines": lines(against.text, found.text),
    })  # fmt: skip


@require_safe
@needs(Permission.OPEN_CYCLE)
def rulebook_text(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out the text of a version, as it was kept."""
    found = get_object_or_404(RulebookVersion, pk=number)
    answer = HttpResponse(found.text.encode(), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rulebook.yaml"'
    return answer


def _readable(request: HttpRequest, number: int) -> RulebookVersion:
    found = get_object_or_404(RulebookVersion, pk=number)
    used = Cycle.objects.filter(rulebook=found).exists()
    if not used and not may(account_of(request), Permission.OPEN_CYCLE, timezone.localdate()):
        raise Http404
    return found
