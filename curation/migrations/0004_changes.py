from django.db import migrations, models

from curation.watching import stop_watching


def stop(apps, schema_editor):
    # The triggers write to a table that is about to go. They are made after all migrations.
    stop_watching(schema_editor.connection.alias)


class Migration(migrations.Migration):
    """The feed of changes. It begins with the public record as it is: see `curation.watching`."""

    dependencies = [
        ('curation', '0003_desk_permissions'),
        # Taken back before any table that its triggers stand on.
        ('records', '0002_was_public'),
        ('sources', '0002_versions'),
        ('people', '0002_versions'),
        ('reforms', '0002_versions'),
        ('events', '0003_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='kind of record')),
                ('record_id', models.BigIntegerField()),
                ('via_kind', models.CharField(blank=True, max_length=12, verbose_name='because of a kind of record')),
                ('via_id', models.BigIntegerField(null=True, verbose_name='because of the record')),
                ('spreads', models.BooleanField(default=True, verbose_name='shows elsewhere')),
                ('seen', models.BooleanField(default=False, verbose_name='readers may have seen it')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12, verbose_name='kind of record')),
                ('key', models.CharField(max_length=80, verbose_name='address or public id')),
                ('record_id', models.BigIntegerField()),
                ('action', models.CharField(choices=[('created', 'Public for the first time'), ('updated', 'Its document may have changed'), ('published', 'Public again'), ('renamed', 'Has another address now'), ('withdrawn', 'Not public any more'), ('merged', 'Part of another record now'), ('deleted', 'Deleted')], max_length=9)),
                ('into', models.CharField(blank=True, max_length=80, verbose_name='present address')),
                ('made_at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['kind', 'number'], name='change_by_kind'), models.Index(fields=['kind', 'record_id'], name='change_by_record')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='change_is_the_last_word_on_its_address'), models.CheckConstraint(condition=models.Q(('into', ''), ('action__in', ['renamed', 'merged']), _connector='XOR'), name='change_leads_on_exactly_when_renamed_or_merged')],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, stop),
    ]
