from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class CurationConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "curation"

    def ready(self) -> None:
        from curation.changefeed.checks import check_triggers
        from curation.changefeed.sequencer import settled_change
        from curation.changefeed.triggers import after_migrations, before_migrations
        from records.api.content_version import count_with

        pre_migrate.connect(before_migrations, self, dispatch_uid="curation.before_migrations")
        post_migrate.connect(after_migrations, self, dispatch_uid="curation.after_migrations")
        count_with(settled_change)
        register(check_triggers, Tags.database)
