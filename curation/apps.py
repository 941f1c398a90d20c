from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CurationConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "curation"

    def ready(self) -> None:
        from curation.watching import after_migrations, before_migrations

        pre_migrate.connect(before_migrations, self, dispatch_uid="curation.before_migrations")
        post_migrate.connect(after_migrations, self, dispatch_uid="curation.after_migrations")
