from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filing", "0005_day_of_a_record")]

    operations = [
        migrations.AlterField(model_name="record", name="dataset", field=models.CharField(max_length=64)),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["dataset", "unit", "state", "day", "filed_at"], name="record_by_unit"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["dataset", "state", "day", "unit"], name="record_by_state"),
        ),
        migrations.AddIndex(model_name="record", index=models.Index(fields=["dataset", "timed"], name="record_timed")),
        migrations.AddIndex(
            model_name="record", index=models.Index(fields=["dataset", "-filed_at", "-id"], name="record_latest")
        ),
    ]
