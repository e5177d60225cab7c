"""What pages about records have in common: the cycle, the records that may be read, fields and titles in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of, current
from shuping_web.filing.models import Draft, Record
from shuping_web.filing.queries import visible
from shuping_web.people.access import account_of
from shuping_web.people.language import page_lang
from shuping_web.people.models import Unit


def cycle_and_book() -> tuple[Cycle, Rulebook]:
    """Return the cycle that is on, and its rule book. Raises Http404 where there is none."""
    cycle = current()
    if cycle is None:
        raise Http404
    return cycle, book_of(cycle)


def asked_in(record: Record) -> tuple[Cycle, Rulebook]:
    """Return the cycle and rule book under which a record is read: those that are on, where they ask for its dataset,
    else its own. Raises Http404 where neither does.
    """
    cycle, book = cycle_and_book()
    if record.dataset in book.datasets:
        return cycle, book
    cycles = Cycle.objects.select_related("rulebook")
    own = cycles.filter(pk=record.cycle_id).first() if record.cycle_id is not None else None
    if own is None or record.dataset not in book_of(own).datasets:
        raise Http404
    return own, book_of(own)


def readable(request: HttpRequest) -> QuerySet[Record]:
    """Return the records that the person who is signed in may read."""
    return visible(account_of(request), timezone.localdate())


def labelled(
    book: Rulebook, record: Record, lang: str | None = None, names: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return the fields of a record with their titles, categories in words; units by name where ``names`` has them."""
    shown = lang or page_lang()
    found = []
    for name, field in book.datasets[record.dataset].fields.items():
        value = record.values.get(name, "")
        if field.options and value in field.options:
            value = field.options[value].get(shown)
        elif names and field.type == "unit":
            value = names.get(value, value)
        found.append((field.title.get(shown) if field.title else name, value))
    return found


def names_in(book: Rulebook, records: Iterable[Record]) -> dict[str, str]:
    """Return the names, in the language of the page, of the units that records name in their fields: one query."""
    codes = set()
    for record in records:
        fields = book.datasets[record.dataset].fields if record.dataset in book.datasets else {}
        codes |= {record.values.get(name, "") for name, field in fields.items() if field.type == "unit"}
    english = page_lang() == "en"
    units = Unit.objects.filter(code__in=codes).values_list("code", "name", "name_en")
    return {code: (name_en if english else "") or name for code, name, name_en in units}


def title_of(book: Rulebook, dataset: str, lang: str | None = None) -> str:
    """Return a dataset's title. Raises Http404 where the rule book has no such dataset."""
    if dataset not in book.datasets:
        raise Http404
    title = book.datasets[dataset].title
    return title.get(lang or page_lang()) if title else dataset


def draft_asked_for(
    request: HttpRequest, dataset: str, record: Record | None = None, *, grid: bool = False
) -> Draft | None:
    """Return the own draft that a page's address names (``?draft=``), None where it names none of this form."""
    number = request.GET.get("draft", "")
    if not number.isdecimal() or len(number) > 15:
        return None
    return Draft.objects.filter(
        account=account_of(request), pk=int(number), dataset=dataset, record=record, grid=grid
    ).first()


def titled(drafts: QuerySet[Draft], book: Rulebook) -> list[Draft]:
    """Return drafts with ``title``: that of their dataset. One of what this rule book does not ask waits where it is
    asked: here it could not be written on.
    """
    found = [draft for draft in drafts if draft.dataset in book.datasets]
    for draft in found:
        draft.title = title_of(book, draft.dataset)  # type: ignore[attr-defined]
    return found
