from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class StudyConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "study"

    def ready(self) -> None:
        from study.search.database import after_migrations, before_migrations

        pre_migrate.connect(before_migrations, self, dispatch_uid="study.before_migrations")
        post_migrate.connect(after_migrations, self, dispatch_uid="study.after_migrations")
