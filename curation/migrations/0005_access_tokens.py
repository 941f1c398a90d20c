"""Access tokens, and the leave of every role to make its own."""

import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

CODENAMES = ["view_accesstoken", "add_accesstoken"]
ROLES = ["Contributor", "Editor", "Administrator"]


def own_tokens(apps, database):
    # Django makes permissions after all migrations; here they are needed before.
    create_permissions(installed.get_app_config("curation"), 0, apps=apps, using=database)
    found = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="curation", codename__in=CODENAMES
    )
    if found.count() != len(CODENAMES):
        raise LookupError(f"Not all of these permissions exist: {', '.join(CODENAMES)}")
    return found


def allow(apps, schema_editor):
    database = schema_editor.connection.alias
    permissions = own_tokens(apps, database)
    for role in ROLES:
        group = apps.get_model("auth", "Group").objects.using(database).get(name=role)
        group.permissions.add(*permissions)


def disallow(apps, schema_editor):
    database = schema_editor.connection.alias
    permissions = own_tokens(apps, database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for group in groups.filter(name__in=ROLES):
        group.permissions.remove(*permissions)


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0004_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='So that you know later which program to look at: “Timetable app”.', max_length=100, verbose_name='what it is for')),
                ('scope', models.CharField(choices=[('read', 'Read drafts'), ('write', 'Also write drafts and suggest changes'), ('publish', 'Also publish, and change what readers see')], default='read', help_text='It never may do more than you may.', max_length=7, verbose_name='what it may do')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('hint', models.CharField(editable=False, max_length=4, verbose_name='ends in')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('expires_at', models.DateTimeField(help_text='A token that is used for longer is made anew: a year at most.', verbose_name='expires')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'access token',
                'ordering': ['-made_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['read', 'write', 'publish'])), name='access_token_scope_is_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='access_token_says_what_it_is_for')],
            },
        ),
        migrations.RunPython(allow, disallow),
    ]
