"""Names, places and paths of the units there are; who was administrator keeps giving roles."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    unit, membership = apps.get_model("people", "Unit"), apps.get_model("people", "Membership")
    names, places = apps.get_model("people", "UnitName"), apps.get_model("people", "UnitPlace")
    units = list(unit.objects.all())
    names.objects.bulk_create([names(unit=one, name=one.name, name_en=one.name_en) for one in units], batch_size=500)
    places.objects.bulk_create([places(unit=one, parent_id=one.parent_id) for one in units], batch_size=500)
    for one in membership.objects.filter(role="administrator", unit__isnull=True):
        membership.objects.create(
            account_id=one.account_id, role="security", valid_from=one.valid_from, valid_to=one.valid_to
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_units_over_time_and_deputies")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
