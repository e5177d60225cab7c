"""Of which time each record is, told as ``filing/timing.py`` tells it whenever a record is saved."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import migrations, models

from shuping_web.cycles.adapters import RulebookError, parsed
from shuping_web.filing.timing import timing_of, told

MANY = 500


def tell(apps: Any, schema_editor: Any) -> None:
    """Write the day of every record. Those that no rule book dates any more stay untold: they are looked at one by one,
    as all of them were until now.
    """
    record = apps.get_model("filing", "Record")
    cycles = apps.get_model("cycles", "Cycle").objects.select_related("rulebook").order_by("-pk")
    books: dict[Any, Any] = {}
    for cycle in cycles:
        try:
            books[cycle.pk] = parsed(cycle.rulebook.text)
        except RulebookError:
            continue
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows = record.objects.order_by("pk").values_list("pk", "dataset", "period", "values", "cycle")
    for pk, dataset, period, values, cycle in rows.iterator(2000):
        asking = [books[cycle]] if cycle in books else [] if cycle is not None else list(books.values())
        timings = (timing_of(book, dataset) for book in asking)
        timed, day = told(next((timing for timing in timings if timing), ""), period, values)
        if timed:
            found[timed, day].append(pk)
    for (timed, day), numbers in found.items():
        for start in range(0, len(numbers), MANY):
            record.objects.filter(pk__in=numbers[start : start + MANY]).update(timed=timed, day=day)


class Migration(migrations.Migration):
    dependencies = [("cycles", "0002_stages_exceptions_calendar"), ("filing", "0004_evidence")]

    operations = [
        migrations.RemoveIndex(model_name="record", name="record_lookup"),
        migrations.AddField(
            model_name="record",
            name="day",
            field=models.CharField(blank=True, default="", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="record",
            name="timed",
            field=models.CharField(blank=True, default="", editable=False, max_length=80),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
