from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Teachers’ start page"

    def ready(self) -> None:
        from dashboard.roles import after_migrations

        post_migrate.connect(after_migrations, self, dispatch_uid="dashboard.make_roles")
