"""Gives every event a remark: a new column, filled row by row."""

from typing import Any

from django.db import migrations, models

from tests.longer import killed_at
from tests.longer.events_migrations import LATEST


def fill(apps: Any, schema_editor: Any) -> None:
    events = apps.get_model("events", "Event").objects.order_by("pk")
    titles = [*events.values_list("pk", "title")]
    for number, (key, title) in enumerate(titles):
        if number == len(titles) // 2:
            killed_at("amid the rows")
        events.filter(pk=key).update(remark=f"About {title}")


class Migration(migrations.Migration):
    dependencies = [("events", LATEST)]
    operations = [
        migrations.RunPython(lambda *_: killed_at("before the first"), migrations.RunPython.noop),
        migrations.AddField("event", "remark", models.TextField(default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
