"""What the desk allows beyond entering records: suggest, decide, publish, restore, merge, import."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

CONTRIBUTOR = ["view_version", "view_suggestion", "add_suggestion"]
EDITOR = [
    *CONTRIBUTOR,
    "publish_records",
    "restore_version",
    "import_records",
    "decide_suggestion",
    "view_merge",
    "merge_records",
    "view_report",
    "change_report",
]
ROLES = {"Contributor": CONTRIBUTOR, "Editor": EDITOR, "Administrator": EDITOR}


def allow(apps, schema_editor):
    database = schema_editor.connection.alias
    # Django makes permissions after all migrations; here they are needed before.
    create_permissions(installed.get_app_config("curation"), 0, apps=apps, using=database)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    found = {
        permission.codename: permission
        for permission in Permission.objects.using(database).filter(
            content_type__app_label="curation"
        )
    }
    for role, codenames in ROLES.items():
        if unknown := sorted(set(codenames) - found.keys()):
            raise LookupError(f"The role {role} names unknown permissions: {', '.join(unknown)}")
        group = Group.objects.using(database).get(name=role)
        group.permissions.add(*(found[name] for name in codenames))


def disallow(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    database = schema_editor.connection.alias
    desk = Permission.objects.using(database).filter(content_type__app_label="curation")
    for group in Group.objects.using(database).filter(name__in=ROLES):
        group.permissions.remove(*desk)


class Migration(migrations.Migration):
    dependencies = [("curation", "0002_history")]

    operations = [
        migrations.AlterModelOptions(
            name="version",
            options={
                "ordering": ["-made_at", "-id"],
                "permissions": [
                    ("publish_records", "Can publish and withdraw records"),
                    ("restore_version", "Can restore versions and bring back deleted records"),
                    ("import_records", "Can import courses and spreadsheets"),
                ],
            },
        ),
        migrations.RunPython(allow, disallow),
    ]
