"""Names leave the hashed events: they stand in a table of their own, where they can be erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="ActorName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=120)),
            ],
        ),
        migrations.RemoveField(model_name="event", name="actor_name"),
    ]
