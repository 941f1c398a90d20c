"""The three roles, as groups with Django's own permissions.

Contributors write drafts; editors also publish and delete; administrators also look after
accounts. What a permission means for published records is in records/permissions.py.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

RECORDS = [
    "events.course",
    "events.event",
    "events.participation",
    "events.topic",
    "events.topicentry",
    "people.person",
    "people.powerbase",
    "people.tenure",
    "reforms.effect",
    "reforms.measure",
    "reforms.reform",
    "reforms.statistic",
    "sources.citation",
    "sources.source",
]


def permissions_for(actions, models):
    return [
        f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"
        for model in models
        for action in actions
    ]


CONTRIBUTOR = permissions_for(["view", "add", "change"], RECORDS)
EDITOR = [
    *CONTRIBUTOR,
    *permissions_for(["delete"], RECORDS),
    "records.view_pastslug",
]
ADMINISTRATOR = [
    *EDITOR,
    *permissions_for(["view", "add", "change", "delete"], ["auth.user"]),
    "auth.view_group",
]
ROLES = {"Contributor": CONTRIBUTOR, "Editor": EDITOR, "Administrator": ADMINISTRATOR}


def grant(apps, database, role, codenames):
    """Give the group `role` exactly the permissions named “app.codename”.

    Raises LookupError for a permission that does not exist: a role must never come out smaller
    than it reads.
    """
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(database).select_related("content_type")
    }
    if unknown := sorted(set(codenames) - found.keys()):
        raise LookupError(f"The role {role} names unknown permissions: {', '.join(unknown)}")
    group, _ = Group.objects.using(database).get_or_create(name=role)
    group.permissions.set([found[name] for name in codenames])


def make_roles(apps, schema_editor):
    database = schema_editor.connection.alias
    # Django makes permissions after all migrations; here they are needed before.
    for label in ["auth", "records", "sources", "people", "reforms", "events"]:
        create_permissions(installed.get_app_config(label), 0, apps=apps, using=database)
    for role, codenames in ROLES.items():
        grant(apps, database, role, codenames)


def remove_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.using(schema_editor.connection.alias).filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("records", "0001_initial"),
        ("sources", "0001_initial"),
        ("people", "0001_initial"),
        ("reforms", "0001_initial"),
        ("events", "0002_initial"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
