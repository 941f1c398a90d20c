from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_delete


class RecordsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "records"

    def ready(self) -> None:
        from records.folding import register, teach_sqlite
        from records.kinds import declare_all
        from records.models import reserve_deleted_slug

        # First of all apps, so that whatever is loaded after this finds the kinds declared.
        declare_all()

        post_delete.connect(reserve_deleted_slug, dispatch_uid="records.reserve_deleted_slug")

        register()
        connection_created.connect(teach_sqlite, dispatch_uid="records.teach_sqlite")
