"""Kinds of power base become records, which teachers extend; power bases keep theirs.

The seven kinds that every site had are made as they were, in their order and with their keys, so
that old versions and packages, which hold the keys, mean what they meant.
"""

from __future__ import annotations

from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models
from django.utils import timezone

import records.sorting

# Key, name and place of each. A new kind comes after all but the last of them.
KINDS = (
    ("party", "Party", 10),
    ("state", "State", 20),
    ("security", "Security services", 30),
    ("army", "Armed forces", 40),
    ("republics", "Republics and regions", 50),
    ("press", "Press and learning", 60),
    ("other", "Other", 900),
)


def make_kinds(apps: Any, schema_editor: Any) -> None:
    """Make the seven kinds, and give every power base that of its key."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("people", "PowerBaseKind").objects.using(database)
    bases = apps.get_model("people", "PowerBase").objects.using(database)
    now = timezone.now()
    for slug, name, order in KINDS:
        kind = kinds.create(
            slug=slug, name=name, order=order, status="published", published_at=now
        )
        bases.filter(kind_key=slug).update(kind=kind)


def keep_keys(apps: Any, schema_editor: Any) -> None:
    """Give every power base the key of its kind again; that of a newer kind becomes “other”."""
    database = schema_editor.connection.alias
    bases = apps.get_model("people", "PowerBase").objects.using(database)
    for slug, _, _ in KINDS:
        bases.filter(kind__slug=slug).update(kind_key=slug)


_OLD_CHOICES = [(slug, name) for slug, name, _ in KINDS]


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_pictures'),
    ]

    operations = [
        migrations.CreateModel(
            name='PowerBaseKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', help_text='Readers see published records only.', max_length=9)),
                ('withdrawn_reason', models.TextField(blank=True, help_text='Readers who follow an old link see this reason.', verbose_name='reason for withdrawal')),
                ('publish_at', models.DateTimeField(blank=True, help_text='A record in review is published at this time, if nothing stands in its way.', null=True, verbose_name='publish on')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('slug', models.CharField(help_text='The last part of the page’s address. If you change it, the old address redirects here for ever.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Use lower-case letters a–z, digits and single hyphens, for example “secret-speech”.', code='invalid_key')], verbose_name='address')),
                ('name', models.CharField(help_text='As readers see it on the power map and over each power base: “Church” or “Noble house”.', max_length=60)),
                ('sort_key', records.sorting.SortKeyField('name')),
                ('order', models.PositiveSmallIntegerField(default=100, help_text='The power map and the timeline show kinds with lower numbers first, and those with one number by name.', verbose_name='place')),
                ('summary', models.TextField(blank=True, help_text='What counts as one, and what its power rests on. Markdown.')),
            ],
            options={
                'verbose_name': 'kind of power base',
                'verbose_name_plural': 'kinds of power base',
                'ordering': ['order', 'sort_key', 'id'],
                'indexes': [models.Index(fields=['status', 'order', 'sort_key', 'id'], name='kind_of_power_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'published', 'withdrawn'])), name='people_powerbasekind_status_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), _negated=True), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='people_powerbasekind_withdrawal_states_a_reason'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='power_base_kind_has_a_name'), models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='power_base_kind_has_a_name_of_its_own')],
            },
        ),
        migrations.RemoveIndex(
            model_name='powerbase',
            name='power_base_by_kind',
        ),
        migrations.RenameField(
            model_name='powerbase',
            old_name='kind',
            new_name='kind_key',
        ),
        # With a value to begin with, for whoever takes this back.
        migrations.AlterField(
            model_name='powerbase',
            name='kind_key',
            field=models.CharField(choices=_OLD_CHOICES, default='other', max_length=9),
        ),
        migrations.AddField(
            model_name='powerbase',
            name='kind',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='power_bases', to='people.powerbasekind'),
        ),
        migrations.RunPython(make_kinds, keep_keys),
        migrations.AlterField(
            model_name='powerbase',
            name='kind',
            field=models.ForeignKey(help_text='Readers see it over the power base, and the power map stands in the order of kinds. If none fits, add one.', on_delete=django.db.models.deletion.PROTECT, related_name='power_bases', to='people.powerbasekind'),
        ),
        migrations.RemoveField(
            model_name='powerbase',
            name='kind_key',
        ),
        migrations.AddIndex(
            model_name='powerbase',
            index=models.Index(fields=['status', 'kind', 'sort_key', 'id'], name='power_base_by_kind'),
        ),
    ]
