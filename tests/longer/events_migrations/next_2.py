"""Takes the remarks away again, so that the tables are those of the models."""

from django.db import migrations

from tests.longer import killed_at


class Migration(migrations.Migration):
    dependencies = [("events", "next_1")]
    operations = [
        migrations.RunPython(lambda *_: killed_at("between two"), migrations.RunPython.noop),
        migrations.RemoveField("event", "remark"),
        migrations.RunPython(lambda *_: killed_at("amid the second"), migrations.RunPython.noop),
    ]
