from hashlib import sha256

from django.db import migrations, models
from django.db.models import Q


def digest(text):
    return sha256(text.encode()).hexdigest()


def take_down_marks(apps, schema_editor):
    """Tokens that are there stand on what their owners are now, as `tokens.marks_of` says it."""
    token_model = apps.get_model("curation", "AccessToken")
    tokens = token_model.objects.using(schema_editor.connection.alias)
    tokens.exclude(revoked_at=None).update(revoked_because="by-hand")
    for token in tokens.select_related("owner"):
        owner = token.owner
        groups = ",".join(map(str, sorted(owner.groups.values_list("pk", flat=True))))
        tokens.filter(pk=token.pk).update(
            made_under_password=digest(owner.password),
            made_under_role=digest(f"{groups};{bool(owner.is_superuser)}"),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("curation", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="accesstoken",
            name="revoked_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("by-hand", "by hand"),
                    ("closed", "the account was closed"),
                    ("staff", "the owner may not open the desk any more"),
                    ("role", "the owner’s role changed"),
                    ("password", "the owner’s password changed"),
                ],
                editable=False,
                max_length=8,
                verbose_name="why revoked",
            ),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="made_under_password",
            field=models.CharField(
                default="",
                editable=False,
                help_text="A digest of the owner’s password as it is kept. With another one, it ends.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="made_under_role",
            field=models.CharField(
                default="",
                editable=False,
                help_text="A digest of the owner’s groups and superuser status. With others, it ends.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(take_down_marks, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="accesstoken",
            constraint=models.CheckConstraint(
                condition=Q(("revoked_at", None), ("revoked_because", ""))
                | Q(
                    ("revoked_at__isnull", False),
                    ("revoked_because__in", ["by-hand", "closed", "staff", "role", "password"]),
                ),
                name="access_token_says_why_it_was_revoked",
            ),
        ),
    ]
